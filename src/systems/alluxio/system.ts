import type {Role, System} from '../../model/system.ts';
import {plain, text} from '../../model/text.ts';
import {choose} from './choose.ts';
import {FACT_TITLES} from './fact-titles.ts';
import {type Alluxio, ROLE_FIELDS, type ServerRole, Settings} from './fields.ts';
import {alluxioHeadway} from './headway.ts';
import {keeps, remains} from './keeps.ts';
import {logsOf} from './logs.ts';
import {alluxioPlanProblems} from './plan-problems.ts';
import {PREFLIGHT} from './preflight/list.ts';
import {probes} from './probes/all.ts';
import {REFUSALS} from './refusals.ts';
import {skip} from './skip.ts';
import {back} from './upgrade/back.ts';
import {roleTitle} from './upgrade/names.ts';
import {prune} from './upgrade/prune.ts';

const server = (name: ServerRole, columns: readonly string[] = []): Role<Alluxio> => ({
  name,
  title: roleTitle(name),
  status: 'status',
  columns,
  optional: name !== 'master' && name !== 'worker',
  home: 'shared',
  fields: ROLE_FIELDS[name],
});

/** An application that loads the client: it is watched by the jar it loads. */
const client: Role<Alluxio> = {
  name: 'client',
  title: roleTitle('client'),
  status: 'client',
  columns: ['app'],
  optional: true,
  home: 'none',
  fields: ROLE_FIELDS.client,
};

/**
 * Alluxio 1.8.1 to 2.x: masters with their journals, workers with their tiers, the job service, proxies, and the
 * applications that load its client.
 */
export const alluxio: System<Alluxio> = {
  name: 'alluxio',
  title: plain('Alluxio'),
  roles: [
    server('master', ['master']),
    server('job-master', ['master']),
    server('worker', ['blocks']),
    server('job-worker'),
    server('proxy'),
    client,
  ],
  settings: Settings,
  probes,
  survey: 'survey',
  preflight: PREFLIGHT,
  untaken: text(
    'without its journal an upgrade of Alluxio is not gone on with: docs/alluxio.md, "Without its journal", says for each case what to do by hand',
    '没有日志，Alluxio 的升级不会被继续：docs/alluxio.md 的 “Without its journal” 说明了各种情况下如何手工处理',
  ),
  choose,
  back,
  prune,
  planProblems: alluxioPlanProblems,
  // What stands at a home is exchanged. An application has none: its jar is what is changed.
  leaseAt: ({home, fields}) =>
    fields.role === 'client'
      ? {at: fields.jar, kind: 'around'}
      : home === null
        ? null
        : {at: home, kind: 'beside'},
  headway: alluxioHeadway,
  keeps,
  remains,
  logs: logsOf,
  skip,
  factTitles: FACT_TITLES,
  leads: ({master}) => master === 'leader',
  refusals: REFUSALS,
};
