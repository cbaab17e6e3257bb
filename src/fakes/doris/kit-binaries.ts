import {quote} from '../../lib/sh.ts';

type Run = {readonly node: string; readonly program: string};

/** Small heaps: many of these processes share one machine. */
const NODE_FLAGS = '--max-semi-space-size=1 --max-old-space-size=64 --no-warnings';

const exec = (role: 'cloud' | 'be' | 'fe' | 'store', {node, program}: Run): string =>
  `exec -a "$0" ${quote(node)} ${NODE_FLAGS} ${quote(program)} ${role}`;

const HEAD = `#!/usr/bin/env bash
lib="$(cd "$(dirname "$0")" && pwd)"
`;

/** lib/doris_cloud: its version stands in lib/VERSION; without that file it does not start. */
export const cloudBinary = (run: Run): string => `${HEAD}if [[ ! -f "$lib/VERSION" ]]; then
  echo "doris_cloud: error while loading shared libraries: VERSION: cannot open shared object file" >&2
  exit 127
fi
if [[ "$1" = --version ]]; then
  full="$(cat "$lib/VERSION")"
  hash="\${full##*-}"
  echo "version:{\${full%-rc*}-release} code_version:{commit=$hash time=2025-06-30 12:00:00 +0000} build_info:{initiator=doris@build build_at=2025-06-30 12:10:00 +0000 build_on=build}"
  echo
  exit 0
fi
FAKE_HOME="\${FAKE_HOME:-$(cd "$lib/.." && pwd)}"
export FAKE_HOME
${exec('cloud', run)} "$@"
`;

/** FoundationDB beside a MetaService of that home: it goes on when that is stopped. */
export const storeBinary = (run: Run, home: string): string => `#!/usr/bin/env bash
set -a
. ${quote(`${home}/conf/fake.env`)}
FAKE_HOME=${quote(home)}
set +a
${exec('store', run)}
`;

/** lib/doris_be, in the same manner. */
export const beBinary = (run: Run): string => `${HEAD}if [[ ! -f "$lib/VERSION" ]]; then
  echo "doris_be: error while loading shared libraries: VERSION: cannot open shared object file" >&2
  exit 127
fi
if [[ "$1" = --version ]]; then
  full="$(cat "$lib/VERSION")"
  echo "\${full%-*}(AVX2) RELEASE (build git://build@\${full##*-})"
  echo "Built on Mon, 30 Jun 2025 12:10:00 UTC by doris@build"
  exit 0
fi
FAKE_HOME="\${FAKE_HOME:-$(cd "$lib/.." && pwd)}"
export FAKE_HOME
${exec('be', run)} "$@"
`;

/** bin/java of the fake JDK: says 17, and runs one main class, which it takes from $DORIS_HOME/lib/doris-fe.jar. */
export const javaBinary = (run: Run): string => `#!/usr/bin/env bash
if [[ "$1" = -version || "$1" = --version ]]; then
  {
    echo 'openjdk version "17.0.2" 2022-01-18'
    echo 'OpenJDK Runtime Environment (build 17.0.2+8-86)'
    echo 'OpenJDK 64-Bit Server VM (build 17.0.2+8-86, mixed mode, sharing)'
  } >&2
  exit 0
fi
jar="$DORIS_HOME/lib/doris-fe.jar"
if [[ ! -f "$jar" ]]; then
  echo 'Error: Could not find or load main class org.apache.doris.DorisFE'
  echo 'Caused by: java.lang.ClassNotFoundException: org.apache.doris.DorisFE'
  exit 1
fi
for last in "$@"; do :; done
if [[ "$last" = --version ]]; then
  full="$(cat "$jar")"
  for line in "Build version: \${full%-*}" 'Build time: Mon, 30 Jun 2025 12:10:00 UTC' 'Build info: build' "Build hash: git://build@\${full##*-}" 'Java compile version: openjdk full version "17.0.2+8-86"'; do
    echo "RuntimeLogger $(date '+%Y-%m-%d %H:%M:%S,000') INFO (main|13) [DorisFE.printVersion():412] $line"
  done
  exit 0
fi
${exec('fe', run)} "$@"
`;
