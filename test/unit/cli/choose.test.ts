import {expect, it} from 'vitest';
import {chooseProcedure} from '../../../src/cli/choose.ts';
import {EXIT} from '../../../src/cli/exit-code.ts';
import {UserError} from '../../../src/cli/user-error.ts';
import type {Choice} from '../../../src/model/system.ts';
import {text} from '../../../src/model/text.ts';
import {a, clusterOf, systemWith} from './small-run.ts';

const survey = {cluster: clusterOf([a]), facts: new Map()};

it('ends with the reason and what instead where the system knows no way; nothing was changed', () => {
  const refusing = systemWith({
    choose: () => ({
      kind: 'refused',
      because: text('2.1 does not go to 3.1 in one step', '2.1 不能直接升级到 3.1'),
      instead: text('put 3.0 there as the package first', '请先放入 3.0 的软件包'),
    }),
  });
  try {
    chooseProcedure(refusing, survey);
    expect.unreachable();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.code).toBe(EXIT.usage);
    expect(error.what).toEqual({
      en: '2.1 does not go to 3.1 in one step\nNothing was changed.',
      zh: '2.1 不能直接升级到 3.1\n未做任何改动。',
    });
    expect(error.fix?.en).toBe('put 3.0 there as the package first');
  }
});

it('takes the procedure with its rule', () => {
  const choice: Choice = {
    kind: 'procedure',
    procedure: {
      name: 'upgrade',
      title: text('Upgrade', '升级'),
      phases: [],
      verify: () => expect.unreachable(),
    },
    from: '1',
    to: '2',
    rule: {says: text('one up', '升一级'), source: text('the guide', '指南')},
  };
  expect(chooseProcedure(systemWith({choose: () => choice}), survey)).toBe(choice);
});
