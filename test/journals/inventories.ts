/** How many nodes a recorded cluster has; backends by the size of each compute group. */
export type DorisShape = {
  readonly ms: number;
  readonly recyclers: number;
  readonly groups: Readonly<Record<string, number>>;
  readonly fe: number;
};

/** The cluster of the demo: 14 nodes. */
export const FOURTEEN: DorisShape = {ms: 3, recyclers: 1, groups: {cg_etl: 4, cg_bi: 2}, fe: 4};

/** A compute group with a single backend: its upgrade is an outage. */
export const LONE_BACKEND: DorisShape = {ms: 2, recyclers: 1, groups: {cg_etl: 3, cg_bi: 1}, fe: 3};

/** 1,000 nodes. */
export const THOUSAND: DorisShape = {
  ms: 3,
  recyclers: 1,
  groups: {zone_a: 160, zone_b: 160, zone_c: 160, zone_d: 160, zone_e: 160, zone_f: 190},
  fe: 6,
};

const many = (count: number): number[] => Array.from({length: count}, (_, i) => i + 1);

/** Addresses in the order of the nodes. */
const makeHosts = (): (() => string) => {
  let last = 10;
  return () => {
    last += 1;
    return `10.20.${Math.floor(last / 250)}.${(last % 250) + 1}`;
  };
};

/** An inventory as somebody would write it for a cluster of that shape. */
export const dorisInventory = (name: string, {ms, recyclers, groups, fe}: DorisShape): string => {
  const host = makeHosts();
  const nodes = (prefix: string, count: number): string[] =>
    many(count).map(i => `          - {name: ${prefix}-${i}, host: ${host()}}`);
  const role = (role: string, folder: string, list: readonly string[]): string[] => [
    `      ${role}:`,
    `        home: /opt/doris/${role}`,
    `        package: /opt/pkg/apache-doris-3.1.2-bin-x64/${folder}`,
    '        nodes:',
    ...list,
  ];
  const cloud = [...role('ms', 'ms', nodes('ms', ms)), ...role('recycler', 'ms', nodes('rc', recyclers))];
  const backends = Object.entries(groups)
    .flatMap(([group, count]) => many(count).map(() => group))
    .map((group, i) => `          - {name: be-${i + 1}, host: ${host()}, group: ${group}}`);
  return [
    'clusters:',
    `  ${name}:`,
    '    system: doris',
    '    settings: {version: 3.1.2, sqlUser: root}',
    '    roles:',
    ...cloud,
    ...role('be', 'be', backends),
    ...role('fe', 'fe', nodes('fe', fe)),
    '',
  ].join('\n');
};

/** Three masters and four workers, each with its part of the job service on its host, in one home. */
export const alluxioInventory = (name: string): string => {
  const host = makeHosts();
  const places = (prefix: string, count: number): string[] =>
    many(count).map(i => `          - {name: ${prefix}-${i}, host: ${host()}}`);
  const role = (role: string, nodes: readonly string[]): string[] => [
    `      ${role}:`,
    '        home: /opt/alluxio',
    '        nodes:',
    ...nodes,
  ];
  const [masters, workers] = [places('am', 3), places('aw', 4)];
  const beside = (nodes: readonly string[], from: string, to: string): string[] =>
    nodes.map(node => node.replace(`name: ${from}-`, `name: ${to}-`));
  return [
    'clusters:',
    `  ${name}:`,
    '    system: alluxio',
    '    settings:',
    '      version: 2.9.4',
    '      package: /opt/pkg/alluxio-2.9.4-bin.tar.gz',
    '    roles:',
    ...role('master', masters),
    ...role('job-master', beside(masters, 'am', 'ajm')),
    ...role('worker', workers),
    ...role('job-worker', beside(workers, 'aw', 'ajw')),
    '',
  ].join('\n');
};

/** Three stores and a router; `deployBy` says who replaces lib. */
export const vaultInventory = (name: string, deployBy: 'script' | 'hand'): string => {
  const host = makeHosts();
  const role = (role: string, count: number): string[] => [
    `      ${role}:`,
    '        home: /srv/vault/home',
    '        package: /srv/vault/package',
    '        nodes:',
    ...many(count).map(i => `          - {name: ${role}-${i}, host: ${host()}}`),
  ];
  return [
    'clusters:',
    `  ${name}:`,
    '    system: vault',
    `    settings: {deployBy: ${deployBy}}`,
    '    roles:',
    ...role('store', 3),
    ...role('router', 1),
    '',
  ].join('\n');
};
