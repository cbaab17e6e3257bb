import {describe, expect, test} from 'vitest';
import {nodesOf} from '../../../../src/systems/doris/fields.ts';
import {findMaster} from '../../../../src/systems/doris/probes/master.ts';
import {readText} from './recorded.ts';
import {lastOf, type Replay} from './replay.ts';
import {lookAt, STAGED} from './watched.ts';

/** One CREATE DATABASE through one frontend, as somebody else sent it while the timeline was recorded. */
type Write = {readonly at: number; readonly via: number; readonly code: number | null};

const beginOf = (path: string): number => {
  const [, time = ''] = /^t0 = (.*)$/m.exec(readText(path)) ?? [];
  return Date.parse(`${time.replace(' ', 'T')}Z`) / 1000;
};

const writesOf = (path: string, timeline: string): Write[] =>
  readText(path)
    .split('\n')
    .flatMap(line => {
      const [, at, via, said = ''] =
        /^ *([\d.]+)s create\+drop database via (\d+) \([\d.]+s\) (.*)$/.exec(line) ?? [];
      if (at === undefined || via === undefined) return [];
      const code = /^ERROR (\d+)/.exec(said)?.[1];
      return [
        {
          at: Number(at) + beginOf(path) - beginOf(timeline),
          via: Number(via),
          code: code === undefined ? null : Number(code),
        },
      ];
    });

/** Both files begin at a full second. */
const BLUR = 1;
const CANNOT_CONNECT = 2002;

const staged = (name: string): Replay => {
  const found = STAGED.find(([each]) => each.startsWith(name) && each.endsWith('at once'));
  if (found === undefined) throw new Error(`no story ${name}`);
  return found[1];
};

describe.each([
  ['E', 'mixed-cloud/events/E-writes.txt'],
  ['G1', 'mixed-cloud/events/G1-writes.txt'],
])('what those met who wrote meanwhile: %s', (name, path) => {
  const played = staged(name);
  const {cluster, timeline, story} = played;
  const writes = writesOf(path, story.file).filter(({at}) => at > BLUR && at < timeline.end - BLUR);
  const around = (at: number): number[] => [at - BLUR, at - BLUR / 2, at, at + BLUR / 2, at + BLUR];

  test('there were writes, and some failed', () => {
    expect(writes.length).toBeGreaterThan(100);
    expect(writes.filter(({code}) => code !== null).length).toBeGreaterThan(20);
  });

  test('no frontend was well that nobody could connect to', async () => {
    const lies: string[] = [];
    for (const {at, via} of writes.filter(({code}) => code === CANNOT_CONNECT)) {
      const node = nodesOf(cluster, 'fe').find(each => lastOf(each) === via);
      if (node === undefined) throw new Error(`no frontend ${via}`);
      const healths = await Promise.all(
        around(at).map(async moment => {
          const {value} = await played.run(moment, ask => lookAt(played, ask, 'status', node));
          return value?.health;
        }),
      );
      if (healths.every(health => health === 'ok')) lies.push(`${at.toFixed(2)}s: ${via} is not well`);
    }
    expect(lies).toEqual([]);
  });

  test('a master was found whenever writes went through everywhere, and not while none did', async () => {
    const rounds = Map.groupBy(writes, ({at}) => Math.floor(at / 2));
    const wrong: string[] = [];
    for (const [round, all] of rounds) {
      const good = all.filter(({code}) => code === null).length;
      if (all.length < 4 || (good !== 0 && good !== all.length)) continue;
      const found = await Promise.all(
        around(all[0]?.at ?? 0).map(async moment => {
          const {value} = await played.run(moment, ask => findMaster(ask, cluster));
          return value.ok;
        }),
      );
      if (good === 0 ? found.every(Boolean) : !found.some(Boolean)) wrong.push(`about ${round * 2}s`);
    }
    expect(wrong).toEqual([]);
  });
});
