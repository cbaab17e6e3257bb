import {LEADING} from '../../model/leading.ts';
import type {Probe, Role, System} from '../../model/system.ts';
import {plain, type Text} from '../../model/text.ts';
import {keptProbes} from '../../recipe/kept.ts';
import {choose} from './choose.ts';
import {type Doris, ROLE_FIELDS, type RoleName, Settings} from './fields.ts';
import {keeps, keptBytes} from './keeps.ts';
import {logsOf} from './logs.ts';
import {dorisPlanProblems} from './plan-problems.ts';
import {PREFLIGHT} from './preflight/list.ts';
import {clusterProbe, statusOf} from './probes/cluster.ts';
import {cutProbe} from './probes/cut.ts';
import {leftBehindIn} from './probes/left-behind.ts';
import {frontendOrder, frontendSafeToStop, frontendsLeftBehind, frontendTurn} from './probes/order-fe.ts';
import {processProbe} from './probes/process.ts';
import {stageVersionProbe} from './probes/stage-version.ts';
import {backendRow, backendSafeToStop} from './probes/status-be.ts';
import {cloudSafeToStop, logProbe} from './probes/status-cloud.ts';
import {frontendRow} from './probes/status-fe.ts';
import {besideStatus, storeProbe} from './probes/store.ts';
import {surveyProbe} from './probes/survey.ts';
import {digestProbe, stageProbe, treeProbe} from './probes/tree.ts';
import {REFUSALS} from './refusals.ts';
import {homeFilesBody, keptBody} from './scripts/prune.ts';
import {skip} from './skip.ts';
import {standIns} from './stand-ins.ts';
import {startLine} from './start-line.ts';
import {back} from './upgrade/back.ts';
import {ORDER, roleTitle} from './upgrade/names.ts';
import {prune} from './upgrade/prune.ts';

const status: Probe<Doris> = {
  roles: ORDER,
  look: (node, cluster, ask, given) => statusOf(node.role).look(node, cluster, ask, given),
};

const role = (
  name: RoleName,
  columns: readonly string[],
  optional: boolean,
  title: Text = roleTitle(name),
): Role<Doris> => ({
  name,
  title,
  status: 'status',
  columns,
  optional,
  home: 'own',
  fields: ROLE_FIELDS[name],
});

/** Apache Doris, compute and storage decoupled. */
export const doris: System<Doris> = {
  name: 'doris',
  title: plain('Apache Doris'),
  roles: [
    role('ms', [], false),
    role('recycler', [], true),
    role('be', [], false),
    role('fe', ['fe', LEADING], false),
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
    digest: digestProbe,
    log: logProbe,
    cut: cutProbe,
    store: storeProbe,
    'ms-safe-to-stop': cloudSafeToStop,
    'be-row': backendRow,
    'be-safe-to-stop': backendSafeToStop,
    'fe-row': frontendRow,
    'fe-order': frontendOrder,
    'fe-left-behind': frontendsLeftBehind,
    'fe-turn': frontendTurn,
    'fe-safe-to-stop': frontendSafeToStop,
    ...keptProbes<Doris>({
      roles: ORDER,
      kept: ({fields}) => keptBody(fields.role),
      homeFiles: ({fields}) => homeFilesBody(fields.role),
    }),
  },
  beside: besideStatus,
  leftBehind: leftBehindIn,
  survey: 'survey',
  preflight: PREFLIGHT,
  choose,
  back,
  prune,
  skip,
  planProblems: dorisPlanProblems,
  keeps,
  keptBytes,
  logs: logsOf,
  startLine,
  standIns,
  leads: ({fe}) => fe === 'master',
  refusals: REFUSALS,
};
