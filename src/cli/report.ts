import {readJournal} from '../engine/journal.ts';
import type {Owner} from '../engine/run-lock.ts';
import type {Event} from '../model/event.ts';
import {findNode} from '../model/inventory.ts';
import {type Report, reportOf} from '../model/report.ts';
import type {System} from '../model/system.ts';
import {plain} from '../model/text.ts';
import {jsonLine} from '../ui/control.ts';
import {reportLines} from '../ui/report.ts';
import {describeOwner} from './describe-owner.ts';
import {type Loaded, loadCluster} from './load-cluster.ts';
import type {Context, Outside} from './outside.ts';
import {type RunDir, readRunInventory} from './state-dir.ts';

/** The report of a journal, by what the run's own inventory says of its nodes. */
export const reportBy = (
  events: readonly Event[],
  {cluster, system}: Pick<Loaded, 'cluster' | 'system'>,
): Report => reportOf(events, {...system, nodeOf: node => findNode(cluster, node) ?? null});

/** What a report is made with; of an inventory that cannot be read any more the nodes have no hosts. */
const loadedOf = async (
  outside: Outside,
  dir: RunDir,
  planned: Extract<Event, {type: 'run.planned'}>,
): Promise<Loaded | null> => {
  try {
    return await loadCluster(outside, planned.plan.cluster, dir.inventory, await readRunInventory(dir));
  } catch {
    return null;
  }
};

export type KnownReport = {readonly report: Report; readonly system: System | null};

/** The report of the run of that folder. Throws where its journal is of no use. */
export const readReport = async (outside: Outside, dir: RunDir): Promise<KnownReport> => {
  const {events} = await readJournal(dir.journal);
  const [planned] = events;
  const loaded = planned?.type === 'run.planned' ? await loadedOf(outside, dir, planned) : null;
  if (loaded === null) return {report: reportOf(events, {nodeOf: () => null}), system: null};
  return {report: reportBy(events, loaded), system: loaded.system};
};

/** `allNodes`: with a row for each; `inHand`: who is at the run, where that is not the one who prints. */
type Printed = {readonly allNodes?: boolean; readonly inHand?: Owner | null};

/** Prints a report: as text for a ticket, or as one line of JSON. */
export const printReport = (
  {common, print}: Context,
  report: Report,
  system: Pick<System, 'roles'> | null,
  {allNodes = false, inHand = null}: Printed = {},
): void => {
  if (common.json) {
    const by = inHand === null ? null : {pid: inHand.pid, since: inHand.at};
    print(jsonLine({type: 'report', ...report, inHand: by}));
    return;
  }
  const roleTitle = (role: string) => system?.roles.find(({name}) => name === role)?.title ?? plain(role);
  const {lang, ascii} = common;
  const style = {lang, ascii, roleTitle, allNodes, inHand: inHand === null ? null : describeOwner(inHand)};
  for (const line of reportLines(report, style)) print(line);
};

/** Whether there is anything to report: a run that was left at its first question has done nothing. */
export const hasBegun = ({phases}: Report): boolean => phases.some(({from}) => from !== null);
