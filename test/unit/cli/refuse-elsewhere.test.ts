import {expect, it} from 'vitest';
import {refuseElsewhere} from '../../../src/cli/refuse-elsewhere.ts';
import type {Seen} from '../../../src/cli/take-over.ts';
import {type LeaseSeen, parseLease} from '../../../src/host/lease.ts';
import {parseAbsPath} from '../../../src/lib/abs-path.ts';
import {HostId, RunId} from '../../../src/model/ids.ts';

const [OWN, HERE, ELSEWHERE] = ['20260101-000000-aaaa', '20260101-000000-bbbb', '20260101-000000-cccc'].map(
  id => RunId.parse(id),
) as [RunId, RunId, RunId];

const place = {host: HostId.parse('host'), at: parseAbsPath('/srv/a'), kind: 'in'} as const;
const lease = (state: string, run: RunId, hand: string, changed: number): LeaseSeen => {
  const words = [
    `top=${changed + 1}`,
    `state=${state}`,
    `run=${run}`,
    `hand=${hand}`,
    `changed=${changed}`,
    'owner=bob',
  ];
  const seen = parseLease(words.map(word => `lease.${word}\n`).join(''));
  if (seen === null) throw new Error('it is one');
  return seen;
};

/** The way back of a run whose plan was made when the place was changed under number 2 last. */
const undo =
  (seen: LeaseSeen, takeOver: string | null = null) =>
  (): void =>
    refuseElsewhere(
      {
        run: OWN,
        leasesSeen: {'host /srv/a': 2},
        lease: {token: 3, hands: ['mine'], from: null, held: false, failure: null},
      },
      [{place, kind: 'seen', seen} satisfies Seen],
      [OWN, HERE],
      takeOver,
    );

it.each<[string, LeaseSeen]>([
  ['its own, left', lease('held', OWN, 'mine', 3)],
  ['its own, given back', lease('free', OWN, 'mine', 3)],
  ['another run of this machine’s', lease('free', HERE, 'x', 5)],
  ['somebody’s from before its plan', lease('free', ELSEWHERE, 'x', 2)],
])('where the lease is %s, the way back may begin', (_, seen) => {
  expect(undo(seen)).not.toThrow();
});

it.each<[string, LeaseSeen, RegExp]>([
  ['held by another machine', lease('held', ELSEWHERE, 'x', 5), /run .*cccc of bob has worked on it since/],
  [
    'of a run of another machine',
    lease('free', ELSEWHERE, 'x', 5),
    /run .*cccc of bob has worked on it since/,
  ],
  ['its own under another’s word', lease('held', OWN, 'x', 3), /gone on with elsewhere, by bob/],
  ['its own, ended elsewhere', lease('free', OWN, 'x', 4), /gone on with elsewhere, by bob/],
])('where the lease is %s, it is refused', (_, seen, says) => {
  expect(undo(seen)).toThrow(says);
});

it('goes on where the operator says that what went on elsewhere is lost', () => {
  expect(undo(lease('held', OWN, 'x', 3), OWN)).not.toThrow();
  expect(undo(lease('free', ELSEWHERE, 'x', 5), OWN)).toThrow();
});
