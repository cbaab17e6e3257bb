import type {Ask} from '../../../model/ask.ts';
import type {Facts, Look} from '../../../model/facts.ts';
import {type Reasons, reason} from '../../../model/reason.ts';
import type {DorisCluster, DorisNode} from '../fields.ts';
import type {Row} from '../parse/rows.ts';
import {askOwnPage, type OwnPage} from './own.ts';
import {askRows, isAnswer, type Rows} from './rows.ts';
import {countsAsDown, type Skipped, skippedFact} from './skipped.ts';

/** What a frontend says when it is asked itself: its page, and a statement that it answers without its master. */
export type Answers = {readonly page: OwnPage; readonly comment: Rows<readonly Row[]>};

export const askFrontendItself = async (
  ask: Ask,
  cluster: DorisCluster,
  node: DorisNode,
): Promise<Answers> => {
  const [page, comment] = await Promise.all([
    askOwnPage(ask, node),
    askRows(ask, cluster, node, 'select @@version_comment'),
  ]);
  return {page, comment};
};

/** Whether a node serves by its own account; with the reasons where that is not known. */
export type Service = {readonly serves: boolean} | {readonly serves: null; readonly reasons: Reasons};

const unknown = (reasons: Reasons): Service => ({serves: null, reasons});

const byPage = (node: DorisNode, page: OwnPage): Service =>
  page.state === 'unknown' ? unknown([reason(page.words, node.id)]) : {serves: page.state === 'ready'};

const bySql = ({comment}: Answers): Service => {
  if (comment.ok) return {serves: true};
  return isAnswer(comment) ? {serves: comment.denied === 'there'} : unknown(comment.reasons);
};

/** A frontend serves when both its page and its SQL say so: the one opens seconds before the other (recorded). */
export const serviceOfFrontend = (node: DorisNode, answers: Answers): Service => {
  const [page, sql] = [byPage(node, answers.page), bySql(answers)];
  if (page.serves === false || sql.serves === false) return {serves: false};
  return page.serves === null ? page : sql;
};

/** Asks a node whether it serves: what a row says of it is older, and says Alive before it does and after it did. */
export const askService = async (ask: Ask, cluster: DorisCluster, node: DorisNode): Promise<Service> =>
  node.fields.role === 'fe'
    ? serviceOfFrontend(node, await askFrontendItself(ask, cluster, node))
    : byPage(node, await askOwnPage(ask, node));

/** As a fact: `serves`, where it is known. */
export const serviceFact = ({serves}: Service): Facts => (serves === null ? {} : {serves});

/** What other nodes were asked for: who serves, who does not, and why it is not known of some. */
export type Others = {
  readonly serving: readonly DorisNode[];
  readonly down: readonly DorisNode[];
  readonly unknown: readonly Reasons[number][];
  /** Whom nobody waits for, and who does not serve or may be about to end: counted on by nobody, and told apart. */
  readonly away: readonly string[];
};

export const askOthers = async (
  ask: Ask,
  cluster: DorisCluster,
  others: readonly DorisNode[],
  skipped: Skipped,
): Promise<Others> => {
  const all = await Promise.all(
    others.map(async node => ({node, service: await askService(ask, cluster, node)})),
  );
  const away = all.filter(({node, service}) => countsAsDown(skipped, node.id, service.serves === true));
  const asked = all.filter(entry => !away.includes(entry));
  return {
    away: away.map(({node}) => node.id),
    serving: asked.flatMap(({node, service}) => (service.serves === true ? [node] : [])),
    down: asked.flatMap(({node, service}) => (service.serves === false ? [node] : [])),
    unknown: asked.flatMap(({service}) => (service.serves === null ? service.reasons : [])),
  };
};

/**
 * What is told of the others before a stop: the facts, unless somebody did not answer. Then nothing is told, for no answer
 * is not "down", nor "up" — but who is known to be down is told in any case.
 */
export const toldOf = (
  {unknown: [first, ...more], away}: Others,
  allDown: readonly string[],
  facts: Facts,
): Look => {
  const down = allDown.filter(node => !away.includes(node));
  return first === undefined || down.length > 0
    ? {kind: 'seen', facts: {...facts, othersDown: down, ...skippedFact(away)}}
    : {kind: 'silent', reasons: [first, ...more]};
};
