import {
  type Action,
  type Check,
  type Gate,
  gateChecks,
  type Phase,
  type Plan,
  type PlannedExpect,
  type Service,
  type Step,
} from '../../../model/plan.ts';
import {type Text, text} from '../../../model/text.ts';
import {
  type AlluxioCluster,
  type Context,
  nodesOf,
  SERVERS,
  type ServerNode,
  type ServerRole,
} from '../fields.ts';
import type {JournalType} from '../pairs.ts';
import {typesOf} from '../upgrade/known.ts';

// Nothing but the plan is read here: a rule says what has to stand before what, and knows nothing of how it was made.

/**
 * What a step does, or would do on its way back: both have to be safe. `who` is the subject of a sentence. `before` is looked
 * at right before it: by its own gates, or after its phase's question.
 */
export type Doing = {
  readonly who: Text;
  readonly name: string;
  readonly node: ServerNode;
  readonly phase: Phase;
  readonly step: Step;
  readonly before: readonly Check[];
  readonly action: Action;
  readonly done: readonly Check[];
  readonly service: Service | undefined;
};

/** A plan with what can be known of it before any rule is asked. */
export type Reading = {
  readonly plan: Plan;
  readonly cluster: AlluxioCluster;
  readonly context: Context;
  readonly masters: readonly ServerNode[];
  /** The versions whose files and journals come and go, whichever way the plan leads. */
  readonly old: string;
  readonly fresh: string;
  readonly types: {readonly before: JournalType; readonly after: JournalType};
  /** Steps of servers, in the plan's order; those of clients have rules of their own. */
  readonly steps: readonly Doing[];
  /** The ways back of a plan that leads forward; a plan back has none but the way there. */
  readonly back: readonly Doing[];
  /** Every step's name and node, by its id. */
  readonly byId: ReadonlyMap<string, Doing>;
  /** Masters are started from a backup. */
  readonly restores: boolean;
};

/** What is looked at before the question, and once more after the key press. */
export const sidesOf = (gates: readonly Gate[]): readonly [readonly Check[], readonly Check[]] => {
  const question = gates.findIndex(({kind}) => kind === 'confirm');
  return question === -1
    ? [[], gateChecks(gates)]
    : [gateChecks(gates.slice(0, question)), gateChecks(gates.slice(question + 1))];
};

const TURNED: Readonly<Record<Service, Service>> = {
  leaves: 'returns',
  returns: 'leaves',
  restarts: 'restarts',
};

const forward = (phase: Phase, after: readonly Check[], step: Step, node: ServerNode): Doing => ({
  who: text(step.id, `${step.id} `),
  name: step.name,
  node,
  phase,
  step,
  before: [...gateChecks(step.gates), ...after],
  action: step.action,
  done: step.done,
  service: step.service,
});

const wayBackOf = ({phase, step, node, service}: Doing): Doing[] =>
  step.undo.kind === 'action'
    ? [
        {
          who: text(`The way back of ${step.id}`, `${step.id} 的回退`),
          name: `undo-${step.name}`,
          node,
          phase,
          step,
          before: step.undo.safe ?? [],
          action: step.undo.action,
          done: step.undo.done,
          service: service === undefined ? undefined : TURNED[service],
        },
      ]
    : [];

/** A script is given a backup to restore from, whatever it is. */
export const isGivenBackup = ({action}: Pick<Doing, 'action'>): boolean =>
  action.kind === 'script' && action.vars.backup !== undefined && action.vars.backup !== '';

export const reading = (plan: Plan, cluster: AlluxioCluster): Reading => {
  const nodes = new Map<string, ServerNode>(nodesOf(cluster, ...SERVERS).map(node => [node.id, node]));
  const {direction, from, to, stamp} = plan;
  const isForward = direction === 'forward';
  const facts = new Map(cluster.nodes.map(({id}) => [id, plan.survey[id] ?? {}]));
  const context: Context = {cluster, facts, target: {from, to, stamp}};
  const steps = plan.phases.flatMap(phase => {
    const [, after] = sidesOf(phase.gates);
    return phase.lanes.flatMap(lane =>
      lane.steps.flatMap(step => {
        const node = nodes.get(step.node);
        return node === undefined ? [] : [forward(phase, after, step, node)];
      }),
    );
  });
  return {
    plan,
    cluster,
    context,
    masters: nodesOf(cluster, 'master'),
    old: isForward ? from : to,
    fresh: isForward ? to : from,
    types: typesOf(context),
    steps,
    back: isForward ? steps.flatMap(wayBackOf) : [],
    byId: new Map(steps.map(doing => [doing.step.id, doing])),
    restores: steps.some(doing => doing.node.fields.role === 'master' && isGivenBackup(doing)),
  };
};

type Value = PlannedExpect[string] | undefined;
type Test = (value: Value) => boolean;

/** That very value. */
export const is = (wanted: PlannedExpect[string]): Test => {
  const words = JSON.stringify(wanted);
  return value => JSON.stringify(value) === words;
};

/** Anything: what a probe tells then becomes a fact of its step. */
export const told: Test = value => value !== undefined;

/** A number that is no less than this. */
export const least =
  (limit: number): Test =>
  value =>
    typeof value === 'object' && 'atLeast' in value && value.atLeast >= limit;

type Left = {
  readonly name: string;
  readonly fact: string;
  /** Of this very node. */
  readonly node?: string;
  readonly bound?: 'atLeast';
};

/** What an earlier step of that name found. A plan back was made when that was known: it says the value itself. */
export const left =
  ({plan, byId}: Reading, {name, fact, node, bound}: Left): Test =>
  value => {
    if (plan.direction === 'back') return told(value) && !(typeof value === 'object' && 'from' in value);
    if (typeof value !== 'object' || !('from' in value)) return false;
    const of = byId.get(value.from.step);
    return (
      of?.name === name &&
      value.from.fact === fact &&
      (node === undefined || of.node.id === node) &&
      ('bound' in value ? value.bound : undefined) === bound
    );
  };

/** A look that is asked for, with the least that it is told and has to find. */
export type Wanted = {
  /** What it shows, as the end of a sentence that begins with "that". */
  readonly that: Text;
  readonly probe: string;
  /** Of this node; where none is said any that can be asked will do. */
  readonly node?: string;
  readonly expect: Readonly<Record<string, Test>>;
  readonly given?: Readonly<Record<string, Test>>;
};

const passes = (tests: Readonly<Record<string, Test>>, values: PlannedExpect | Check['given']): boolean =>
  Object.entries(tests).every(([name, test]) => test(values?.[name]));

export const looksFor = (checks: readonly Check[], {probe, node, expect, given = {}}: Wanted): boolean =>
  checks.some(
    check =>
      check.probe === probe &&
      // What something else does as well as is no proof.
      check.or === undefined &&
      (node === undefined || check.node === node) &&
      passes(expect, check.expect) &&
      passes(given, check.given),
  );

/** The same look before the question and after it. */
export const around = (gates: readonly Gate[], wanted: Wanted): boolean =>
  sidesOf(gates).every(side => looksFor(side, wanted));

export const says = (id: string, en: string, zh: string): Text => text(`${id} ${en}.`, `${id} ${zh}。`);

export const notBefore = ({who}: Doing, {that}: Wanted): Text =>
  text(`${who.en} may begin before it is seen that ${that.en}.`, `${who.zh}可能在确认${that.zh}之前开始。`);

export const notDone = ({who}: Doing, {that}: Wanted): Text =>
  text(
    `${who.en} counts as done before it is seen that ${that.en}.`,
    `${who.zh}在确认${that.zh}之前就算完成。`,
  );

export const notAround = (id: string, {that}: Wanted): Text =>
  says(id, `does not see, before and after its question, that ${that.en}`, `没有在确认前后看到${that.zh}`);

export const isRole =
  (role: ServerRole) =>
  ({node}: Doing): boolean =>
    node.fields.role === role;
export const named =
  (...names: readonly string[]) =>
  ({name}: Doing): boolean =>
    names.includes(name);
export const leaves = ({service}: Doing): boolean => service === 'leaves';
export const returns = ({service}: Doing): boolean => service === 'returns';
