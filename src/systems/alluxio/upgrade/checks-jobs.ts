import type {Check} from '../../../model/plan.ts';
import {text} from '../../../model/text.ts';
import {check} from '../../../recipe/check.ts';
import {type Context, firstMaster, nodesOf} from '../fields.ts';

// What has to be there before a job worker is.

/**
 * A job worker that comes before the leading job master serves ends at once: "Service JOB_MASTER_WORKER_SERVICE is not found"
 * (seen on real servers of 2.9.4).
 */
const jobsLed = ({cluster}: Context): readonly Check[] =>
  nodesOf(cluster, 'job-master')
    .slice(0, 1)
    .map(master =>
      check(
        master,
        'jobs',
        text('a job master leads, and serves', '有一个主 job master 在服务'),
        {leaders: 1},
        master.fields.startWithinMs,
      ),
    );

/**
 * The leader has a copy made of each pinned file that no worker holds; a job worker of 2.9.4 that cannot, since the worker that holds
 * it is not there, takes the pin away (`SetReplicaDefinition`, Alluxio#17865; seen on real servers). So none starts before.
 */
const workersBack = ({cluster}: Context): Check =>
  check(
    firstMaster(cluster),
    'workers',
    text(
      'every worker is live, or a job worker takes pins away',
      '所有 worker 在线，否则 job worker 会取消 pin',
    ),
    {leaders: 1, safeMode: false, missing: [], lost: []},
    Math.max(
      cluster.settings.workersWithinMs,
      ...nodesOf(cluster, 'worker').map(({fields}) => fields.startWithinMs),
    ),
    {pollMs: 5_000},
  );

export const beforeJobWorker = (context: Context): readonly Check[] => [
  ...jobsLed(context),
  workersBack(context),
];
