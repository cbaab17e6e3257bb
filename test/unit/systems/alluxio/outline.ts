import {actionName} from '../../../../src/model/action-name.ts';
import {againOf, stopsAgainOf} from '../../../../src/model/otherwise.ts';
import {
  type Action,
  type Check,
  type Gate,
  gateChecks,
  type Phase,
  type Plan,
  type Step,
} from '../../../../src/model/plan.ts';

const short = (action: Action): string => actionName(action).replace(/^alluxio\./, '');

/** These tell of all nodes, whoever is asked. */
const ABOUT_ALL: readonly string[] = ['cluster', 'processes', 'quorum'];

/** Looks by probe and node; `self` is the node of the step, and the same probe of several nodes is one word. */
const lookWords = (checks: readonly Check[], self = ''): string =>
  [...Map.groupBy(checks, ({probe}) => probe)]
    .map(([probe, same]) => {
      const nodes = [...new Set(same.map(({node}) => (node === self ? 'self' : node)))];
      return nodes.join() === 'self' || ABOUT_ALL.includes(probe) ? probe : `${probe}@${nodes.join()}`;
    })
    .join(' ');

const sides = (gates: readonly Gate[]): readonly [Gate[], Gate | undefined, Gate[]] => {
  const question = gates.findIndex(({kind}) => kind === 'confirm');
  return question < 0
    ? [[...gates], undefined, []]
    : [gates.slice(0, question), gates[question], gates.slice(question + 1)];
};

/** Gates in their order: what is looked at, "?" for a question and "!" for one that wants a word typed. */
const gateWords = (gates: readonly Gate[], self = ''): string => {
  const [before, question, after] = sides(gates);
  const [first, second] = [before, after].map(side => lookWords(gateChecks(side), self));
  const reopens = new Set(gates.flatMap(gate => againOf(gate) ?? []));
  const stops = new Set(gates.flatMap(gate => stopsAgainOf(gate)?.stopsAgain ?? []));
  const again = [
    reopens.size === 0 ? '' : `, else again ${[...reopens].join()}`,
    stops.size === 0 ? '' : `, or ${[...stops].join()} once more`,
  ].join('');
  if (question === undefined) return `${first}${again}`;
  const mark =
    question.kind === 'confirm' && question.phrase !== undefined
      ? `! ${question.blast.map(({probe}) => probe).join()} "${question.phrase}" !`
      : question.kind === 'confirm' && question.covers !== undefined
        ? `? (for ${question.covers.join(', ')} too)`
        : '?';
  return `${first === second ? `around ${mark} ${first}` : `${first} ${mark} ${second}`}${again}`.trimEnd();
};

const undoWords = ({undo, node}: Step): string => {
  if (undo.kind !== 'action') return undo.kind;
  const safe = undo.safe === undefined ? '' : `[${lookWords(undo.safe, node)}] `;
  return `${safe}${short(undo.action)} → ${lookWords(undo.done, node)}`;
};

const stepWords = (step: Step): string => {
  const {gates, action, done, node, name, service} = step;
  return [
    `${name}${service === undefined ? '' : ` (${service})`}`,
    ...(gates.length === 0 ? [] : [`[${gateWords(gates, node)}]`]),
    short(action),
    `→ ${lookWords(done, node)}`,
    `| undo ${undoWords(step)}`,
  ].join(' ');
};

/** Who does the same stands in one row. */
const phaseRows = ({id, width, gates, lanes}: Phase): string[] => {
  const rows = Map.groupBy(lanes, ({steps}) => steps.map(stepWords).join('\n'));
  return [
    `${id}, ${width} at once: ${gateWords(gates)}`,
    ...[...rows].flatMap(([words, same]) =>
      words.split('\n').map(line => `  ${same.map(({node}) => node).join(' ')} · ${line}`),
    ),
  ];
};

/** A plan in few lines: phase by phase, what stands before it, and for each kind of node its steps, looks and ways back. */
export const outline = ({procedure, phases, verify, direction}: Plan): string =>
  [
    `${procedure}, ${direction}`,
    ...phases.flatMap(phaseRows),
    'verified',
    ...[...Map.groupBy(verify, ({node, checks}) => lookWords(checks, node))].map(
      ([words, same]) => `  ${same.map(({node}) => node).join(' ')} · ${words}`,
    ),
  ].join('\n');
