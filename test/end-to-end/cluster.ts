import {createHash} from 'node:crypto';
import {existsSync, lstatSync, readdirSync, readFileSync, readlinkSync} from 'node:fs';
import {join} from 'node:path';
import {stringify} from 'yaml';
import {dorisKit} from '../../src/fakes/doris/kit.ts';
import type {KitNode} from '../../src/model/kit.ts';
import {type DemoCluster, type DemoOptions, startDemoCluster} from '../../src/sim/demo-cluster.ts';

export const CLUSTER = 'lake-doris';
/** Times of the pretended product; what lakeup itself waits between two looks stays real. */
const SPEED = 50;
const PROGRAM = join(import.meta.dirname, '../../dist/fake-doris.mjs');

/** The fewest nodes that make all four phases, with two backends of one compute group. */
export const FOUR_PHASES: readonly KitNode[] = [
  {name: 'ms-1', role: 'ms'},
  {name: 'rc-1', role: 'recycler'},
  {name: 'be-1', role: 'be', group: 'cg_etl'},
  {name: 'be-2', role: 'be', group: 'cg_etl'},
  {name: 'fe-1', role: 'fe'},
];

/** Starts a cluster of real processes; `nodes` or one of the kit's layouts. */
export const bootCluster = (
  nodes: readonly KitNode[] | string,
  options: Partial<DemoOptions> = {},
): Promise<DemoCluster> => {
  const layout = typeof nodes === 'string' ? nodes : 'own';
  const kit =
    typeof nodes === 'string' ? dorisKit : {...dorisKit, layouts: {...dorisKit.layouts, own: nodes}};
  return startDemoCluster({
    kit,
    layout,
    cluster: CLUSTER,
    program: PROGRAM,
    speed: SPEED,
    bootWithinMs: 240_000,
    toYaml: stringify,
    ...options,
  });
};

/** What a node that runs changes by itself. */
const LIVING = ['log', 'doris-meta'];

const describeFile = (path: string): string => {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return `link ${readlinkSync(path)}`;
  const mode = (stat.mode & 0o7777).toString(8);
  if (!stat.isFile()) return `dir ${mode}`;
  return `file ${mode} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
};

/** Every file and directory below, with mode and contents, by its path; without those of the names in `except`. */
export const tree = (dir: string, except: readonly string[] = LIVING): Record<string, string> => {
  const found: Record<string, string> = {};
  const walk = (path: string, shown: string): void => {
    for (const entry of readdirSync(path, {withFileTypes: true})) {
      if (except.includes(entry.name)) continue;
      const [below, name] = [join(path, entry.name), `${shown}${entry.name}`];
      found[name] = describeFile(below);
      if (entry.isDirectory()) walk(below, `${name}/`);
    }
  };
  if (existsSync(dir)) walk(dir, '');
  return found;
};

/** The homes of a role's nodes, in the order of the inventory. */
export const homesOf = (cluster: DemoCluster, role: string): string[] =>
  cluster.places.filter(place => place.role === role).map(({home}) => home);

/** All hosts' files but what changes by itself. */
export const hostsTree = (cluster: DemoCluster): Record<string, string> => tree(join(cluster.dir, 'hosts'));
