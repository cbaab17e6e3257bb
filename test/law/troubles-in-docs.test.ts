import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {TROUBLES} from '../../src/model/ask.ts';
import {describeTrouble} from '../../src/model/trouble.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/when-something-goes-wrong.md'), 'utf8');

test.each(TROUBLES)('the page says of %s what the screen says', trouble => {
  const {what, todo} = describeTrouble(trouble);
  expect(page).toContain(`| ${what.en} | ${todo.en} |`);
});
