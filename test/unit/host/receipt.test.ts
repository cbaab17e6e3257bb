import {expect, test} from 'vitest';
import {leavesMark} from '../../../src/host/receipt.ts';
import type {Sh} from '../../../src/lib/sh.ts';
import {body} from '../../../src/model/script.ts';
import {stopBody} from '../../../src/systems/doris/scripts/stop.ts';

const scriptOf = (text: string) => ({body: body('old.stop', text as Sh), vars: {}});

test('an action of a plan that an earlier lakeup made leaves a mark; one of today a receipt', () => {
  expect(
    leavesMark(scriptOf('LAKEUP_AT_WORK=x; export LAKEUP_AT_WORK; sh -c "unset LAKEUP_AT_WORK; $0"')),
  ).toBe(true);
  expect(leavesMark({body: stopBody('be'), vars: {}})).toBe(false);
  expect(leavesMark(scriptOf('echo a product of its own'))).toBe(false);
});
