import type {Check, Given} from '../model/plan.ts';
import type {ActionRecipe, UndoRecipe} from '../model/procedure.ts';
import type {Body} from '../model/script.ts';
import {type Text, text} from '../model/text.ts';

/** A script whose exit code counts: where it is not 0, what has to be seen afterwards decides at once. */
export const script = (body: Body, vars: Given, timeoutMs: number): ActionRecipe => ({
  kind: 'script',
  body,
  vars,
  timeoutMs,
  trust: 'exit',
});

/** A script whose exit code says nothing, as of many start scripts: only what is seen afterwards counts. */
export const untrusted = (body: Body, vars: Given, timeoutMs: number): ActionRecipe => ({
  kind: 'script',
  body,
  vars,
  timeoutMs,
  trust: 'facts',
});

/**
 * Work that a person does by hand, and that leaves a trace which can be looked for. `copy` is one line that they need for it
 * as it stands: the screen offers to copy it.
 */
export const byHand = (name: string, instructions: Text, copy?: string): ActionRecipe => ({
  kind: 'manual',
  name,
  instructions,
  ...(copy === undefined ? {} : {copy}),
});

/** A way back. `safe` is what has to be so before it, seen live. */
export const wayBack = (
  action: ActionRecipe,
  done: readonly [Check, ...Check[]],
  safe: readonly Check[] = [],
): UndoRecipe => ({kind: 'action', action, done, ...(safe.length === 0 ? {} : {safe})});

/** No way back, why, and the next best way where there is one. */
export const noWayBack = (because: Text, instead?: Text): UndoRecipe => ({
  kind: 'impossible',
  because,
  ...(instead === undefined ? {} : {instead}),
});

/**
 * Nothing that would have to be taken back.
 * @public a verb of its own, for systems that need it
 */
export const harmless = (en: string, zh: string): UndoRecipe => ({kind: 'nothing', because: text(en, zh)});
