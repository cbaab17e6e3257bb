import {never} from '../lib/never.ts';
import {quote} from '../lib/sh.ts';
import {actionName} from '../model/action-name.ts';
import {PART} from '../model/copy.ts';
import {describeCopy} from '../model/describe-copy.ts';
import {describeExpected} from '../model/describe-facts.ts';
import {describeUndo} from '../model/describe-plan.ts';
import {isList} from '../model/facts.ts';
import {actionGiven, type FactsOf} from '../model/given.ts';
import {
  type Action,
  bodyOf,
  type CopyAction,
  type FanOut,
  type Given,
  type Plan,
  type Undo,
} from '../model/plan.ts';
import {factsOfStep, type RunState} from '../model/state.ts';
import {visible} from './control.ts';
import {type Line, line, span, wrapped} from './line.ts';
import {messages} from './messages.ts';
import type {Pen} from './pen.ts';
import {pieces} from './width.ts';

/** A plan, and what its steps have found so far: nothing, where the plan is shown as it was made. */
export type ScriptSource = {readonly plan: Plan; readonly factsOf: FactsOf};

export const asMade = (plan: Plan): ScriptSource => ({plan, factsOf: () => undefined});

export const asFound = (run: RunState): ScriptSource => ({plan: run.plan, factsOf: factsOfStep(run)});

/** A variable as the script gets it, "home=/opt/be"; one that an earlier step has yet to find by that step's name. */
const varWords = (name: string, value: Given[string], {factsOf}: ScriptSource, pen: Pen): string => {
  const known =
    typeof value === 'object' && 'from' in value ? factsOf(value.from.step)?.[value.from.fact] : value;
  if (known === undefined) return visible(`${name}=(${pen.t(describeExpected(value))})`);
  const word = isList(known) ? known.join(' ') : String(known);
  return visible(`${name}=${word === '' ? '' : quote(word)}`);
};

/** What a script is told of its gates, which see it only when they look. */
const spotWords = (action: Action, pen: Pen): string[] =>
  action.kind !== 'script' || action.spot === undefined
    ? []
    : [
        ...action.spot.map(name => visible(`seen_${name}=(${pen.t(messages.seenByGates(name))})`)),
        `tried=(${pen.t(messages.triedBefore)})`,
      ];

/** Everything that an action is told; nothing for work by hand. */
const varsOf = (action: Action, source: ScriptSource, pen: Pen): string[] => [
  ...Object.entries(actionGiven(action)).map(([name, value]) => varWords(name, value, source, pen)),
  ...spotWords(action, pen),
];

/** What an action runs, in one line of text: its script's name and what that is told, or what is copied from where. */
const commandWords = (action: Action, source: ScriptSource, pen: Pen): string =>
  action.kind === 'copy'
    ? visible(pen.t(describeCopy(action, source.factsOf)))
    : [visible(actionName(action)), ...varsOf(action, source, pen)].join('  ');

/** The way back of a step: its script with what that is told, or why there is none. */
export const undoLines = (
  undo: Undo,
  source: ScriptSource,
  pen: Pen,
  width: number,
  indent: string,
): Line[] => {
  switch (undo.kind) {
    case 'action': {
      const label = `${pen.t(messages.wayBack)}${pen.lang === 'en' ? ': ' : '：'}`;
      const head = line(indent, span(label, 'muted'));
      return wrapped(commandWords(undo.action, source, pen), width, 'muted', head);
    }
    case 'impossible':
    case 'nothing': {
      const tone = undo.kind === 'impossible' ? 'warn' : 'muted';
      return wrapped(visible(pen.t(describeUndo(undo))), width, tone, line(indent));
    }
    default:
      return never(undo);
  }
};

/** The text of a script, line by line. */
export const bodyLines = (text: string, width: number, indent: string): Line[] =>
  text.split('\n').flatMap(words => wrapped(visible(words), width, 'plain', line(indent)));

/** How much of a script is shown: its name and variables, with a word about its length, or every line of it. */
export type Shown = 'named' | 'counted' | 'whole';

const scriptLines = (
  action: Extract<Action, {kind: 'script'}>,
  source: ScriptSource,
  shown: Shown,
  pen: Pen,
  width: number,
): Line[] => {
  const prompt = line('   ', span(`${pen.theme.marks.prompt} `, 'muted'));
  const {text} = bodyOf(source.plan, action);
  if (shown === 'whole')
    return [
      line(...prompt, span(visible(action.body), 'strong')),
      ...varsOf(action, source, pen).flatMap(words => wrapped(words, width, 'accent', line('     '))),
      ...bodyLines(text, width, '     '),
    ];
  const count = text.split('\n').length;
  const words = commandWords(action, source, pen);
  return wrapped(
    shown === 'named' ? words : `${words}  ${pen.t(messages.scriptShown(count))}`,
    width,
    'plain',
    prompt,
  );
};

/** A command for many nodes: its very words, from which node, and the script that runs it. */
export const fanOutLines = (
  {node, title, action}: FanOut,
  source: ScriptSource,
  shown: Shown,
  pen: Pen,
  width: number,
): Line[] => [
  ...wrapped(
    visible(pen.t(title)),
    width,
    'accent',
    line('   ', span(`${node} ${pen.theme.marks.prompt} `, 'muted')),
  ),
  ...actionLines(action, source, shown, pen, width),
];

/** A copy: what goes where; where everything is shown, also under which name, and what is never overwritten. */
const copyLines = (
  action: CopyAction,
  source: ScriptSource,
  shown: Shown,
  pen: Pen,
  width: number,
): Line[] => {
  const prompt = line('   ', span(`${pen.theme.marks.prompt} `, 'muted'));
  if (shown !== 'whole') return wrapped(commandWords(action, source, pen), width, 'plain', prompt);
  return [
    line(...prompt, span(actionName(action), 'strong')),
    ...varsOf(action, source, pen).flatMap(words => wrapped(words, width, 'accent', line('     '))),
    ...wrapped(pen.t(messages.copyShown(PART)), width, 'plain', line('     ')),
  ];
};

/**
 * What is run: the script with its variables before it. For a copy, what goes where. For a step by hand, what is to be
 * done.
 */
export const actionLines = (
  action: Action,
  source: ScriptSource,
  shown: Shown,
  pen: Pen,
  width: number,
): Line[] => {
  switch (action.kind) {
    case 'manual':
      return [
        ...wrapped(pen.t(action.instructions), width, 'plain', line('   ')),
        ...(action.copy === undefined
          ? []
          : pieces(visible(action.copy), width - 5).map(piece => line('     ', span(piece, 'accent')))),
      ];
    case 'script':
      return scriptLines(action, source, shown, pen, width);
    case 'copy':
      return copyLines(action, source, shown, pen, width);
    default:
      return never(action);
  }
};
