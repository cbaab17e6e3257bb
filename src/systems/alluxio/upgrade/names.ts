import {StepId} from '../../../model/ids.ts';
import type {Node} from '../../../model/inventory.ts';
import type {FactRef, PlannedExpect} from '../../../model/plan.ts';
import {type Text, text} from '../../../model/text.ts';
import {type AlluxioCluster, firstMaster, type RoleName} from '../fields.ts';

const TITLES: Readonly<Record<RoleName, Text>> = {
  master: text('Masters', 'Master'),
  'job-master': text('Job masters', 'Job master'),
  worker: text('Workers', 'Worker'),
  'job-worker': text('Job workers', 'Job worker'),
  proxy: text('Proxies', 'Proxy'),
  client: text('Clients', '客户端'),
};

export const roleTitle = (role: RoleName): Text => TITLES[role];

/** A step of the plan by its names. */
export const stepAt = (phase: string, step: string, {id}: Pick<Node, 'id'>): StepId =>
  StepId.parse(`${phase}/${step}@${id}`);

/** A fact that a step brings back. */
export const from = (step: StepId, fact: string): {readonly from: FactRef} => ({from: {step, fact}});

/** The step that counts what there is before the backup. */
export const markOf = (cluster: AlluxioCluster): StepId => stepAt('backup', 'mark', firstMaster(cluster));

/** What was counted before the backup: operations, paths, mounts. */
export const ofMark = (cluster: AlluxioCluster, fact: string) => from(markOf(cluster), fact);
/** What the backup command printed, and what lies there. */
export const ofBackup = (cluster: AlluxioCluster, fact: string) =>
  from(stepAt('backup', 'backup', firstMaster(cluster)), fact);
/** What was listed of files that only workers hold. */
export const ofList = (cluster: AlluxioCluster, fact: string) =>
  from(stepAt('backup', 'list', firstMaster(cluster)), fact);
/** What a worker's tiers held when it had stopped. */
export const ofStop = (worker: Node, fact: string) => from(stepAt('stop', 'stop', worker), fact);

/** A number at least as large as the step found it. */
export const atLeast = ({from: ref}: {readonly from: FactRef}): PlannedExpect[string] => ({
  from: ref,
  bound: 'atLeast',
});

/** The phase that starts the job workers. */
export const JOB_WORKERS = 'job-workers';
