import {describe} from 'vitest';
import {alluxio} from '../../../src/systems/alluxio/system.ts';
import {CACHE_ROWS} from '../systems/alluxio/preflight/rows-caches.ts';
import {CLIENT_ROWS} from '../systems/alluxio/preflight/rows-clients.ts';
import {FAN_OUT_ROWS} from '../systems/alluxio/preflight/rows-fan-out.ts';
import {NODE_ROWS} from '../systems/alluxio/preflight/rows-nodes.ts';
import {WHOLE_ROWS} from '../systems/alluxio/preflight/rows-whole.ts';
import {changed, healthy} from '../systems/alluxio/preflight/support.ts';
import {closed, type Row, rowTests} from './closed.ts';
import {alluxioDeeds} from './deeds-alluxio.ts';
import {commonDeeds} from './deeds-common.ts';
import {makeTools} from './follow.ts';
import {ALLUXIO_MORE} from './rows-alluxio.ts';

const tools = makeTools(alluxio, healthy);
const deeds = alluxioDeeds(tools);
const theirs = [...NODE_ROWS, ...WHOLE_ROWS, ...CACHE_ROWS, ...CLIENT_ROWS, ...FAN_OUT_ROWS];
const rows: readonly Row<typeof healthy>[] = [
  ...theirs.map(row => ({...row, survey: changed(row.wrong)})),
  ...ALLUXIO_MORE,
];

describe('every advice of preflight is followed, and it goes on: Alluxio', () => {
  rowTests(alluxio, deeds, rows);
});

describe('the table is closed: Alluxio', () => {
  closed(alluxio, deeds, rows, {
    sources: [
      'src/systems/alluxio/preflight/*.ts',
      'src/systems/alluxio/choose.ts',
      'src/systems/alluxio/pairs.ts',
    ],
    // What the plan's own rule says.
    none: [
      /^Caches (?:stay|are given up)/,
      /Back up, format the masters, restore\.$/,
      /A backup is taken all the same/,
    ],
    others: commonDeeds(tools),
  });
});
