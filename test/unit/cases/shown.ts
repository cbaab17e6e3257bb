import {describe, expect, test} from 'vitest';
import {hasTest, hasWords} from '../advice/tests-named.ts';
import {meet} from './met.ts';
import type {Named, Ran, Variant, Variants} from './variant.ts';

const isRan = (variant: Variant): variant is Ran => 'field' in variant;
const isNamed = (variant: Variant): variant is Named => !isRan(variant);
const titleOf = (variant: Variant): string =>
  isRan(variant) ? variant.name : `${variant.file}: ${variant.title}`;

/** Each variant is met here, or another test is seen to show it with its words. */
export const variantTests = (rows: readonly (readonly [string, Variants])[]): void => {
  describe.each(rows)('%s', (_, variants) => {
    test('three variants and more, each another one', () => {
      expect(new Set(variants.map(titleOf)).size).toBe(variants.length);
      expect(variants.length).toBeGreaterThanOrEqual(3);
    });

    const [ran, elsewhere] = [variants.filter(isRan), variants.filter(isNamed)];
    if (ran.length > 0)
      test.each(ran.map(each => [each.name, each] as const))(
        '%s',
        async (__, {field, end, says, stopped, wrong = () => []}) => {
          const met = await meet(field);
          for (const words of says) expect(met.en).toMatch(words);
          expect(met.zh).toMatch(/[\u4e00-\u9fff]/);
          expect(met.end).toBe(end);
          const stops = met.effects.filter(({effect}) => effect === 'stop').map(({node}) => node);
          expect(stops.join(' ')).toBe(stopped);
          if (end === 'refused') expect([...met.effects, ...met.acts]).toEqual([]);
          expect(wrong(met)).toEqual([]);
        },
      );
    if (elsewhere.length > 0)
      test.each(elsewhere)('$file: $title', ({file, title, says}) => {
        expect(hasTest(file, title), 'there is no such test').toBe(true);
        expect(says, 'it says nothing').not.toEqual([]);
        expect(says.filter(words => !hasWords(file, words))).toEqual([]);
      });
  });
};
