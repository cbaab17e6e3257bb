import {describe, expect, test} from 'vitest';
import {listOf} from '../../../../src/model/facts.ts';
import {nodesOf} from '../../../../src/systems/doris/fields.ts';
import {lastOf, type Replay} from './replay.ts';
import {firstOf, liesAbout, STAGED, sometime, type Window} from './watched.ts';

const OBSERVER = 21;

const frontendsOf = ({cluster}: Replay): number[] => nodesOf(cluster, 'fe').map(lastOf);
const idOf = ({cluster}: Replay, last: number): string =>
  cluster.nodes.find(node => lastOf(node) === last)?.id ?? String(last);

describe.each(STAGED)('%s', (_, played) => {
  const answered = (last: number, window: Window): boolean =>
    sometime(played, window, at => played.answers(last, at));
  const mute = (last: number, window: Window): boolean =>
    sometime(played, window, at => !played.answers(last, at));

  const cut = (last: number, window: Window): boolean => sometime(played, window, at => played.cut(last, at));

  test('a row that says alive is not taken for service', async () => {
    const lies = await liesAbout(played, 'fe', 'fe-row', (node, {serves}, window) => {
      const last = lastOf(node);
      if (serves === true) return answered(last, window) ? [] : ['it does not serve'];
      if (serves === false) return mute(last, window) ? [] : ['it serves'];
      return cut(last, window) ? [] : ['whether it serves is not told'];
    });
    expect(firstOf(lies)).toEqual([]);
  });

  test.each(['fe-safe-to-stop', 'fe-turn'])('%s counts on nobody who does not answer itself', async probe => {
    const lies = await liesAbout(played, 'fe', probe, (node, facts, window) => {
      const others = frontendsOf(played).filter(last => last !== lastOf(node));
      const gone = others
        .filter(last => !answered(last, window) && !cut(last, window))
        .map(last => idOf(played, last));
      const voters = others.filter(last => last !== OBSERVER && answered(last, window)).length;
      const down = listOf(facts, 'othersDown');
      return [
        ...gone.filter(id => !down.includes(id)).map(id => `${id} is down`),
        ...(facts.quorumKept === true && voters < 2 ? [`${voters} followers are no majority of 3`] : []),
        ...(Number(facts.aliveAfter) > voters
          ? [`${String(facts.aliveAfter)} are alive, not ${voters}`]
          : []),
      ];
    });
    expect(firstOf(lies)).toEqual([]);
  });

  test.each(['fe-safe-to-stop', 'fe-turn', 'fe-row'])(
    '%s: all hold the same group, all the time',
    async probe => {
      const lies = await liesAbout(played, 'fe', probe, (_node, facts) =>
        listOf(facts, 'otherGroup').map(String),
      );
      expect(firstOf(lies)).toEqual([]);
    },
  );
});
