import {expect} from 'vitest';
import {timeOfDay} from '../../src/lib/moment.ts';
import type {NodeId} from '../../src/model/ids.ts';
import {planSteps, type Step} from '../../src/model/plan.ts';
import type {RunState, StepState} from '../../src/model/state.ts';
import type {Lang} from '../../src/model/text.ts';
import {openQuestion, type ScreenNode, type State} from '../../src/store/state.ts';
import type {Opened} from './harness.ts';

/** A node that does not serve: by the run, or because it has ended by itself. */
type Gone = {readonly node: ScreenNode; readonly since: string; readonly certain: boolean};
export type Reading = {readonly out: readonly Gone[]; readonly down: readonly Gone[]};

const NEVER: StepState = {status: 'waiting', attempt: 0, resets: 0, touchedAt: null};

/** Since when the action of a step may have changed something; null where it certainly has not. */
const begunAt = (now: StepState): number | null => {
  if (now.status === 'running' || now.status === 'interrupted') return now.touchedAt ?? now.at;
  if (now.status === 'failed' && now.touchedAt === null)
    return now.failure.kind === 'refused' ? null : now.at;
  return now.touchedAt;
};

/** Who is out of service by the run: whoever a step has stopped and no later one has brought back. */
const outOf = (run: RunState): ReadonlyMap<NodeId, {readonly at: number; readonly certain: boolean}> => {
  const out = new Map<NodeId, {readonly at: number; readonly certain: boolean}>(
    run.plan.out.map(node => [node, {at: run.startedAt, certain: true}] as const),
  );
  const follow = ({id, node, service}: Step): void => {
    const now = run.steps[id] ?? NEVER;
    const at = begunAt(now);
    if (service === 'returns' || service === 'restarts') {
      if (now.status === 'done') out.delete(node);
    }
    if ((service === 'leaves' || (service === 'restarts' && now.status !== 'done')) && at !== null)
      out.set(node, {at, certain: service === 'leaves' && now.status === 'done'});
  };
  for (const step of planSteps(run.plan)) follow(step);
  return out;
};

const healthOf = ({looks}: State, id: NodeId): string => {
  const {status = null, stale = true} = looks.get(id) ?? {};
  return status?.look.kind === 'seen' && !stale ? String(status.look.facts.health) : 'unknown';
};

/** One of whom it is only possible that it was stopped, that no step is at any more, and that was seen well since. */
const isBack = (state: State, run: RunState, id: NodeId, at: number): boolean => {
  const status = state.looks.get(id)?.status ?? null;
  const atWork = planSteps(run.plan).some(
    step =>
      step.node === id && ['running', 'interrupted', 'failed'].includes(run.steps[step.id]?.status ?? ''),
  );
  return !atWork && status !== null && status.at > at && healthOf(state, id) === 'ok';
};

/** Who does not serve, as it follows from the run's steps and the newest looks; nothing is asked of what draws it. */
export const readingOf = (state: State): Reading => {
  const {cluster, run} = state;
  const by = run === null ? new Map<NodeId, {at: number; certain: boolean}>() : outOf(run);
  const out = cluster.nodes.flatMap((node): Gone[] => {
    const found = by.get(node.id);
    if (found === undefined || run === null) return [];
    if (!found.certain && isBack(state, run, node.id, found.at)) return [];
    return [{node, since: timeOfDay(found.at), certain: found.certain}];
  });
  const down = cluster.nodes.flatMap((node): Gone[] => {
    const changed = state.looks.get(node.id)?.changed ?? null;
    if (by.has(node.id) || healthOf(state, node.id) !== 'down' || changed === null) return [];
    return [{node, since: timeOfDay(changed.at), certain: true}];
  });
  return {out, down};
};

/** The words of a frame without its frames: what was wrapped is one line again. */
export const flat = (words: string, lang: Lang): string =>
  words.replaceAll(/[│┃]\s*\n\s*[│┃]/g, ' ').replaceAll(/\s+/g, lang === 'en' ? ' ' : '');

const SERVES: readonly string[] = ['ok', 'degraded'];
/** How many nodes that serve are named, and of how many that do not serve it is said where each is. */
const NAMED = 6;
const TOLD_MOST = 3;

/** How many of a node's kind serve, and who. */
export const servesBeside = (
  state: State,
  {id, role, group}: ScreenNode,
  gone: Reading,
  lang: Lang,
): string => {
  const away = [...gone.out, ...gone.down].map(({node}) => node.id);
  const peers = state.cluster.nodes.filter(node => node.role === role && node.group === group);
  if (peers.length < 2) return {en: 'nobody else of its kind', zh: '没有同类节点'}[lang];
  const serving = peers.flatMap(peer =>
    !away.includes(peer.id) && SERVES.includes(healthOf(state, peer.id)) ? [peer.id] : [],
  );
  const title = state.cluster.roles.find(({name}) => name === role)?.title[lang] ?? id;
  const kind = group === undefined ? title : `${title} ${group}`;
  const named = serving.slice(0, NAMED).join(', ');
  if (serving.length === 0)
    return {
      en: `none of ${peers.length} ${kind} is seen to serve`,
      zh: `${peers.length} 个 ${kind} 中没有一个在提供服务`,
    }[lang];
  return {
    en: `${serving.length} of ${peers.length} ${kind} serve: ${named}`,
    zh: `${peers.length} 个 ${kind} 中有 ${serving.length} 个在提供服务：${named}`,
  }[lang];
};

const sinceWords = (since: string, lang: Lang): RegExp =>
  new RegExp({en: `since (before )?${since}`, zh: `自${since}(之前)?起|${since}之前起`}[lang]);

const longest = (gone: readonly Gone[]): string => gone.map(({since}) => since).toSorted()[0] ?? '';

/** How a sentence of so many nodes begins. */
const notServing = (out: readonly Gone[], all: number, lang: Lang): string => {
  const n = out.length;
  const sure = out.filter(({certain}) => certain).length;
  if (n > 1 && sure === all)
    return {en: `none of the ${all} nodes is serving`, zh: `全部 ${all} 个节点均未提供服务`}[lang];
  const first = sure === 0 ? n : sure;
  const perhaps = sure === 0 ? {en: 'perhaps ', zh: '可能有 '}[lang] : '';
  return {
    en: `${first === 1 ? '1 node is' : `${first} nodes are`} ${perhaps}not serving`,
    zh: `${perhaps}${first} 个节点未提供服务`,
  }[lang];
};

/** The same where there is little room: some of their names. */
const briefly = (out: readonly Gone[]): RegExp =>
  new RegExp(`▽ (perhaps out: |out: |可能停服：|停服：)?(${out.map(({node}) => node.id).join('|')})`);

/** Whether a question, or something that lies over it, is drawn. */
const hasDialog = (said: string): boolean => /[╭┏][─━] /.test(said);

/** Where a node is, beside its name: in a sentence, or at the head of its steps. */
const placed = ({id, host}: ScreenNode): RegExp =>
  new RegExp(
    `${id}( on |（)${host.replaceAll('.', '\\.')}|${id}( · [^·]+)? · ${host.replaceAll('.', '\\.')}`,
  );

/**
 * Reads the main screen as an operator does: who does not serve, by the run or by themselves, since when, on which host, and how
 * many of their kind serve; or that there is nobody. `said`: the screen with all pages of its question.
 */
export const expectRead = (opened: Opened, whole: string, lang: Lang): Reading => {
  const state = opened.store.getState();
  const reading = readingOf(state);
  const {out, down} = reading;
  // Whoever is down by itself has a line of its own.
  const header = opened.lines().slice(2, 4).join('\n');
  const said = flat(whole, lang);
  const all = state.cluster.nodes.length;
  if (out.length === 0) expect(said).not.toMatch(/not serving|is serving|未提供服务/);
  else {
    if (!header.includes(notServing(out, all, lang))) expect(header).toMatch(briefly(out));
    expect(said, 'since when').toMatch(sinceWords(longest(out), lang));
  }
  if (down.length === 0) expect(said).not.toMatch(/✗ (down|宕机)|not because of the run|并非此次运行所致/);
  else {
    expect(header).toMatch({en: /✗ down: /, zh: /✗ 宕机：/}[lang]);
    expect(said, 'since when').toMatch(sinceWords(longest(down), lang));
    for (const {node} of down.slice(0, TOLD_MOST)) expect(header).toContain(node.id);
  }
  if (out.length < all)
    for (const gone of [out, down]) {
      if (gone.length > TOLD_MOST) continue;
      for (const {node, since} of gone) {
        expect(whole, 'since when').toMatch(new RegExp(since));
        if (!hasDialog(whole)) continue;
        expect(said, 'on which host').toMatch(placed(node));
        expect(said, 'who serves').toContain(flat(servesBeside(state, node, reading, lang), lang));
      }
    }
  // Of many the grid says where each is; how many of their kinds serve is said in the question all the same.
  if (out.length > TOLD_MOST && out.length < all && openQuestion(state)?.kind === 'confirm')
    for (const {node} of out)
      expect(said, 'who serves').toContain(flat(servesBeside(state, node, reading, lang), lang));
  return reading;
};

/** The screen, and every page of its question. */
export const readWhole = async (opened: Opened): Promise<string> => {
  let said = opened.text();
  for (let page = 0; page < 6 && /↓ \d+ {2}PgDn/.test(opened.text()); page += 1) {
    await opened.send('\u001b[6~');
    said += `\n${opened.text()}`;
  }
  return said;
};
