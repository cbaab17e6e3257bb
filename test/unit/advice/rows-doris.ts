import {
  CUT_OFF,
  changed,
  changedEach,
  everywhere,
  healthy,
  type Survey,
  withCluster,
} from '../systems/doris/preflight/support.ts';
import type {Row} from './closed.ts';

const on = (
  check: string,
  level: Row<Survey>['level'],
  node: string | null,
  survey: Survey,
  seen: RegExp,
): Row<Survey> => ({check, level, node, survey, seen});
const DOWN = {process: 'none', health: 'down', pid: undefined, version: undefined} as const;
const closedPage = (more: object = {}) => ({
  http: 'closed',
  health: 'starting',
  causes: ['http=closed'],
  ...more,
});

/** Findings whose advice no case of the checks themselves prints, and values that are odd. */
export const DORIS_MORE: readonly Row<Survey>[] = [
  on(
    'healthy',
    'block',
    'be-1',
    changed('be-1', {http: 'other', httpSaid: '404 text/html', health: 'starting'}),
    /answers something else/,
  ),
  on(
    'healthy',
    'block',
    'fe-1',
    changed('fe-1', {http: 'other', httpSaid: '302 https://fe-1/', health: 'starting'}),
    /answers something else/,
  ),
  on(
    'healthy',
    'block',
    'be-1',
    changed('be-1', {http: 'other', httpSaid: '302 https://be-1:8040/', health: 'degraded'}),
    /answers something else/,
  ),
  on(
    'healthy',
    'block',
    'be-1',
    changed('be-1', {http: 'dropped', https: true, health: 'degraded'}),
    /enable_https/,
  ),
  on('healthy', 'block', 'fe-1', changed('fe-1', closedPage()), /nobody listens on port 8030/),
  on(
    'healthy',
    'block',
    'fe-2',
    changed('fe-2', {sql: 'port-refused', health: 'starting', causes: ['sql=port-refused']}),
    /sql=port-refused/,
  ),
  on('healthy', 'block', 'ms-1', changed('ms-1', closedPage()), /nobody listens on port 5000/),
  // A cut between stop and start, and a frontend that a newer master left behind.
  on(
    'healthy',
    'block',
    'be-2',
    changedEach({
      'ms-1': {version: '3.1.2'},
      'be-2': {...DOWN, leftovers: ['.lakeup-stage-20260101_000000']},
    }),
    /health=down/,
  ),
  on('healthy', 'block', 'be-2', changed('be-2', {...CUT_OFF, 'cut.version': '3.0.5'}), /health=down/),
  on(
    'healthy',
    'block',
    'be-2',
    changed('be-2', {
      ...DOWN,
      pidFile: '4711',
      lastWords: ['be.out: x'],
      leftovers: ['.lakeup-stage-20260101_000000'],
    }),
    /health=down/,
  ),
  on('healthy', 'block', 'be-2', changed('be-2', {...CUT_OFF, 'cut.bin': 'unclear'}), /health=down/),
  ...[{}, {'cut.newTwice': ['bin']}].map(twice =>
    on(
      'healthy',
      'block',
      'be-2',
      changed('be-2', {...CUT_OFF, 'cut.bin': 'old', 'cut.newAlone': ['bin'], ...twice}),
      /health=down/,
    ),
  ),
  ...(['be-2', 'rc-1'] as const).map(id =>
    on(
      'healthy',
      'block',
      id,
      changed(id, {
        ...CUT_OFF,
        'cut.bin': 'old',
        'cut.lib': 'old',
        'cut.newAlone': ['bin', ...(id === 'rc-1' ? [] : ['lib'])],
      }),
      /health=down/,
    ),
  ),
  on(
    'taken-on',
    'warn',
    'ms-1',
    changed('ms-1', {...CUT_OFF, 'cut.bin': 'old', bin: 'dir'}),
    /bin is in its place/,
  ),
  on(
    'healthy',
    'block',
    'fe-2',
    changedEach({
      ...Object.fromEntries(
        [...healthy.facts.keys()].filter(id => !/^fe-[23]/.test(id)).map(id => [id, {version: '3.1.2'}]),
      ),
      'fe-2': DOWN,
    }),
    /health=down/,
  ),
  // Who is where in the group, by another port, and by an address that YAML reads otherwise.
  ...(['10.9.9.9:9050', '10.77.0.8:9055', '[fd00::1]:9050', 'be-4.lab:9050'] as const).map(place =>
    on(
      'backends-known',
      'block',
      'be-4',
      changedEach({'be-4': {alive: undefined}, 'fe-1': {unknownBackends: [place]}}),
      /its process \d+ runs/,
    ),
  ),
  on(
    'backends-known',
    'block',
    'be-4',
    changed('be-4', {...DOWN, alive: undefined, busyPorts: []}),
    /the cluster does not have it/,
  ),
  // Down, and known at its host by another port.
  on(
    'backends-known',
    'block',
    'be-4',
    changedEach({
      'be-4': {...DOWN, alive: undefined, busyPorts: [], causes: ['process=none', 'row=missing']},
      'fe-1': {unknownBackends: ['10.77.0.8:9055']},
    }),
    /the cluster does not have it/,
  ),
  on('frontends-agree', 'block', 'fe-2', changed('fe-2', {seesMaster: []}), /knows no master/),
  on(
    'backends-known',
    'block',
    'be-4',
    changed('be-4', {...DOWN, alive: undefined, busyPorts: ['9050']}),
    /somebody listens on its port 9050/,
  ),
  // Each reason has its own way out, and none that is another's.
  on('stand-ins', 'warn', 'be-2', changed('be-2', {unfit: ['load-disabled']}), /load-disabled$/),
  on('stand-ins', 'warn', 'be-2', changed('be-2', {unfit: ['group-suspended']}), /group-suspended$/),
  on('stand-ins', 'warn', 'be-2', changed('be-2', {unfit: ['inactive']}), /inactive$/),
  // Names of starters that are no word.
  on(
    'unit',
    'block',
    'be-4',
    changed('be-4', {starter: 'shell', starterPid: 12, starterProgram: 'keep be.sh'}),
    /keep be\.sh/,
  ),
  on('unit', 'block', 'be-4', changed('be-4', {unit: 'doris\\x2dbe.service'}), /cannot be seen/),
  on(
    'unit',
    'block',
    'be-4',
    changed('be-4', {starter: 'shell', starterPid: 12, starterProgram: '[keep]: #1'}),
    /\[keep\]/,
  ),
  on(
    'unit',
    'warn',
    'be-4',
    changed('be-4', {starter: 'other', starterPid: 12, starterProgram: 'true'}),
    /true \(12\)/,
  ),
  // A user that has no name, and one whose name YAML reads as a number.
  on(
    'same-user',
    'block',
    'be-1',
    changed('be-1', {owner: '1001', ownerName: '1001'}),
    /belongs to uid 1001/,
  ),
  on('same-user', 'block', 'be-1', changed('be-1', {owner: '1001', ownerName: '4711'}), /belongs to 4711/),
  on('procedure', 'block', null, everywhere({version: '3.1.2'}), /runs 3\.1\.2 already/),
  on('procedure', 'block', null, everywhere({version: '3.2.0'}), /is older than 3\.2\.0/),
  on(
    'procedure',
    'block',
    null,
    withCluster(cluster => cluster) && {
      ...healthy,
      facts: new Map([...healthy.facts].map(([id, {version: _, ...facts}]) => [id, facts])),
    },
    /No node says/,
  ),
];
