import type {Role, System} from '../../../src/model/system.ts';
import {plain, type Text, text} from '../../../src/model/text.ts';
import {
  leftovers,
  oneVersion,
  reachable,
  sameUser,
  unit,
  versionKnown,
  writable,
} from '../../../src/recipe/preflight.ts';
import {choose} from './choose.ts';
import {type Alluxio, ROLE_FIELDS, type RoleName, Settings} from './fields.ts';
import {alluxioPlanProblems} from './plan-problems.ts';
import {probes} from './probes.ts';

const role = (name: RoleName, title: Text, home: Role['home']): Role<Alluxio> => ({
  name,
  title,
  status: 'status',
  columns: [],
  optional: name === 'client',
  home,
  fields: ROLE_FIELDS[name],
});

/** As much of a system as the walk stands on. */
export const alluxio: System<Alluxio> = {
  name: 'alluxio',
  title: plain('Alluxio'),
  roles: [
    role('master', text('masters', 'master 节点'), 'shared'),
    role('job-master', text('job masters', 'job master 节点'), 'shared'),
    role('worker', text('workers', 'worker 节点'), 'shared'),
    role('job-worker', text('job workers', 'job worker 节点'), 'shared'),
    role('client', text('clients', '客户端'), 'none'),
  ],
  settings: Settings,
  probes,
  survey: 'survey',
  preflight: [
    reachable,
    versionKnown,
    oneVersion,
    sameUser,
    writable,
    leftovers('.lakeup-'),
    unit<Alluxio>(),
  ],
  choose,
  planProblems: alluxioPlanProblems,
};
