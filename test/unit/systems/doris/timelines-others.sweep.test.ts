import {describe, expect, test} from 'vitest';
import {listOf} from '../../../../src/model/facts.ts';
import {nodesOf} from '../../../../src/systems/doris/fields.ts';
import {lastOf, type Replay} from './replay.ts';
import {groupOf} from './timeline.ts';
import {firstOf, liesAbout, liesOf, lookAt, STAGED, sometime, type Window} from './watched.ts';

const named = (played: Replay, last: number): string =>
  played.cluster.nodes.find(node => lastOf(node) === last)?.id ?? String(last);

/** A backend of 3.0.6.1 that drains is told of by nothing: not its row, not its page, not its process (recorded). */
const drainsUnseen = ({story}: Replay): boolean => story.file.startsWith('3.0.6.1-cloud/');

describe.each(STAGED)('%s', (_, played) => {
  const worked = (last: number, window: Window): boolean =>
    sometime(
      played,
      window,
      at => played.works(last, at) || (drainsUnseen(played) && played.drains(last, at)),
    );
  const othersOf = (role: 'ms' | 'be', last: number): number[] =>
    nodesOf(played.cluster, role)
      .map(lastOf)
      .filter(other => other !== last);

  test.each(['ms', 'be'] as const)('no %s is well, or serves, that does not work', async role => {
    for (const probe of ['status', ...(role === 'be' ? ['be-row'] : [])]) {
      const lies = await liesAbout(played, role, probe, (node, {health, serves}, window) =>
        (health === 'ok' || serves === true) && !worked(lastOf(node), window) ? ['it does not work'] : [],
      );
      expect(firstOf(lies), probe).toEqual([]);
    }
  });

  test('nobody counts on a backend that does not work', async () => {
    const lies = await liesAbout(played, 'be', 'be-safe-to-stop', (node, {standIns, othersDown}, window) => {
      const last = lastOf(node);
      const group = othersOf('be', last).filter(other => groupOf(other) === groupOf(last));
      const working = group.filter(other => worked(other, window)).length;
      const down = listOf({othersDown: othersDown ?? []}, 'othersDown');
      return [
        ...(Number(standIns) > working ? [`${String(standIns)} stand in, ${working} work`] : []),
        ...(standIns === undefined ? ['who stands in is not told'] : []),
        ...othersOf('be', last)
          .filter(other => !worked(other, window) && !down.includes(named(played, other)))
          .map(other => `${other} is down`),
      ];
    });
    expect(firstOf(lies)).toEqual([]);
  });

  test('nobody counts on a MetaService that is away', async () => {
    const lies = await liesAbout(played, 'ms', 'ms-safe-to-stop', (node, {othersOk}, window) => {
      const working = othersOf('ms', lastOf(node)).filter(other => worked(other, window)).length;
      return Number(othersOk) > working ? [`${String(othersOk)} are well, ${working} work`] : [];
    });
    expect(firstOf(lies)).toEqual([]);
  });

  test('the whole cluster names everybody who is not well', async () => {
    const [first] = played.cluster.nodes;
    if (first === undefined) throw new Error('the cluster has no nodes');
    const lies = await liesOf(
      played,
      ask => lookAt(played, ask, 'cluster', first),
      (facts, window) =>
        (['ms', 'be', 'fe'] as const).flatMap(role => {
          const told = listOf(facts ?? {}, `${role}.unwell`).map(words => words.split(' ')[0]);
          return nodesOf(played.cluster, role)
            .map(lastOf)
            .filter(last =>
              role === 'fe'
                ? !sometime(played, window, at => played.answers(last, at))
                : !worked(last, window),
            )
            .filter(last => !told.includes(named(played, last)))
            .map(last => `${last} is not well`);
        }),
    );
    expect(firstOf(lies)).toEqual([]);
  });

  test('no frontend’s own word for the master is taken while it has none', async () => {
    const lies = await liesAbout(played, 'fe', 'survey', (_node, {haMaster}) =>
      haMaster === undefined || /^10\.89\.0\.(18|19|20)$/.test(String(haMaster))
        ? []
        : [`it names ${String(haMaster)}`],
    );
    expect(firstOf(lies)).toEqual([]);
  });
});

const staged = (name: string): Replay => {
  const found = STAGED.find(([each]) => each.startsWith(name));
  if (found === undefined) throw new Error(`no story ${name}`);
  return found[1];
};

describe('what only the other side can tell', () => {
  test('both MetaServices are away: they are told as down, and no frontend is blamed for it', async () => {
    const played = staged('C4');
    expect(
      await liesAbout(played, 'fe', 'status', (_node, {health}) => (health === 'ok' ? [] : [String(health)])),
    ).toEqual([]);
    const away = await liesAbout(played, 'ms', 'status', (_node, {health}, {from}) =>
      from > 6 && from < 25 && health !== 'down' ? [String(health)] : [],
    );
    expect(away).toEqual([]);
  });

  test('a frontend that starts while they are away is starting, however long, and its process runs', async () => {
    const played = staged('C5');
    const seen = new Set<string>();
    await liesAbout(played, 'fe', 'status', (node, {health, process, http}, {from}) => {
      if ([18, 21].includes(lastOf(node)) && from > 12 && from < 60)
        seen.add([health, process, http].join(' '));
      return [];
    });
    expect([...seen]).toEqual(['starting running closed']);
  });

  test('a draining backend of 3.0.6.1 looks as before; one of 4.1 says so in its row, and is no stand-in', async () => {
    const rows = async (name: string): Promise<string[]> => {
      const seen = new Set<string>();
      await liesAbout(staged(name), 'be', 'be-row', (node, facts, {from}) => {
        if (lastOf(node) === 15 && from > 9.5 && from < 26)
          seen.add(`alive ${String(facts.alive)}, unfit ${listOf(facts, 'unfit').join() || 'no'}`);
        return [];
      });
      return [...seen];
    };
    expect(await rows('C2')).toEqual(['alive true, unfit no']);
    expect(await rows('D1')).toEqual(['alive true, unfit shutdown']);
  });

  test('old frontends beside a new master are told as gone as soon as they are, with the new one as master', async () => {
    const played = staged('G1');
    const later: string[] = [];
    await liesAbout(played, 'fe', 'fe-turn', (node, {fe, turn, othersDown}, {from}) => {
      if (from > 31 && from < 110)
        later.push(`${lastOf(node)} ${String(fe)} ${String(turn)}, down: ${String(othersDown)}`);
      return [];
    });
    expect([...new Set(later)].toSorted()).toEqual([
      '18 follower now, down: fe-4',
      '19 follower now, down: fe-1,fe-4',
      '20 master later, down: fe-1,fe-4',
      '21 observer now, down: fe-1',
    ]);
  });
});
