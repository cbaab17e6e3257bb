import {describe} from 'vitest';
import {doris} from '../../../src/systems/doris/system.ts';
import {BASIC} from '../systems/doris/preflight/cases-basic.ts';
import {DEMANDS} from '../systems/doris/preflight/cases-demands.ts';
import {OWN} from '../systems/doris/preflight/cases-own.ts';
import {STARTERS} from '../systems/doris/preflight/cases-starters.ts';
import {WHOLE} from '../systems/doris/preflight/cases-whole.ts';
import {healthy} from '../systems/doris/preflight/support.ts';
import {closed, type Row, rowTests} from './closed.ts';
import {dorisDeeds} from './deeds-doris.ts';
import {makeTools} from './follow.ts';
import {DORIS_MORE} from './rows-doris.ts';

const tools = makeTools(doris, healthy);
const deeds = dorisDeeds(tools);
const rows: readonly Row<typeof healthy>[] = [
  ...BASIC,
  ...DEMANDS,
  ...OWN,
  ...STARTERS,
  ...WHOLE,
  ...DORIS_MORE,
];

describe('every advice of preflight is followed, and it goes on: Doris', () => {
  rowTests(doris, deeds, rows);
});

describe('the table is closed: Doris', () => {
  closed(doris, deeds, rows, {
    sources: [
      'src/systems/doris/preflight/*.ts',
      'src/systems/doris/choose.ts',
      'src/recipe/{starters,units,login,preflight}.ts',
    ],
    none: [
      // What the plan's own rule says.
      /one minor version: rolling|: rolling, MetaService, Recycler, backends, then frontends with the master last\. Once|Taken on: |and goes first\./,
      // Of systems that have no check of their own for it.
      /^An upgrade begins at one version\. Where/,
    ],
  });
});
