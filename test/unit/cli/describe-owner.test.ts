import {expect, it} from 'vitest';
import {describeOwner} from '../../../src/cli/describe-owner.ts';
import {momentOf} from '../../../src/lib/moment.ts';

it('says since when as every other moment is said, by the clock of this machine', () => {
  const now = Date.now();
  const words = describeOwner({pid: 7, started: '1', at: new Date(now).toISOString()});
  const clock = momentOf(now, now);
  expect(words).toEqual({en: `process 7, since ${clock}`, zh: `进程 7，自 ${clock} 起`});
});
