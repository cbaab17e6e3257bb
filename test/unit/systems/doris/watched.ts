import type {Ask} from '../../../../src/model/ask.ts';
import type {Facts} from '../../../../src/model/facts.ts';
import {type DorisNode, nodesOf, type RoleName} from '../../../../src/systems/doris/fields.ts';
import {doris} from '../../../../src/systems/doris/system.ts';
import {lastOf, type Pace, type Replay, replay} from './replay.ts';
import {STORIES} from './stories.ts';
import {momentsOf} from './timeline.ts';

/** The time a look took: what it states has to have been so at some moment of it. */
export type Window = {readonly from: number; readonly to: number};

const PACES: readonly Pace[] = ['at once', 'as recorded'];

/** Every timeline at every pace. */
export const STAGED = Object.entries(STORIES).flatMap(([name, story]) =>
  PACES.map((pace): [string, Replay] => [`${name}, ${pace}`, replay(story, pace)]),
);

/** Looks at every moment of a timeline; gives what was untrue, each with its moment. */
export const liesOf = async <T>(
  played: Replay,
  look: (ask: Ask) => Promise<T>,
  lies: (seen: T, window: Window) => readonly string[],
): Promise<string[]> => {
  const found: string[] = [];
  for (const from of momentsOf(played.timeline)) {
    const {value, to} = await played.run(from, look);
    found.push(...lies(value, {from, to}).map(lie => `${from.toFixed(2)}s: ${lie}`));
  }
  return found;
};

/** Whether something was so at any moment of a window. */
export const sometime = ({timeline}: Replay, {from, to}: Window, so: (at: number) => boolean): boolean =>
  [from, to, ...momentsOf(timeline).filter(at => from < at && at < to)].some(so);

/** What a probe says of a node; null where it is silent, which states nothing. */
export const lookAt = async (
  {cluster}: Replay,
  ask: Ask,
  probe: string,
  node: DorisNode,
  given: Facts = {},
): Promise<Facts | null> => {
  const look = await doris.probes[probe]?.look(node, cluster, ask, given);
  return look?.kind === 'seen' ? look.facts : null;
};

/** What one probe says of each node of a role that is not so, at every moment. */
export const liesAbout = (
  played: Replay,
  role: RoleName,
  probe: string,
  lies: (node: DorisNode, facts: Facts, window: Window) => readonly string[],
): Promise<string[]> =>
  liesOf(
    played,
    ask =>
      Promise.all(
        nodesOf(played.cluster, role).map(async node => ({
          node,
          facts: await lookAt(played, ask, probe, node),
        })),
      ),
    (looks, window) =>
      looks.flatMap(({node, facts}) =>
        facts === null ? [] : lies(node, facts, window).map(lie => `${probe} of ${lastOf(node)}: ${lie}`),
      ),
  );

/** The first lies of many are enough to read. */
export const firstOf = (lies: readonly string[]): readonly string[] => lies.slice(0, 8);
