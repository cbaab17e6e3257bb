import {cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {Facts} from '../../src/model/facts.ts';
import {hostOf, type Kit, type KitContext, type Place} from '../../src/model/kit.ts';
import {writeKitFile} from '../../src/sim/boot.ts';
import {parseEvents, type SimEvent} from '../../src/sim/events-log.ts';
import {must} from './command.ts';
import {NODE_ON_HOST} from './disk.ts';
import type {Lab} from './lab.ts';
import {SHARED_AT, shareDir} from './names.ts';

export type InstallOptions = {
  readonly kit: Kit;
  /** The cluster's name in the inventory. */
  readonly cluster: string;
  /** One of the kit's layouts; `demo` by default. Its hosts are the lab's, in order. */
  readonly layout?: string;
  /** How many times faster than real; 10 by default. */
  readonly speed?: number;
  readonly knobs?: KitContext['knobs'];
  /** Added to the cluster's settings in the inventory. */
  readonly settings?: Facts;
  readonly readyWithinMs?: number;
};

/** A cluster that serves on lab hosts. */
export type Installed = {
  readonly cluster: string;
  /** For the inventory, and whatever else a test keeps; it goes with the lab. */
  readonly dir: string;
  readonly inventory: string;
  readonly places: readonly Place[];
  /** What happened on all hosts since everything was ready, in order. */
  events(): Promise<readonly SimEvent[]>;
};

/** The built program and its pretended products; `npm run build` makes it. */
const DIST = join(import.meta.dirname, '../../dist');

/** Whole trees travel as one archive, with the rights of the user who will run them. */
const archive = async (files: ReturnType<Kit['files']>, uid: string, to: string): Promise<void> => {
  const tree = mkdtempSync(join(tmpdir(), 'lakeup-lab-tree-'));
  try {
    for (const file of files) writeKitFile({...file, path: join(tree, file.path)});
    await must(['tar', '-C', tree, `--owner=:${uid}`, `--group=:${uid}`, '-cf', to, '.']);
  } finally {
    rmSync(tree, {recursive: true, force: true});
  }
};

const placesOf = (lab: Lab, {kit, layout = 'demo'}: InstallOptions): Place[] => {
  const nodes = kit.layouts[layout];
  if (nodes === undefined) throw new Error(`${kit.system} has no layout ${layout}`);
  const hosts = [...new Set(nodes.map(hostOf))];
  if (lab.hosts.length < hosts.length)
    throw new Error(`${layout} wants ${hosts.length} hosts; this lab has ${lab.hosts.length}`);
  return nodes.map(node => {
    const folders = kit.folders(node, kit.to);
    const home = `/${folders.home}`;
    const address = lab.hosts[hosts.indexOf(hostOf(node))]?.address ?? '';
    return {...node, address, ports: kit.ports(node), root: '/', home, package: `/${folders.package}`};
  });
};

const ssh = async (
  lab: Lab,
  {address}: Place,
  command: string,
  as: string,
  input?: Buffer,
): Promise<string> => {
  const {code, stdout, stderr} = await lab.ssh(address, command, {as, ...(input && {input})});
  if (code !== 0) throw new Error(`${address}: ${command}: exit code ${code}: ${stderr || stdout}`);
  return stdout;
};

const installOne = async (lab: Lab, kit: Kit, place: Place, context: KitContext): Promise<void> => {
  const uid = (await ssh(lab, place, 'id -u', lab.user)).trim();
  const file = join(tmpdir(), `${lab.name}-${place.name}.tar`);
  try {
    await archive(kit.files(place, context), uid, file);
    await ssh(lab, place, 'tar --no-overwrite-dir -xf - -C /', 'root', readFileSync(file));
  } finally {
    rmSync(file, {force: true});
  }
};

const waitReady = async (
  lab: Lab,
  {kit, readyWithinMs = 120_000}: InstallOptions,
  places: readonly Place[],
) => {
  const pages = places.map(place => ({name: place.name, host: place.address, ...kit.ready(place)}));
  const program = fileURLToPath(new URL('./wait-ready.ts', import.meta.url));
  await must(lab.inOperator(process.execPath, '--no-warnings', program), {
    input: JSON.stringify({pages, withinMs: readyWithinMs}),
    withinMs: readyWithinMs + 60_000,
  });
};

const readEvents = (lab: Lab, places: readonly Place[], file: string): Promise<SimEvent[][]> =>
  Promise.all(
    places.map(async ({address}) => parseEvents((await lab.inside(address, ['cat', file])).stdout)),
  );

const writeInventory = (lab: Lab, options: InstallOptions, context: KitContext, file: string): void => {
  const {settings, roles} = options.kit.inventory(context);
  const ssh = {user: lab.user, port: 22, identityFile: lab.identity, knownHosts: lab.knownHosts};
  const cluster = {system: options.kit.system, ssh, settings: {...settings, ...options.settings}, roles};
  // JSON is YAML too.
  writeFileSync(file, `${JSON.stringify({clusters: {[options.cluster]: cluster}}, null, 2)}\n`, {
    mode: 0o600,
  });
};

/**
 * Installs a kit's cluster on a lab's hosts as an operator would: files by root over ssh, every node started by the
 * lab's user over ssh. Waits until all serve, and writes the inventory.
 */
export const installKit = async (lab: Lab, options: InstallOptions): Promise<Installed> => {
  const {kit} = options;
  if (!existsSync(join(DIST, `fake-${kit.system}.mjs`))) throw new Error('not built yet: npm run build');
  // Without what a build beside this is just making.
  const isBuilt = (path: string): boolean => !path.slice(DIST.length).includes('/.');
  cpSync(DIST, join(shareDir(lab.dir), 'dist'), {recursive: true, filter: isBuilt});
  const places = placesOf(lab, options);
  const context: KitContext = {
    places,
    from: kit.from,
    to: kit.to,
    speed: options.speed ?? 10,
    node: NODE_ON_HOST,
    program: `${SHARED_AT}/dist/fake-${kit.system}.mjs`,
    events: `/home/${lab.user}/events.log`,
    marks: {},
    knobs: options.knobs ?? {},
  };
  const dir = mkdtempSync(join(lab.dir, 'installed-'));
  const inventory = join(dir, 'inventory.yaml');
  writeInventory(lab, options, context, inventory);
  await Promise.all(
    places.map(async place => {
      await installOne(lab, kit, place, context);
      // The products' scripts fail when a start is slow; whether it serves is seen below.
      await lab.ssh(place.address, kit.start(place));
    }),
  );
  await waitReady(lab, options, places);
  const before = (await readEvents(lab, places, context.events)).map(({length}) => length);
  return {
    cluster: options.cluster,
    dir,
    inventory,
    places,
    events: async () => {
      const logs = await readEvents(lab, places, context.events);
      // One kernel, one clock: times of different hosts compare.
      return logs.flatMap((log, i) => log.slice(before[i])).sort((one, other) => one.at - other.at);
    },
  };
};
