import {parseAbsPath} from '../../../../src/lib/abs-path.ts';
import type {
  Ask,
  HttpReply,
  Lost,
  Refused,
  ReplyTo,
  Request,
  ShellReply,
  SqlReply,
} from '../../../../src/model/ask.ts';
import {HostId, NodeId} from '../../../../src/model/ids.ts';
import {plain} from '../../../../src/model/text.ts';
import {
  type DorisCluster,
  type DorisNode,
  ROLE_FIELDS,
  type RoleName,
  Settings,
} from '../../../../src/systems/doris/fields.ts';
import {
  answerAt,
  groupOf,
  isCut,
  isGone,
  pageReply,
  type Question,
  readTimeline,
  sqlReply,
  type Timeline,
} from './timeline.ts';

/** A span of a timeline, in its seconds. */
export type Span = readonly [from: number, to: number];

/** What was done, as far as no frontend tells it: by the last number of an address. */
export type Story = {
  readonly file: string;
  /** When no process of the node ran. */
  readonly gone: Readonly<Record<number, readonly Span[]>>;
  /** When a backend's or a MetaService's own page was not served. */
  readonly unserved?: Readonly<Record<number, readonly Span[]>>;
  /** When a backend let its last queries end. */
  readonly draining?: Readonly<Record<number, readonly Span[]>>;
  /** The group was recorded without backends. */
  readonly bare?: true;
};

const within = (spans: Readonly<Record<number, readonly Span[]>> | undefined, last: number, at: number) =>
  (spans?.[last] ?? []).some(([from, to]) => from <= at && at < to);

const NET = '10.89.0';
const PLACES: readonly [RoleName, readonly number[]][] = [
  ['ms', [11, 12]],
  ['recycler', [13]],
  ['be', [14, 15, 16, 17]],
  ['fe', [18, 19, 20, 21]],
];

const nodeAt = (role: RoleName, last: number, i: number): DorisNode => ({
  id: NodeId.parse(`${role === 'recycler' ? 'rc' : role}-${i + 1}`),
  host: HostId.parse(`${NET}.${last}`),
  role,
  home: parseAbsPath(`/opt/doris/${role}`),
  ...(role === 'be' ? {group: groupOf(last)} : {}),
  fields: ROLE_FIELDS[role].parse({package: `/opt/pkg/${role}`}),
});

/** The cluster the timelines were recorded of; `bare` without its backends. */
export const clusterOf = ({bare}: Story): DorisCluster => ({
  name: 'recorded',
  system: 'doris',
  hosts: PLACES.flatMap(([, all]) => all).map(last => ({
    id: HostId.parse(`${NET}.${last}`),
    identityFiles: [],
  })),
  nodes: PLACES.filter(([role]) => bare !== true || role !== 'be').flatMap(([role, all]) =>
    all.map((last, i) => nodeAt(role, last, i)),
  ),
  settings: Settings.parse({version: '4.1.0'}),
});

export const lastOf = (node: DorisNode): number => Number(node.host.split('.').at(-1));

type Reply = ShellReply | HttpReply | SqlReply | Refused | Lost;
type Timed = {readonly reply: Reply; readonly took: number};

const refused: Refused = {kind: 'refused', trouble: 'port-refused', detail: plain('connection refused')};
const QUICK = 0.02;

/** What a statement was recorded as. The version was not asked: a frontend that answers tells the one it runs. */
const questionOf = (query: string, own: boolean): Question => {
  const what = query.toUpperCase();
  if (what === 'SHOW FRONTENDS') return own ? 'own SHOW FRONTENDS' : 'SHOW FRONTENDS';
  if (what === 'SHOW BACKENDS') return own ? 'own SHOW BACKENDS' : 'SHOW BACKENDS';
  throw new Error(`nobody was asked ${query}`);
};

/** The newest version that anybody told of a frontend before that moment, or the first after. */
const versionOf = ({answers}: Timeline, last: number, at: number): string => {
  const told = [...answers].flatMap(([asked, all]) => (asked.endsWith('SHOW FRONTENDS') ? all : []));
  const found = told
    .toSorted((a, b) => a.from - b.from)
    .flatMap(({from, text}) => {
      const version = new RegExp(`(?:^|; )${last} [A-Z].*?ver=(\\S+)`).exec(
        text.split(' ; ').join('; '),
      )?.[1];
      return version?.startsWith('doris-') ? [{from, version}] : [];
    });
  return (found.findLast(({from}) => from <= at) ?? found[0])?.version ?? 'doris-0.0.0';
};

export type Replay = {
  readonly story: Story;
  readonly timeline: Timeline;
  readonly cluster: DorisCluster;
  /** Carries out a look that begins at that moment; `to` is when its last answer had come. */
  run<T>(at: number, look: (ask: Ask) => Promise<T>): Promise<{readonly value: T; readonly to: number}>;
  /** Whether a frontend answers SQL and HTTP itself at that moment. */
  answers(last: number, at: number): boolean;
  /** Whether a frontend's answer was cut off then, so that nothing is known of it. */
  cut(last: number, at: number): boolean;
  /** Which frontends say themselves that they are the master, by another way than rows: SHOW_HA. */
  masters(at: number): readonly number[];
  /** Whether a backend or a MetaService is there and takes work at that moment. */
  works(last: number, at: number): boolean;
  /** Whether a backend lets its last queries end. */
  drains(last: number, at: number): boolean;
};

/**
 * How long an answer takes: as recorded, or no time at all, so that all questions of a look are put at one moment. A look
 * has ended when the slowest of its answers had come.
 */
export type Pace = 'as recorded' | 'at once';

/** A timeline that answers probes: SQL and pages of frontends as recorded, the rest by what was done. */
export const replay = (story: Story, pace: Pace): Replay => {
  const timeline = readTimeline(story.file);
  const cluster = clusterOf(story);
  const roleOf = (last: number): RoleName | undefined => PLACES.find(([, all]) => all.includes(last))?.[0];

  const frontend = (host: string, question: Question, at: number): Timed => {
    const {text, took} = answerAt(timeline, host, question, at);
    return {reply: question.includes('SHOW ') ? sqlReply(host, text) : pageReply(text), took};
  };

  const sql = (host: string, query: string, own: boolean, at: number): Timed => {
    if (!/^select @@version_comment/i.test(query)) return frontend(host, questionOf(query, own), at);
    const {reply} = frontend(host, 'own SHOW FRONTENDS', at);
    if (reply.kind !== 'sql') return {reply, took: QUICK};
    const version = versionOf(timeline, Number(host.split('.').at(-1)), at);
    return {
      reply: {kind: 'sql', rows: [{'@@version_comment': `Doris version ${version} (Cloud Mode)`}]},
      took: QUICK,
    };
  };

  const page = (host: string, path: string, at: number): Timed => {
    const last = Number(host.split('.').at(-1));
    const role = roleOf(last);
    if (role === 'fe') return frontend(host, path.includes('SHOW_HA') ? 'SHOW_HA' : '/api/bootstrap', at);
    if (within(story.gone, last, at) || within(story.unserved, last, at))
      return {reply: refused, took: QUICK};
    const vars = path === '/vars/doris_cloud_version';
    const body =
      role === 'be' ? '{"status": "OK","msg": "To Be Added"}' : vars ? 'doris_cloud_version : 40100' : 'OK\n';
    return {reply: {kind: 'http', status: 200, body}, took: QUICK};
  };

  const processes = (host: string, at: number): Timed => {
    const last = Number(host.split('.').at(-1));
    const flag = roleOf(last) === 'recycler' ? '--recycler' : '--meta-service';
    const lines = within(story.gone, last, at)
      ? ''
      : `process=${1_000 + last}\nticks=900\ncomm=java\narg=${flag}\n`;
    return {
      reply: {kind: 'shell', code: 0, stdout: `self=${host}\n${lines}`, stderr: '', cut: false, ms: 5},
      took: QUICK,
    };
  };

  /** Its home tells the version that it ran last, as long as nobody is told to have given it another. */
  const installed = (host: string, at: number): Timed => {
    const last = Number(host.split('.').at(-1));
    const stdout = `say=${versionOf(timeline, last, at)}\n`;
    return {reply: {kind: 'shell', code: 0, stdout, stderr: '', cut: false, ms: 5}, took: QUICK};
  };

  const answer = (host: string, request: Request, at: number): Timed => {
    switch (request.kind) {
      case 'sql':
        return sql(host, request.query, request.first !== undefined, at);
      case 'http':
        return page(host, request.path, at);
      case 'shell':
        return request.script.body.name.endsWith('look.home-version')
          ? installed(host, at)
          : processes(host, at);
    }
  };

  /** One look at a time: whoever waits longest for an answer ends it. */
  const run: Replay['run'] = async (begin, look) => {
    let now = begin;
    let to = begin;
    const waiting: {readonly at: number; wake(): void}[] = [];
    const ask = (async (host: HostId, request: Request) => {
      const {reply, took} = answer(host, request, now);
      const at = pace === 'at once' ? now : now + took;
      to = Math.max(to, now + took);
      await new Promise<void>(wake => waiting.push({at, wake}));
      return reply as ReplyTo<Request>;
    }) as Ask;
    let done = false;
    const result = look(ask).finally(() => {
      done = true;
    });
    result.catch(() => {});
    while (!done) {
      await new Promise(resolve => setImmediate(resolve));
      const next = waiting.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) continue;
      waiting.splice(waiting.indexOf(next), 1);
      now = next.at;
      next.wake();
    }
    return {value: await result, to};
  };

  const ready = (last: number, at: number): boolean =>
    answerAt(timeline, `${NET}.${last}`, '/api/bootstrap', at).text.includes('"code":0');
  return {
    story,
    timeline,
    cluster,
    run,
    answers: (last, at) =>
      ready(last, at) && !isGone(answerAt(timeline, `${NET}.${last}`, 'own SHOW FRONTENDS', at).text),
    cut: (last, at) =>
      (['own SHOW FRONTENDS', '/api/bootstrap'] as const).some(question =>
        isCut(answerAt(timeline, `${NET}.${last}`, question, at).text),
      ),
    masters: at =>
      [18, 19, 20, 21].filter(last =>
        answerAt(timeline, `${NET}.${last}`, 'SHOW_HA', at).text.includes('"role":"MASTER"'),
      ),
    drains: (last, at) => within(story.draining, last, at),
    works: (last, at) =>
      !within(story.gone, last, at) && !within(story.unserved, last, at) && !within(story.draining, last, at),
  };
};
