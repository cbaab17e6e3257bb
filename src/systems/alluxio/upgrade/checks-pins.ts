import type {Blast, Check} from '../../../model/plan.ts';
import {text} from '../../../model/text.ts';
import {check} from '../../../recipe/check.ts';
import {type Context, firstMaster} from '../fields.ts';
import {oldOf} from '../scripts/begin.ts';
import {surveyOf, tellsPins} from './known.ts';
import {atLeast, ofMark} from './names.ts';

const MINUTE = 60_000;

/**
 * The list of this run of files that were pinned, where the old version lies once it is set aside, or is back in its place. It is
 * there unless it could not be made in time: nobody was kept from anything by that.
 */
const listAt = (context: Context, whose: 'old' | 'new'): string => {
  const master = firstMaster(context.cluster);
  const {stamp} = context.target;
  const isLink = surveyOf(context, master).homeKind === 'link';
  const home = isLink || whose === 'old' ? oldOf(master, context) : `${master.home}_backup_${stamp}`;
  return `${home}/.lakeup-${stamp}/pinned`;
};

/**
 * As many files are pinned as were counted. The last look alone asks for it: a pin takes no byte with it, so no worker waits for
 * one, but a run in which some are gone is not verified without a word. The product itself gives a pin up: a job worker of
 * 2.9.4 unpins a file that has to have a copy while no worker is there that has one ("Replication of PATH failed, reduce min replication
 * to 0 and unpin", its SetReplicaDefinition; Alluxio/alluxio#17865), as is so while one worker comes up later than the job
 * service. Whoever does not want the pins any more takes this master out of the run, which its last line then says.
 */
export const pinsKept = (context: Context, whose: 'old' | 'new'): readonly Check[] => {
  if (!tellsPins(context)) return [];
  const {cluster} = context;
  const master = firstMaster(cluster);
  const list = listAt(context, whose);
  return [
    check(
      master,
      'cluster',
      text(
        `as many files are pinned as were counted; else bin/alluxio fs pin PATH for each that ${master.host}:${list} names, or, where there is no such list, each that a line with "and unpin" names in logs/job_worker.log of a job worker`,
        `已固定的文件不少于清点时；否则对 ${master.host}:${list} 中的每个路径执行 bin/alluxio fs pin PATH；若没有该列表，则对各 job worker 的 logs/job_worker.log 中含 "and unpin" 的行所指的每个路径执行`,
      ),
      {leaders: 1, safeMode: false, pinned: atLeast(ofMark(cluster, 'pinned'))},
      MINUTE,
      {
        pollMs: 5_000,
        steadyMs: cluster.settings.lastSteadyMs,
        // Pins do not come back by themselves.
        hopeless: {leaders: 1, safeMode: false},
        hopelessAfterMs: 10_000,
      },
    ),
  ];
};

/** What a question tells of them once the new masters serve: how many there are, and how many were counted. */
export const pinsShown = (context: Context): readonly Blast[] =>
  tellsPins(context)
    ? [
        {
          node: firstMaster(context.cluster).id,
          probe: 'pins',
          given: {counted: ofMark(context.cluster, 'pinned')},
        },
      ]
    : [];
