import type {Sh} from '../../../src/lib/sh.ts';
import type {Check, ScriptAction, Undo} from '../../../src/model/plan.ts';
import type {GateRecipe, Move, Recipe} from '../../../src/model/system.ts';
import {type Text, text} from '../../../src/model/text.ts';

const MINUTES = 60_000;

export const hold = (check: Check): GateRecipe => ({kind: 'check', check, otherwise: 'hold'});
export const holds = (...wanted: readonly Check[]): GateRecipe[] => wanted.map(hold);

export const confirm = (ask: Text, outages: readonly Text[] = []): GateRecipe => ({
  kind: 'confirm',
  ask,
  danger: outages.length > 0 ? 'outage' : 'phase',
  outages,
  blast: [],
});

/** Looked at before the question and once more after the key press. */
export const around = (question: GateRecipe, ...wanted: readonly Check[]): GateRecipe[] => [
  ...holds(...wanted),
  question,
  ...holds(...wanted),
];

export const action = (name: string, script: Sh, more: Partial<ScriptAction> = {}): ScriptAction => ({
  kind: 'script',
  name: `alluxio.${name}`,
  script,
  timeoutMs: 3 * MINUTES,
  trust: 'exit',
  ...more,
});

export const back = (by: ScriptAction, done: Check, safe: readonly Check[] = []): Undo => ({
  kind: 'action',
  action: by,
  ...(safe.length > 0 ? {safe} : {}),
  done: [done],
});

export const move = (
  name: string,
  title: Text,
  by: Move['action'],
  done: Move['done'],
  undo: Undo,
  more: Partial<Move> = {},
): Move => ({name, title, gates: [], action: by, done, undo, typicalMs: 10_000, down: false, ...more});

export const listed = (recipe: Omit<Recipe, 'order' | 'width'> & {readonly width?: number}): Recipe => ({
  order: () => ({kind: 'listed'}),
  width: 1,
  ...recipe,
});

export const nothing = (en: string, zh: string): Undo => ({kind: 'nothing', because: text(en, zh)});
