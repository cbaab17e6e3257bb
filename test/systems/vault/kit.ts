import {roleBlock} from '../../../src/fakes/common/kit-inventory.ts';
import {sh} from '../../../src/lib/sh.ts';
import type {Kit, KitContext, KitFile, Place} from '../../../src/model/kit.ts';

/**
 * The whole product is one script: it starts and stops a process that answers GET / and keeps its version from lib.
 * Which store is primary stands in a file beside the events: the first that is up takes it over.
 */
const ctl = (place: Place, {events, node}: KitContext): string => `#!/bin/sh
set -eu
cd ${sh`${place.home}`}
me=${sh`${place.name}`}
shared=$(dirname ${sh`${events}`})
note() { printf '%s\\t%s\\t%s\\t%s\\n' "$(date +%s%3N)" "$me" "$me" "$1" >>${sh`${events}`}; }
alive() { [ -f pid ] && kill -0 "$(cat pid)" 2>/dev/null; }
case $1 in
  start)
    alive && { echo 'runs already'; exit 0; }
    note start
    ADDRESS=${sh`${place.address}`} PORT=${sh`${place.ports.port ?? 0}`} VERSION="$(cat lib/version)" setsid ${sh`${node}`} "$PWD/lib/vaultd" </dev/null >log 2>&1 &
    echo $! >pid
    ;;
  stop)
    if alive; then note stop; kill "$(cat pid)"; while kill -0 "$(cat pid)" 2>/dev/null; do sleep 0.1; done; fi
    rm -f pid
    [ "$(cat "$shared/primary" 2>/dev/null || true)" != "$me" ] || rm -f "$shared/primary"
    ;;
  status)
    if alive && grep -q ready log 2>/dev/null; then
      [ "${place.role}" != store ] || [ -e "$shared/primary" ] || (set -C; echo "$me" >"$shared/primary") 2>/dev/null || true
      echo health=ok; echo "version=$(sed -n 's/^ready //p' log)"
    elif alive; then echo health=starting; else echo health=down; fi
    if [ "$(cat "$shared/primary" 2>/dev/null || true)" = "$me" ]; then echo is=primary; else echo is=replica; fi
    ;;
esac
`;

/** A release is its version and its program, which is known by where it lies. */
const lib = (folder: string, version: string, program: string): KitFile[] => [
  {path: `${folder}/lib/version`, text: `${version}\n`, mode: 0o644},
  {path: `${folder}/lib/vaultd`, text: `import(${JSON.stringify(program)});\n`, mode: 0o644},
];

const files = (place: Place, context: KitContext): KitFile[] => [
  {path: `${place.home}/bin/ctl`, text: ctl(place, context), mode: 0o755},
  ...lib(place.home, context.from, context.program),
  ...lib(place.package, context.to, context.program),
  ...['a', 'b', 'c'].map(name => ({path: `${place.home}/cache/${name}`, text: name, mode: 0o644})),
];

/** The vault as real files and processes. */
export const kit: Kit = {
  system: 'vault',
  from: '1.0',
  to: '2.0',
  faults: [],
  layouts: {
    demo: [
      {name: 'store-1', role: 'store'},
      {name: 'store-2', role: 'store'},
      {name: 'store-3', role: 'store'},
      {name: 'router-1', role: 'router'},
    ],
  },
  twin: ({nodes}) => nodes.map(({id, role, host}) => ({name: id, role, host})),
  ports: () => ({port: 7000}),
  folders: () => ({home: 'srv/vault/home', package: 'srv/vault/package'}),
  files,
  start: place => sh`sh ${`${place.home}/bin/ctl`} start`,
  ready: place => ({port: place.ports.port ?? 0, path: '/', body: 'ok'}),
  inventory: ({places}) => ({
    settings: {},
    roles: Object.fromEntries(
      ['store', 'router'].map(role => [role, roleBlock(places.filter(place => place.role === role))]),
    ),
  }),
};
