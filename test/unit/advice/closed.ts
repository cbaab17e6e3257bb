import {expect, test} from 'vitest';
import {runPreflight} from '../../../src/cli/preflight.ts';
import type {Finding} from '../../../src/model/finding.ts';
import type {Product} from '../../../src/model/inventory.ts';
import type {Survey} from '../../../src/model/survey.ts';
import type {System} from '../../../src/model/system.ts';
import {type Deed, follow, waysOf} from './follow.ts';
import {sentencesIn} from './sentences.ts';

/** A survey in which a check finds something. */
export type Row<S> = {
  readonly check: string;
  readonly level: 'warn' | 'block';
  readonly node: string | null;
  readonly survey: S;
  readonly seen: RegExp;
};

const found = <P extends Product>(system: System<P>, survey: Survey<P>): readonly Finding[] =>
  runPreflight(system as unknown as System, survey as unknown as Survey).findings.filter(
    ({level}) => level !== 'pass',
  );

/** What stands between backticks, in any order; words that stand for others are in the reader's language. */
const quotedIn = (words = ''): readonly string[] =>
  [...words.matchAll(/`([^`]*)`/g)]
    .map(([, quoted = '']) => quoted.replace('文件', 'FILE').replace('主机', 'HOST'))
    .toSorted();

/** Each row's advice is followed by each of the ways it names. */
export const rowTests = <P extends Product>(
  system: System<P>,
  deeds: readonly Deed<P>[],
  rows: readonly Row<Survey<P>>[],
): void => {
  test.each(
    rows.map(
      (row, i) => [`${i} ${row.check} of ${row.node ?? 'the cluster'}: ${row.seen.source}`, row] as const,
    ),
  )('%s', (_, {check, node, seen, survey}) => {
    const finding = found(system, survey).find(
      each => each.check === check && each.node === node && seen.test(each.seen?.en ?? ''),
    );
    if (finding === undefined) throw new Error(`nothing is found: ${JSON.stringify(found(system, survey))}`);
    const ways = waysOf(deeds, finding);
    expect(ways, `nobody knows how to follow: ${finding.fix?.en}`).not.toEqual([]);
    expect(finding.fix?.zh).toMatch(/[\u4e00-\u9fff]/);
    expect(quotedIn(finding.fix?.zh), 'what is to be typed is the same in both languages').toEqual(
      quotedIn(finding.fix?.en),
    );
    for (const way of ways)
      expect({way: way.said[0], wrong: follow(system, deeds, survey, finding, way)}).toEqual({
        way: way.said[0],
        wrong: [],
      });
  });
};

/** Every sentence of the sources is printed by a row, every check has one, and every deed is done. */
export const closed = <P extends Product>(
  system: System<P>,
  deeds: readonly Deed<P>[],
  rows: readonly Row<Survey<P>>[],
  {
    sources,
    none,
    others = [],
  }: {
    /** Files whose sentences are looked for. */
    readonly sources: readonly string[];
    /** Sentences that are no advice, or that no row of this table can print. */
    readonly none: readonly RegExp[];
    /** Deeds that another table proves to be done. */
    readonly others?: readonly Deed<P>[];
  },
): void => {
  const all = rows.flatMap(({survey}) => found(system, survey));
  test('every check has a row', () => {
    const names = new Set(rows.map(({check}) => check));
    expect(system.preflight.map(({name}) => name).filter(name => !names.has(name))).toEqual([]);
  });
  test('every advice that the sources hold is printed by a row', () => {
    const words = all.flatMap(({fix, seen}) => [fix?.en ?? '', seen?.en ?? '']);
    const unheard = sources
      .flatMap(sentencesIn)
      .filter(
        ({pattern, en}) => !words.some(said => pattern.test(said)) && !none.some(each => each.test(en)),
      );
    expect(unheard.map(({file, en}) => `${file}: ${en}`)).toEqual([]);
  });
  test('every advice that is printed is known how to follow, and every deed follows one', () => {
    expect([
      ...new Set(all.filter(each => waysOf(deeds, each).length === 0).map(({fix}) => fix?.en)),
    ]).toEqual([]);
    const proved = new Set(others.map(({says}) => says.source));
    const idle = deeds.filter(
      ({says}) => !proved.has(says.source) && !all.some(({fix}) => says.test(fix?.en ?? '')),
    );
    expect(idle.map(({says}) => says.source)).toEqual([]);
  });
};
