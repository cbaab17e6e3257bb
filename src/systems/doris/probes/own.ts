import {askPage, type Page} from '../../../host/ask.ts';
import {never} from '../../../lib/never.ts';
import type {Ask} from '../../../model/ask.ts';
import type {Facts} from '../../../model/facts.ts';
import type {Text} from '../../../model/text.ts';
import {type DorisNode, ownPortOf} from '../fields.ts';
import {
  describePage,
  parseBeHealth,
  parseBootstrap,
  parseCloudHealth,
  type Readiness,
} from '../parse/http.ts';

/**
 * What a node's own page says, in one word. `closed`: nobody listens there. `unknown`: no answer came, which says nothing
 * of the node; `code` and `words` tell why. `said` is what answered in the place of the page.
 */
export type OwnPage =
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

/** Asks a node's own page, the only one it answers without a login. Where the inventory says that it has none, it is not asked. */
export const askOwnPage = async (ask: Ask, node: DorisNode): Promise<OwnPage> => {
  const port = ownPortOf(node);
  if (port === 0) return {state: 'ready'};
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
  const {http} = pageFacts(page);
  return http === undefined ? [] : [`http=${String(http)}`];
};

/** As facts: `http`, one word where the page does not say that the node serves, and `httpSaid`, what was there instead. */
export const pageFacts = (page: OwnPage): Facts => {
  switch (page.state) {
    case 'ready':
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
