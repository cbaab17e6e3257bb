import type {Ask} from '../../src/model/ask.ts';
import type {Fact} from '../../src/model/facts.ts';
import type {NodeId} from '../../src/model/ids.ts';
import {lookOnce} from '../../src/probe/look.ts';
import type {Subject} from './subject.ts';
import type {VirtualClock} from './virtual-clock.ts';

/** What is compared of every node, in one word for each: "be-1 bytes: …". */
export type Compared = ReadonlyMap<string, string>;

const HOUR_MS = 3_600_000;

const say = (fact: Fact | undefined): string => JSON.stringify(fact ?? 'nothing');

/**
 * Looks at every node, on a network without faults. Nothing where the subject is never taken back. `gone`: whose process was
 * lost so shortly before that nobody could know; only of its files is anything asked.
 */
export const compared = async (
  {system, cluster, back}: Pick<Subject, 'system' | 'cluster' | 'back'>,
  ask: Ask,
  clock: VirtualClock,
  gone: readonly NodeId[] = [],
): Promise<Compared> => {
  const found = new Map<string, string>();
  const lookAll = async (): Promise<boolean> => {
    for (const {id, role} of cluster.nodes)
      for (const {probe, given, facts, ofProcess = false} of back?.same ?? []) {
        if (!system.probes[probe]?.roles.includes(role) || (ofProcess && gone.includes(id))) continue;
        const {look} = await lookOnce({system, cluster, clock, ask}, id, probe, HOUR_MS, given);
        for (const name of facts)
          found.set(`${id} ${name}`, look.kind === 'seen' ? say(look.facts[name]) : 'silent');
      }
    return true;
  };
  const over = {ended: false};
  const looked = lookAll().finally(() => {
    over.ended = true;
  });
  await clock.turnUntil(() => over.ended, clock.now() + HOUR_MS);
  await looked;
  return found;
};

/** What is not as it was, of all that was looked at afterwards. */
export const changedProblems = (before: Compared, after: Compared): string[] =>
  [...after]
    .filter(([name, value]) => before.get(name) !== value)
    .map(
      ([name, value]) =>
        `${name} was ${before.get(name)} before the run, and is ${value} after it was taken back`,
    );
