import {askLines, askPage, type Page} from '../../../host/ask.ts';
import {parseProcesses} from '../../../host/process.ts';
import {parseBusyPorts} from '../../../host/sockets.ts';
import {never} from '../../../lib/never.ts';
import type {Ask} from '../../../model/ask.ts';
import type {Facts} from '../../../model/facts.ts';
import type {Text} from '../../../model/text.ts';
import {type DorisNode, ownPortOf, portsOf} from '../fields.ts';
import {
  describePage,
  parseBeHealth,
  parseBootstrap,
  parseCloudHealth,
  type Readiness,
} from '../parse/http.ts';
import {askProcess} from '../scripts/look.ts';

/**
 * What a node's own page says, in one word. `closed`: nobody listens there. `unknown`: no answer came, which says nothing
 * of the node; `code` and `words` tell why. `said` is what answered in the place of the page. `shut`: it has no page that can be
 * asked, and does not run, or not listen on these of its other ports.
 */
export type OwnPage =
  | {readonly state: 'shut'; readonly ports: readonly number[]}
  | {readonly state: Exclude<Readiness, 'other'> | 'closed'}
  | {readonly state: 'other'; readonly said: string}
  | {readonly state: 'unknown'; readonly code: string; readonly words: Text};

const PAGES = {
  ms: {path: '/health', parse: parseCloudHealth},
  recycler: {path: '/health', parse: parseCloudHealth},
  be: {path: '/api/health', parse: parseBeHealth},
  fe: {path: '/api/bootstrap', parse: parseBootstrap},
} as const;

const readPage = (page: Page, parse: (typeof PAGES)[keyof typeof PAGES]['parse']): OwnPage => {
  switch (page.kind) {
    case 'page': {
      const state = parse(page);
      return state === 'other' ? {state, said: describePage(page)} : {state};
    }
    case 'closed':
      return {state: 'closed'};
    case 'none':
      // Somebody listens, and it is not HTTP that they speak.
      return page.code === 'protocol'
        ? {state: 'other', said: 'no HTTP'}
        : {state: 'unknown', code: page.code, words: page.words};
    default:
      return never(page);
  }
};

/**
 * What a backend's process tells in the place of its page. Of its ports it opens that of its heartbeat last (doris_main.cpp: be_port,
 * brpc, http, heartbeat), and older pages say no more than that (domain 2.3). That it drains its row tells, in newer versions.
 */
const askPorts = async (ask: Ask, node: DorisNode): Promise<OwnPage> => {
  const answer = await askLines(ask, node, askProcess(node));
  if (!answer.ok) return {state: 'unknown', code: answer.code, words: answer.reasons[0].words};
  const {lines} = answer.value;
  const all = portsOf(node);
  const busy = parseBusyPorts(lines, all);
  const ports = all.filter(port => !busy.includes(port));
  return parseProcesses(lines).length > 0 && ports.length === 0 ? {state: 'ready'} : {state: 'shut', ports};
};

/**
 * Asks a node's own page, the only one it answers without a login. Where the inventory says that it has none, it is not asked: a
 * frontend's SQL is, and a backend's ports are looked at.
 */
export const askOwnPage = async (ask: Ask, node: DorisNode): Promise<OwnPage> => {
  const port = ownPortOf(node);
  if (port === 0) return node.fields.role === 'be' ? askPorts(ask, node) : {state: 'ready'};
  const {path, parse} = PAGES[node.fields.role];
  return readPage(await askPage(ask, node, port, path), parse);
};

/**
 * The version that a node's own ports tell. Where no process of its home runs it is somebody else's who answers there, and the node
 * has none.
 */
export const versionFact = (running: boolean, told: string | null): Facts =>
  told === null ? {} : {[running ? 'version' : 'portVersion']: told};

/** What the page has to do with a node not being well, as a cause; none where it says that it serves. */
export const pageCauses = (page: OwnPage): readonly string[] => {
  if (page.state === 'shut') return page.ports.length === 0 ? [] : [`closed=${page.ports.join(',')}`];
  const {http} = pageFacts(page);
  return http === undefined ? [] : [`http=${String(http)}`];
};

/** As facts: `http`, one word where the page does not say that the node serves, and `httpSaid`, what was there instead. */
export const pageFacts = (page: OwnPage): Facts => {
  switch (page.state) {
    case 'ready':
    case 'shut':
      return {};
    case 'other':
      return {http: page.state, httpSaid: page.said};
    case 'unknown':
      return {http: page.code};
    case 'not-ready':
    case 'closed':
      return {http: page.state};
    default:
      return never(page);
  }
};
