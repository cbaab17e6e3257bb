import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {RECORDING_FILES, readRecording} from '../../src/cli/recordings.ts';
import {standingOf} from '../../src/cli/standing.ts';
import {parseJournal} from '../../src/engine/parse-journal.ts';
import {PLAN_FORMAT, planSteps, type Step} from '../../src/model/plan.ts';
import {foldEvents} from '../../src/model/reduce.ts';
import {outOfService, type RunState, stepState} from '../../src/model/state.ts';
import {planProblems} from '../../src/plan/plan-problems.ts';
import {cutsOf} from '../journals/cuts.ts';
import {JOURNALS, readKept} from '../journals/files.ts';
import {readCluster} from '../journals/hands.ts';
import {products} from '../journals/products.ts';
import {bringAbout, type Cut, goOn, recordAgain, type World} from '../journals/resume.ts';
import {takes} from '../journals/takes.ts';
import {onceProblems} from './checkers.ts';

/**
 * Formats that this lakeup carries out. Where a run of an older one has to be resumed under a newer lakeup, its number stays
 * here; where not, it is refused (test/unit/cli/old-format.test.ts).
 */
const CARRIED_OUT = [String(PLAN_FORMAT)];

/** As they were written before lines had sums, by plans that could not know the newest rules. */
const BARE = '2-bare';

/**
 * As lakeup wrote them on 2026-11-27. The others are recorded anew whenever a script changes, and so never meet a rule that they
 * could not know. Whoever is in the middle of such a run has a cluster that is down: where a new rule has to refuse it all the same,
 * say here why, as of those above.
 */
const EARLIER = '2-earlier';

/** Of so many nodes not all are upgraded here: only the next one. */
const LARGE = 100;

const kept = CARRIED_OUT.flatMap(format =>
  readdirSync(join(JOURNALS, format)).map(name => ({
    name: `${format}/${name}`,
    folder: join(JOURNALS, format, name),
  })),
);

const open = (folder: string): Cut => {
  const {journal, inventory} = readKept(folder);
  const {events} = parseJournal(journal, folder);
  const {plan} = foldEvents(events);
  const product = products.get(plan.system);
  if (product === undefined) throw new Error(`nobody pretends to be ${plan.system}`);
  const {system} = product;
  return {events, product, cluster: readCluster({inventory, cluster: plan.cluster, system})};
};

/** The product as it stands after the last of those events. */
const worldOf = (cut: Cut, name: string): Promise<World> => {
  if (cut.product.counts !== true) return bringAbout(cut);
  const take = takes.find(each => `${PLAN_FORMAT}/${each.name}` === name);
  if (take === undefined) throw new Error(`nobody records ${name} any more`);
  return recordAgain(take, cut);
};

const isScript = ({action}: Step): boolean => action.kind === 'script';

/** Its effect is there already, whether the run has seen it or not. */
const wasCarriedOut = (state: RunState, {id}: Step): boolean => {
  const step = stepState(state, id);
  return (
    step.status === 'done' ||
    ((step.status === 'running' || step.status === 'failed') && step.outcome !== null)
  );
};

describe.each(readdirSync(join(JOURNALS, BARE)))('the journal 2-bare/%s', name => {
  it('can be read; its plan is refused at the start, by the rules that it could not know', () => {
    const {events, product, cluster} = open(join(JOURNALS, BARE, name));
    const {plan, verdict} = foldEvents(events);
    expect(verdict !== null).toBe(events.at(-1)?.type === 'run.ended');
    const problems = planProblems(plan, product.system, cluster).map(({en}) => en);
    const unknown =
      /(come back byte for byte|the slowest journal has to move|that has to hold for a while)\.$/;
    expect(problems.filter(problem => !unknown.test(problem))).toEqual([]);
    expect(problems).not.toEqual([]);
  });
});

describe.each(readdirSync(join(JOURNALS, EARLIER)))('the journal 2-earlier/%s', name => {
  it('can be read, and its plan is carried out: no rule that came since refuses it', () => {
    const {events, product, cluster} = open(join(JOURNALS, EARLIER, name));
    expect(planProblems(foldEvents(events).plan, product.system, cluster)).toEqual([]);
  });
});

describe.each(kept)('the journal $name', ({name, folder}) => {
  const journal = open(folder);
  const {events, product, cluster} = journal;
  const whole = foldEvents(events);
  const nodes = cluster.nodes.map(({id}) => id);
  const isLarge = nodes.length > LARGE;
  const steps = planSteps(whole.plan);

  it('can be read, and its plan carried out', async () => {
    // What a screen takes as it is, every schema takes as well.
    if (existsSync(join(folder, RECORDING_FILES.cluster)))
      expect((await readRecording(folder)).events).toEqual(events);
    expect(planProblems(whole.plan, product.system, cluster)).toEqual([]);
    expect(whole.verdict?.verified ?? null).toEqual(events.at(-1)?.type === 'run.ended' ? nodes : null);
  });

  const cuts = [...cutsOf(events)].filter(([name]) => !isLarge || name === 'its end');
  it.each(cuts)('is resumed at %s, and nothing is done twice', async (_, until) => {
    const cut = {...journal, events: until};
    const world = await worldOf(cut, name);
    const {state, fake} = world;

    // Who is down is told; and who is told to be down is, unless it was started and the run has not seen that yet.
    const out = outOfService(state);
    const down = fake.down();
    expect(down.filter(node => !out.some(each => each.node === node))).toEqual([]);
    const isStarted = (node: string): boolean =>
      steps.some(step => step.node === node && step.service === 'returns' && wasCarriedOut(state, step));
    const certain = out.flatMap(each => (each.certain && !isStarted(each.node) ? [each.node] : []));
    expect(certain.filter(node => !down.includes(node))).toEqual([]);
    expect(standingOf({id: state.run}, state, {bytes: 0, writtenAt: 0}, null)).toMatchObject({
      held: state.holds.length > 0,
      outOfService: out,
      verified: null,
    });

    const left = steps.filter(step => isScript(step) && !wasCarriedOut(state, step));
    const next = isLarge ? left.filter(({node}) => node === left[0]?.node) : left;
    const resumed = await goOn(
      cut,
      world,
      now => isLarge && next.every(({id}) => stepState(now, id).status === 'done'),
    );
    if (product.counts === true) {
      // Recorded anew, what was in flight at the cut goes on by itself. Without a receipt one that meets another at work is sent
      // once more, and so is a start that ran and does not serve yet: that nothing took effect twice the checks below tell.
      const begun = steps.filter(({id}) => stepState(state, id).status === 'running').map(({id}) => id);
      const sent = new Set([...resumed.sent, ...begun]);
      expect([...sent].toSorted()).toEqual([...new Set([...next.map(({id}) => id), ...begun])].toSorted());
    } else expect(resumed.sent.toSorted()).toEqual(next.map(({id}) => id).toSorted());
    expect(resumed.state.verdict?.verified ?? null).toEqual(isLarge ? null : nodes);
    if (isLarge) return;
    const trace = {
      cluster,
      plan: whole.plan,
      events: until,
      effects: fake.effects,
      past: [],
      down: fake.down,
      disturbances: [],
    };
    expect(onceProblems(trace)).toEqual([]);
    expect(fake.down()).toEqual([]);
  });
});
