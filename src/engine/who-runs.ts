import type {Failure} from '../model/event.ts';
import {sameProcess} from '../model/facts.ts';
import type {FilledCheck} from '../model/plan.ts';
import type {Vars} from '../model/script.ts';
import {text} from '../model/text.ts';
import {poll, unsettled} from '../probe/poll.ts';
import type {Context} from './context.ts';
import type {ReadyStep} from './fill.ts';

const WITHIN_MS = 60_000;
const POLL_MS = 2_000;

/** The process that an action is for. `other`: not the one of the survey, of which the gates may have spoken. */
export type SeenProcess =
  | {readonly kind: 'known' | 'other'; readonly vars: Vars}
  | {readonly kind: 'silent'; readonly failure: Failure};

/** Sees which process runs, where the action asks for that: the script is told, and refuses any other. */
export const seeProcess = async (context: Context, {step, action}: ReadyStep): Promise<SeenProcess> => {
  if (action.kind !== 'script' || action.process === undefined) return {kind: 'known', vars: {}};
  const check: FilledCheck = {
    title: text('which process runs is seen', '看到正在运行的进程'),
    node: step.node,
    probe: action.process,
    expect: {},
    withinMs: WITHIN_MS,
    pollMs: POLL_MS,
  };
  const polled = await poll(context.looker, check, context);
  if (polled.kind === 'aborted') return {kind: 'known', vars: {}};
  if (polled.kind === 'unmet') return {kind: 'silent', failure: unsettled(check, polled)};
  const {facts} = polled;
  const {pid = '', startTicks = ''} = facts;
  const surveyed = context.ledger.state().plan.survey[step.node];
  return {
    kind: surveyed !== undefined && sameProcess(facts, surveyed) ? 'known' : 'other',
    vars: {seen_pid: pid, seen_born: startTicks},
  };
};
