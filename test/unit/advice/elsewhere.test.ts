import {describe, expect, test} from 'vitest';
import {
  type Followed,
  NO_ADVICE,
  OF_DORIS,
  OF_HOLDS,
  OF_REST,
  REST_NO_ADVICE,
  REST_UNFOLLOWED,
} from './elsewhere.ts';
import {OF_CLI, UNFOLLOWED} from './elsewhere-cli.ts';
import {sentencesIn, textsIn} from './sentences.ts';
import {hasTest} from './tests-named.ts';

/*
 * Advice that no table of this folder prints has a row that names the test which follows it. A sentence that is added to one of these
 * files has none, and this fails.
 */

const GROUPS: Readonly<
  Record<string, {readonly sources: readonly string[]; readonly rows: Readonly<Record<string, Followed>>}>
> = {
  'of a run that is held': {sources: ['src/model/describe-remedy.ts'], rows: OF_HOLDS},
  'of Doris': {
    sources: ['src/systems/doris/upgrade/safe.ts', 'src/systems/doris/probes/*.ts'],
    rows: OF_DORIS,
  },
};

describe.each(Object.entries(GROUPS))('advice %s', (_, {sources, rows}) => {
  const said = sources.flatMap(sentencesIn).filter(({en}) => !NO_ADVICE.some(each => each.test(en)));

  test('has a row for every sentence', () => {
    const left = said.filter(({en}) => !Object.keys(rows).some(words => en.includes(words)));
    expect(left.map(({file, en}) => `${file}: ${en}`)).toEqual([]);
  });

  test.each(Object.entries(rows))(
    '%s is said, and followed by a test that there is',
    (words, [file, title]) => {
      expect(said.some(({en}) => en.includes(words))).toBe(true);
      expect(hasTest(file, title), `${file}: ${title}`).toBe(true);
    },
  );
});

/** What somebody is told to do, at the beginning of a text or of a part of it. */
const TELLS =
  /(?:^|[.;:,…] ?(?:or |and |then |Then |To )?)(?:choose|make|type|talk|see|write|give|put|free|log in|check|set|name|correct|load|add|use|run|wait|try|retry|end|ask|look|mend|install|allow|copy|start|keep|begin|move|open|find|leave|say|let|take|restart|press|go on|finish)\b(?! (?:…|of|is|was|prunes|not))/i;

/** A command of lakeup that is to be typed: test/unit/cli/advice.test.ts types each. */
const IS_COMMAND = /\blakeup (?:resume|undo|prune|runs|abandon|upgrade|status)\b|… (?:resume|undo|abandon) …/;

/** Typed by test/unit/cli/advice.test.ts, as those of the command line are. */
const isElsewhere = (file: string, en: string): boolean =>
  file === 'src/plan/take-back.ts' || REST_NO_ADVICE.some(each => each.test(en));

const toldIn = (...patterns: readonly string[]) =>
  patterns
    .flatMap(textsIn)
    .map(({file, pieces}) => ({file, en: pieces.join('…')}))
    .filter(({en}) => TELLS.test(en));

/** What another table of this folder follows: remedies, preflight, inventories. The labels of keys are pressed by the tests of the screen. */
const REST = [
  'src/{engine,transport,store,plan,host,probe}/*.ts',
  'src/recipe/kept.ts',
  'src/systems/*/skip.ts',
  'src/model/skip.ts',
  'src/systems/alluxio/{probes,upgrade/clients}*.ts',
  'src/systems/alluxio/probes/*.ts',
  'src/ui/**/!(keys).ts',
];

describe.each([
  [
    'of the command line',
    toldIn('src/cli/!(help).ts').filter(({en}) => !IS_COMMAND.test(en)),
    OF_CLI,
    UNFOLLOWED,
  ],
  [
    'of everything else',
    toldIn(...REST).filter(({file, en}) => !isElsewhere(file, en)),
    OF_REST,
    REST_UNFOLLOWED,
  ],
] as const)('advice %s', (_, told, rows, unfollowed) => {
  test('has a row for every text that tells somebody to do something', () => {
    const known = [...Object.keys(rows), ...Object.keys(unfollowed)];
    const left = told.filter(({en}) => !known.some(words => en.includes(words)));
    expect(left.map(({file, en}) => `${file}: ${en}`)).toEqual([]);
  });

  test.each(Object.entries<Followed>(rows))(
    '%s is said, and followed by a test that there is',
    (words, [file, title]) => {
      expect(told.some(({en}) => en.includes(words))).toBe(true);
      expect(hasTest(file, title), `${file}: ${title}`).toBe(true);
    },
  );

  test.each(Object.entries<string>(unfollowed))('%s is said, and why no test follows it', (words, why) => {
    expect(told.some(({en}) => en.includes(words))).toBe(true);
    expect(why).not.toBe('');
    expect(Object.keys(rows)).not.toContain(words);
  });
});
