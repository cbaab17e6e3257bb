import type {Role, System} from '../../model/system.ts';
import {plain} from '../../model/text.ts';
import {choose} from './choose.ts';
import {type Alluxio, ROLE_FIELDS, type ServerRole, Settings} from './fields.ts';
import {alluxioPlanProblems} from './plan-problems.ts';
import {PREFLIGHT} from './preflight/list.ts';
import {probes} from './probes/all.ts';
import {roleTitle} from './upgrade/names.ts';

const role = (name: ServerRole, columns: readonly string[] = []): Role<Alluxio> => ({
  name,
  title: roleTitle(name),
  status: 'status',
  columns,
  optional: name !== 'master' && name !== 'worker',
  home: 'shared',
  fields: ROLE_FIELDS[name],
});

/** Alluxio 1.8.1 to 2.x: masters with their journals, workers with their tiers, the job service, proxies. */
export const alluxio: System<Alluxio> = {
  name: 'alluxio',
  title: plain('Alluxio'),
  roles: [
    role('master', ['master']),
    role('job-master', ['master']),
    role('worker', ['blocks']),
    role('job-worker'),
    role('proxy'),
  ],
  settings: Settings,
  probes,
  survey: 'survey',
  preflight: PREFLIGHT,
  choose,
  planProblems: alluxioPlanProblems,
};
