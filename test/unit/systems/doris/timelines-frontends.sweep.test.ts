import {describe, expect, test} from 'vitest';
import {nodesOf} from '../../../../src/systems/doris/fields.ts';
import {findMaster} from '../../../../src/systems/doris/probes/master.ts';
import {lastOf, type Replay} from './replay.ts';
import {momentsOf} from './timeline.ts';
import {firstOf, liesAbout, liesOf, STAGED, sometime, type Window} from './watched.ts';

/** Frontends were asked once a second or two: what one says of itself may be that old. */
const ASKED_EVERY = 1.2;
const around = ({from, to}: Window): Window => ({from: from - ASKED_EVERY, to: to + ASKED_EVERY});

/** A master that answers, beside enough followers that do, for this long: then it has to be found. */
const CALM = 4;

const calm = (played: Replay, {from, to}: Window): boolean => {
  const moments = momentsOf(played.timeline).filter(at => from - CALM <= at && at <= to);
  const masters = new Set(moments.map(at => played.masters(at).join()));
  const voters = nodesOf(played.cluster, 'fe')
    .map(lastOf)
    .filter(last => last !== 21);
  return (
    masters.size === 1 &&
    !masters.has('') &&
    moments.every(
      at =>
        played.masters(at).every(last => played.answers(last, at)) &&
        voters.filter(last => played.answers(last, at)).length >= 2,
    )
  );
};

describe.each(STAGED)('%s', (_, played) => {
  const was = (window: Window, so: (at: number) => boolean): boolean => sometime(played, window, so);
  const isMaster =
    (last: number) =>
    (at: number): boolean =>
      played.masters(at).includes(last);

  test('nobody is called the master who is not, and nobody during an election', async () => {
    const lies = await liesOf(
      played,
      ask => findMaster(ask, played.cluster),
      (found, window) => {
        if (!found.ok) return [];
        const last = lastOf(found.value.node);
        return was(window, isMaster(last)) ? [] : [`${last} is no master`];
      },
    );
    expect(firstOf(lies)).toEqual([]);
  });

  test('the master is found when all is calm', async () => {
    const lies = await liesOf(
      played,
      ask => findMaster(ask, played.cluster),
      (found, window) => (!found.ok && calm(played, window) ? [found.code] : []),
    );
    expect(firstOf(lies)).toEqual([]);
  });

  test('no frontend is well that does not answer SQL and HTTP itself; none is shown as master that is none', async () => {
    const lies = await liesAbout(played, 'fe', 'status', (node, {health, fe}, window) => {
      const last = lastOf(node);
      return [
        ...(health === 'ok' && !was(window, at => played.answers(last, at)) ? ['it is not well'] : []),
        ...(fe === 'master' && !was(around(window), isMaster(last)) ? ['it is no master'] : []),
      ];
    });
    expect(firstOf(lies)).toEqual([]);
  });
});
