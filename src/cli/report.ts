import {readJournal} from '../engine/journal.ts';
import type {Event} from '../model/event.ts';
import {findNode} from '../model/inventory.ts';
import {type Report, reportOf} from '../model/report.ts';
import type {System} from '../model/system.ts';
import {plain} from '../model/text.ts';
import {jsonLine} from '../ui/control.ts';
import {reportLines} from '../ui/report.ts';
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

/** Prints a report: as text for a ticket, `allNodes`: with a row for each; or as one line of JSON. */
export const printReport = (
  {common, print}: Context,
  report: Report,
  system: Pick<System, 'roles'> | null,
  allNodes = false,
): void => {
  if (common.json) {
    print(jsonLine({type: 'report', ...report}));
    return;
  }
  const roleTitle = (role: string) => system?.roles.find(({name}) => name === role)?.title ?? plain(role);
  const {lang, ascii} = common;
  for (const line of reportLines(report, {lang, ascii, roleTitle, allNodes})) print(line);
};

/** Whether there is anything to report: a run that was left at its first question has done nothing. */
export const hasBegun = ({phases}: Report): boolean => phases.some(({from}) => from !== null);
