import type {Probe, Role, Survey, System} from '../../model/system.ts';
import {plain, type Text} from '../../model/text.ts';
import {dorisKit} from './fake/kit.ts';
import {memory} from './fake/memory.ts';
import {BeFields, CloudFields, FeFields, type RoleName, Settings, settingsOf} from './fields.ts';
import {dorisPlanProblems} from './plan-problems.ts';
import {PREFLIGHT} from './preflight/list.ts';
import {clusterProbe, ROLES, statusOf} from './probes/cluster.ts';
import {frontendOrder, frontendSafeToStop, frontendTurn} from './probes/order-fe.ts';
import {processProbe} from './probes/process.ts';
import {stageVersionProbe} from './probes/stage-version.ts';
import {backendRow, backendSafeToStop} from './probes/status-be.ts';
import {cloudSafeToStop, logProbe} from './probes/status-cloud.ts';
import {frontendRow} from './probes/status-fe.ts';
import {surveyProbe} from './probes/survey.ts';
import {stageProbe, treeProbe} from './probes/tree.ts';
import {roleTitle} from './upgrade/names.ts';
import {upgrade} from './upgrade/procedure.ts';
import {compareVersions} from './version.ts';

const status: Probe = {
  roles: ROLES,
  look: (node, cluster, ask) => statusOf(node.role).look(node, cluster, ask),
};

const role = (
  name: RoleName,
  fields: Role['fields'],
  columns: readonly string[],
  optional: boolean,
  title: Text = roleTitle(name),
): Role => ({name, title, status: 'status', columns, optional, fields});

/** Every node's version when they agree; the oldest is told otherwise, and preflight blocks. */
const runningVersion = ({facts}: Survey): string => {
  const versions = [...facts.values()].flatMap(({version}) => (typeof version === 'string' ? [version] : []));
  return versions.toSorted(compareVersions)[0] ?? '?';
};

/** Apache Doris, compute and storage decoupled. */
export const doris: System = {
  name: 'doris',
  title: plain('Apache Doris'),
  roles: [
    role('ms', CloudFields, [], false),
    role('recycler', CloudFields, [], true),
    role('be', BeFields, [], false),
    role('fe', FeFields, ['fe'], false),
  ],
  settings: Settings,
  probes: {
    status,
    survey: surveyProbe,
    cluster: clusterProbe,
    process: processProbe,
    stage: stageProbe,
    'stage-version': stageVersionProbe,
    tree: treeProbe,
    log: logProbe,
    'ms-safe-to-stop': cloudSafeToStop,
    'be-row': backendRow,
    'be-safe-to-stop': backendSafeToStop,
    'fe-row': frontendRow,
    'fe-order': frontendOrder,
    'fe-turn': frontendTurn,
    'fe-safe-to-stop': frontendSafeToStop,
  },
  survey: 'survey',
  preflight: PREFLIGHT,
  target: survey => ({from: runningVersion(survey), to: settingsOf(survey.cluster).version}),
  procedures: {upgrade},
  planProblems: dorisPlanProblems,
  fake: memory,
  kit: dorisKit,
};
