import {askPage, seen} from '../../../host/ask.ts';
import type {Ask} from '../../../model/ask.ts';
import type {Probe} from '../../../model/system.ts';
import {nodesOf, type ServerNode, type Servers} from '../fields.ts';
import {isJobLeader} from '../parse/worker.ts';

export const JOB_INFO = '/api/v1/job_master/info';

/** Whether a job master leads, and serves: its page comes last of all that it has. */
export const leadsJobs = async (node: ServerNode, ask: Ask): Promise<boolean> => {
  const page = await askPage(ask, node, node.fields.webPort, JOB_INFO);
  return page.kind === 'page' && isJobLeader(page);
};

/** How many job masters say that they lead; those that do not answer say nothing. */
export const jobsProbe: Probe<Servers> = {
  roles: ['job-master'],
  look: async (_node, cluster, ask) => {
    const led = await Promise.all(nodesOf(cluster, 'job-master').map(node => leadsJobs(node, ask)));
    return seen({leaders: led.filter(Boolean).length});
  },
};
