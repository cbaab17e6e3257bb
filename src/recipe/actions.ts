import type {Check, CopyAction, Given} from '../model/plan.ts';
import type {ActionRecipe, ScriptRecipe, UndoRecipe} from '../model/procedure.ts';
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

/** The same for the one process that this probe tells of right before: the script refuses any other. */
export const onProcess = (
  probe: string,
  ...script: readonly [body: Body, vars: Given, timeoutMs: number]
): ActionRecipe => {
  const [body, vars, timeoutMs] = script;
  return {kind: 'script', body, vars, timeoutMs, trust: 'exit', process: probe};
};

/** A script whose exit code says nothing, as of many start scripts: only what is seen afterwards counts. */
export const untrusted = (body: Body, vars: Given, timeoutMs: number): ScriptRecipe => ({
  kind: 'script',
  body,
  vars,
  timeoutMs,
  trust: 'facts',
});

/**
 * A file of another node's host, copied whole to the step's own, to the same path where none is given. The sender is a node, or
 * a fact of an earlier step that is a node's id; so may the paths be. Under its name nothing is seen that is not
 * whole, and a file with other bytes is not overwritten. Given up when nothing has moved for `stallMs`.
 * @public a verb of its own, for systems that need it
 */
export const copyFrom = (
  node: CopyAction['from']['node'],
  path: CopyAction['from']['path'],
  stallMs: number,
  to: CopyAction['to'] = path,
): ActionRecipe => ({kind: 'copy', from: {node, path}, to, stallMs});

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

/** A way back, by what it does. `safe` is what has to be so before it, seen live. */
export const wayBack = (
  title: Text,
  action: ActionRecipe,
  done: readonly [Check, ...Check[]],
  safe: readonly Check[] = [],
): UndoRecipe => ({kind: 'action', title, action, done, ...(safe.length === 0 ? {} : {safe})});

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
