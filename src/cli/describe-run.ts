import {quote} from '../lib/sh.ts';
import {describeDownThen, describeLeftOut} from '../model/describe-service.ts';
import type {System} from '../model/system.ts';
import {joinTexts, SEMICOLON, type Text, text} from '../model/text.ts';
import type {AtWork} from './at-work.ts';
import type {KnownRun, UnreadableRun} from './known-run.ts';
import {type LeftOut, placesKnown} from './left-out.ts';
import {readCluster} from './load-cluster.ts';
import type {Outside} from './outside.ts';
import type {Standing} from './standing.ts';

/** How many nodes a sentence names. */
const NAMED = 5;

/** "when it was last read it led lake from 3.0.6 to 3.1.2; 1 node was left out of service: be-3"; nothing where that is not known. */
const describeLast = ({last}: UnreadableRun): readonly Text[] => {
  if (last === null) return [];
  const {cluster, from, to, outOfService, down = [], watchedAt = null} = last;
  const how = {most: NAMED, known: placesKnown(null)};
  const away = [describeLeftOut(outOfService, how), describeDownThen(down, watchedAt, how)];
  const led = text(
    `when it was last read it led ${cluster} from ${from} to ${to}`,
    `上次读取时，它正把 ${cluster} 从 ${from} 升级到 ${to}`,
  );
  return [led, ...away.filter(each => each !== null)];
};

/** Why a run cannot be read, and what is known of it all the same. */
export const describeUnreadable = (run: UnreadableRun): Text =>
  joinTexts([run.because, ...describeLast(run)], SEMICOLON);

/** What `upgrade` does with a cluster whose run cannot be read: what is there is looked at, and of some systems taken on. */
const looks = (system: System | null): Text => {
  if (system === null)
    return text('looks at every node and says what it finds', '会查看每个节点，并说明所见');
  const {untaken} = system;
  return untaken === undefined
    ? text(
        'looks at every node, says what it finds, and takes on from there',
        '会查看每个节点，说明所见，并从那里继续',
      )
    : text(
        `looks at every node and says how far it came; ${untaken.en}`,
        `会查看每个节点，并说明进行到了哪里；${untaken.zh}`,
      );
};

/** The way on without a journal. `system`: that of the cluster; null where nobody can tell it. */
export const wayOnWithout = ({dir, last, instead}: UnreadableRun, system: System | null): Text => {
  if (instead !== null) return instead;
  const command = `lakeup upgrade ${quote(last?.cluster ?? 'CLUSTER')} -i ${quote(dir.inventory)}`;
  const then = looks(system);
  return text(
    `put an unchanged copy of ${dir.journal} back if there is one; otherwise \`${command}\` ${then.en}`,
    `若有 ${dir.journal} 的完好副本，请放回原处；否则 \`${command}\` ${then.zh}`,
  );
};

/** The way on, by the inventory that the run was begun with. */
export const wayOn = async (outside: Outside, run: UnreadableRun): Promise<Text> => {
  const cluster = run.last?.cluster;
  const loaded =
    cluster === undefined ? null : await readCluster(outside, cluster, run.dir.inventory).catch(() => null);
  return wayOnWithout(run, loaded?.system ?? null);
};

/** What to do about a run of this machine that is in the way: to go on with it, or, where nobody can any more, to begin without it. */
export const goOnHere = ({kind, dir: {id}, inHand}: KnownRun): Text =>
  kind === 'unreadable' && inHand === null
    ? text(
        `it is a run of this machine whose journal cannot be read, so that nobody can go on with it. To begin without it, so that it cannot act on any node again: --take-over ${id}`,
        `这是本机的运行，但其日志无法读取，因而无法继续。若要不依赖它重新开始，使其无法再操作任何节点：--take-over ${id}`,
      )
    : text(`it is a run of this machine: lakeup resume ${id}`, `这是本机的运行：lakeup resume ${id}`);

/**
 * What may be at work on hosts of a run that nobody is at. Of one that is taken back the other run tells; of one that was given up only
 * what may have left a node out of service that no later run has seen serve.
 */
export const atWorkOf = (
  {standing, inHand}: Extract<KnownRun, {kind: 'known'}>,
  leftOut: LeftOut | null,
): readonly AtWork[] => {
  const {verified, over, yieldedTo, atWork = []} = standing;
  if (inHand !== null || verified !== null || yieldedTo !== undefined || over?.kind === 'takenBack')
    return [];
  return over === undefined
    ? atWork
    : atWork.filter(({node}) => leftOut?.out.some(out => out.node === node) === true);
};

/** How a run is over that has no verdict. */
export const describeOver = ({kind, words}: NonNullable<Standing['over']>): Text =>
  kind === 'takenBack'
    ? text(`taken back by run ${words}`, `已由运行 ${words} 撤销`)
    : text(`given up: ${words}`, `已放弃：“${words}”`);
