import {globSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {REFUSALS as ON_HOSTS} from '../../../src/host/refusals.ts';
import {describeRefusal, type Refusal} from '../../../src/model/refusal.ts';
import {REFUSALS as OF_ALLUXIO} from '../../../src/systems/alluxio/refusals.ts';
import {alluxio} from '../../../src/systems/alluxio/system.ts';
import {REFUSALS as OF_DORIS} from '../../../src/systems/doris/refusals.ts';
import {doris} from '../../../src/systems/doris/system.ts';
import {a, exited, makeToy, phase, planned, planOf, step} from '../engine/toy.ts';
import {hasTest} from './tests-named.ts';

/*
 * What a script refuses with on a host, where that tells somebody to do something: it is said in the operator's language, and a test
 * follows it. An advice that is added to a script has no row here, and this fails.
 */

const root = join(import.meta.dirname, '../../..');
const REFUSALS: readonly Refusal[] = [...ON_HOSTS, ...OF_DORIS, ...OF_ALLUXIO];

/** What somebody is told to do, in the words that follow a refusal's reason. */
const TELLS =
  /(?:[:;,.]|\bor|\band|\bthen) (?:see|end|remove|stop|start|mount|unmount|move|undo|write|retry|try|begin|mend|make|give|wait|put|free|correct|ask|look|install|name|run)\b/i;

/** Every sentence that a script refuses with, with `$variables` as they stand. */
const refusedWith = (): readonly {readonly file: string; readonly words: string}[] =>
  globSync('src/**/*.ts', {cwd: root}).flatMap(file => {
    const code = readFileSync(join(root, file), 'utf8').replaceAll(/ \\+\n\s*"/g, ' "');
    return [...code.matchAll(/\brefuse (".*")/g)].map(([, said = '']) => ({
      file,
      words: said
        .replace(/^"/, '')
        .replace(/"[^"]*$/, '')
        .replaceAll('" "', ' '),
    }));
  });

const advices = refusedWith().filter(({words}) => TELLS.test(words));

/** The same with something in the place of what is filled in. */
const said = (words: string): string =>
  words
    .replaceAll(/\\?\$\{?#|\$#/g, '70')
    .replaceAll(/\\?\$\{others% \}/g, 'lake=77')
    .replaceAll('$running', '77')
    .replaceAll('$*', '77')
    .replaceAll(/\$[a-z_1-9]+/g, '/srv/lake');

/** By the words that each of them has: the test that does what it says, and sees it go on. */
const FOLLOWED: Readonly<Record<string, readonly [file: string, title: string]>> = {
  'remove them when nothing is at work': [
    'test/shell/host/ends.test.ts',
    'are refused where there are too many to look at, and go on once they were removed',
  ],
  'see whose it is, and end it': [
    'test/shell/host/identity.test.ts',
    'only when it is of the login, of the home’s owner, or root’s, whatever it calls itself',
  ],
  'See that its page answers; or stop it by hand': [
    'test/shell/systems/doris/spot.test.ts',
    'what is said of one that does not say what it is, is followed: its page answers, or it is stopped by hand',
  ],
  'runs from files that are not all back': [
    'test/shell/systems/doris/put-back.test.ts',
    'who runs between the renames of a bring-back is told of, and brought back once it has ended',
  ],
  'move it away by hand': [
    'test/shell/systems/alluxio/caches.test.ts',
    'is moved away by hand, as it is told, and made anew',
  ],
  'undo this run, write copyBy: lakeup and begin anew': [
    'test/shell/systems/alluxio/caches.test.ts',
    'is not tried by one that would end the worker and copy nothing',
  ],
  'stop that one first': [
    'test/shell/systems/alluxio/caches.test.ts',
    'is not tried where it would end a worker of another install',
  ],
  'mount it (bin/alluxio-mount.sh Mount)': [
    'test/shell/systems/alluxio/caches.test.ts',
    'is not put below a mount point, and not from what this run has not copied',
  ],
  'another name, and retry': [
    'test/shell/systems/alluxio/journal.test.ts',
    'comes back over what a new version wrote once more, as soon as that advice is followed',
  ],
};

describe('what a script refuses with, and tells somebody to do', () => {
  test('is found in the sources', () => expect(advices.length).toBeGreaterThanOrEqual(REFUSALS.length));

  test.each(advices)('$file: $words', ({words}) => {
    const english = said(words);
    const {en, zh} = describeRefusal(english, REFUSALS);
    expect(en).toBe(english);
    expect(zh, 'no word of the English is left').toMatch(/[\u4e00-\u9fff]/);
    expect(zh).not.toMatch(/\$<|undefined|\b(?:is|was|that|the|see|then)\b/i);
    for (const place of english.match(/\/srv\/lake|77|70/g) ?? []) expect(zh).toContain(place);
    const rows = Object.keys(FOLLOWED).filter(each => words.includes(each));
    expect(rows, 'one row names the test that follows it').toHaveLength(1);
  });

  test.each(Object.entries(FOLLOWED))(
    '"%s" is printed, and followed by a test that there is',
    (words, [file, title]) => {
      expect(advices.some(each => each.words.includes(words))).toBe(true);
      expect(hasTest(file, title), `${file}: ${title}`).toBe(true);
    },
  );

  test('every translation is of something that a script says', () => {
    const all = advices.map(({words}) => said(words));
    expect(REFUSALS.filter(({says}) => !all.some(words => says.test(words)))).toEqual([]);
    expect(doris.refusals).toBe(OF_DORIS);
    expect(alluxio.refusals).toBe(OF_ALLUXIO);
  });
});

test('the run that is held by it says it in both languages, with what the host said beside it', async () => {
  const toy = makeToy();
  const english =
    'process 77 calls itself one of /srv/lake, and one is of another user: see whose it is, and end it';
  toy.says(a, 'status', {stop: false});
  toy.says(a, 'stop', exited(97, `going on without a receipt: no room\n${english}\n`));
  Object.assign(toy.world.operator, {choose: async () => 'leave'});
  await toy.run({kind: 'new', planned: planned(planOf(phase('p', [step(a, 'stop')])))});
  const failed = toy.events.find(({type}) => type === 'step.failed');
  expect(failed).toMatchObject({
    failure: {
      kind: 'refused',
      trouble: 'guard',
      detail: {
        en: `going on without a receipt: no room\n${english}`,
        zh: expect.stringMatching(/^going on without a receipt: no room\n进程 77 自称属于 \/srv\/lake/),
      },
    },
  });
});
