import {rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {
  type Answer,
  bodyOf,
  type Handler,
  json,
  linger,
  nameSelf,
  nothingThere,
  plainVersion,
  type Self,
  serve,
  sleep,
} from '../common/process-node.ts';
import {beatAll, inherit} from './process-beats.ts';
import {makeFlipping} from './process-flips.ts';
import {type Group, makeGroup} from './process-group.ts';
import {type Frontend, type Members, readKept, readMembers, writeKept} from './process-members.ts';
import {openMysql} from './process-mysql.ts';
import {makeTakingOffice} from './process-outside.ts';
import {dorisSelf} from './process-self.ts';
import {type Answering, answerAsMaster, makeSession, usurps} from './process-statements.ts';

const say = (line: string): void => {
  process.stdout.write(`StdoutLogger ${new Date().toISOString().replace('T', ' ').slice(0, 23)} ${line}\n`);
};

/** All replies have status 200 and an inner code. */
const inner = (code: number, msg: string, data: unknown): Answer => json({msg, code, data, count: 0});
const good = (data: unknown): Answer => inner(0, 'success', data);

type Stage = {ready: boolean};

const health = ({members, group}: Answering): Answer => {
  const view = group.view();
  const online = members.backends.filter(backend => view[backend.id]?.alive === true).length;
  return good({online_backend_num: online, total_backend_num: members.backends.length});
};

const bootstrap = ({self, me, members, group}: Answering, stage: Stage, query: URLSearchParams): Answer => {
  const {role, leaderReady, journal} = group.status();
  if (!stage.ready || (role === 'MASTER' && !leaderReady)) return inner(1, 'Error', 'not ready');
  const id = query.get('cluster_id');
  const token = query.get('token');
  const nothing = {replayedJournalId: 0, queryPort: 0, rpcPort: 0, arrowFlightSqlPort: 0, version: ''};
  if (id === null || token === null) return good(nothing);
  if (id !== String(members.clusterId)) return inner(1, 'Error', `invalid cluster id: ${id}`);
  if (token !== members.token) return inner(1, 'Error', `invalid token: ${token}`);
  return good({
    replayedJournalId: journal,
    queryPort: me.queryPort,
    rpcPort: me.rpcPort,
    arrowFlightSqlPort: -1,
    version: self.version,
  });
};

/** While nobody leads, the master's name is "unknown" and the group is empty (recorded). */
const highAvailability = (answering: Answering): Answer => {
  const {me, members, group} = answering;
  const {role, leader, leaderReady, journal} = usurps(answering)
    ? {...group.status(), role: 'MASTER', leader: me}
    : group.status();
  const peers = leader === null ? [] : members.frontends;
  const electable = peers.filter(peer => peer.role === 'FOLLOWER' && peer.name !== leader?.name);
  return good({
    can_read: 'true',
    role: role === 'UNKNOWN' ? 'UNKNOWN' : role,
    is_ready: String(leaderReady),
    electable_nodes: electable.map(peer => peer.host).join(','),
    last_checkpoint_version: '0',
    last_checkpoint_time: '0',
    current_journal_id: String(journal),
    observer_nodes: peers
      .filter(peer => peer.role === 'OBSERVER')
      .map(peer => peer.host)
      .join(','),
    master: leader?.host ?? 'unknown',
    name: me.name,
  });
};

/** Everybody is alive in this frontend's eyes, and it has nothing left to replay. */
const settled = ({me, members, group}: Answering, stage: Stage): boolean => {
  const {leaderReady, lag} = group.status();
  const view = group.view();
  const ids = [...members.frontends.map(peer => peer.name), ...members.backends.map(backend => backend.id)];
  const seen = (id: string): boolean =>
    id === me.name || id === group.status().leader?.name || view[id]?.alive === true;
  return stage.ready && leaderReady && lag <= 2 && ids.every(seen);
};

const pages =
  (answering: Answering, stage: Stage, asked: () => void): Handler =>
  url => {
    switch (url.pathname) {
      case '/api/health':
        if (!stage.ready && !plainVersion(answering.self.version).startsWith('3.0.')) {
          return inner(1, 'Error', 'Server is not ready');
        }
        return health(answering);
      case '/api/bootstrap':
        return bootstrap(answering, stage, url.searchParams);
      case '/api/show_meta_info':
        if (url.searchParams.get('action') !== 'SHOW_HA') return nothingThere;
        asked();
        return highAvailability(answering);
      case '/fake/settled':
        return {body: settled(answering, stage) ? 'yes' : 'no'};
      default:
        return nothingThere;
    }
  };

/** What other frontends ask on the rpc port: heartbeats, and statements for the master. */
const rpc = (answering: Answering): Handler => {
  const {self, group} = answering;
  const beats = makeFlipping(self);
  return async (url, request) => {
    const {role, leaderReady, journal} = group.status();
    if (url.pathname === '/beat') {
      beats();
      return json({version: self.version, startedAt: self.startedAt, journal});
    }
    if (url.pathname !== '/forward') return nothingThere;
    const statement = await bodyOf(request);
    // An empty answer: the master is not ready.
    const from = url.searchParams.get('from') ?? undefined;
    return role === 'MASTER' && leaderReady ? json(answerAsMaster(statement, answering, from)) : {body: ''};
  };
};

const runGroup = async (group: Group, quit: () => never): Promise<void> => {
  for (;;) {
    const begun = Date.now();
    if ((await group.turn()) === 'quit') quit();
    await sleep(Math.max(group.tempo.beatMs - (Date.now() - begun), 20));
  }
};

const runBeats = async ({self, me, members, group}: Answering): Promise<void> => {
  let ruled = false;
  let master: string | null = null;
  for (;;) {
    const {role, leader} = group.status();
    const rules = role === 'MASTER';
    if (rules && !ruled) group.setView(inherit(group.view(), master === me.name ? null : master));
    if (rules) {
      const view = await beatAll(me, members, group.view());
      if (group.status().role === 'MASTER') group.setView(view);
    }
    if (leader !== null) master = leader.name;
    ruled = rules;
    // A new master beats at once.
    const until = Date.now() + self.scaled(10_000, 400);
    while (Date.now() < until && (group.status().role === 'MASTER') === ruled) await sleep(50);
  }
};

const findMe = (self: Self, members: Members): Frontend => {
  const port = self.port('edit_log_port', 9010);
  const me = members.frontends.find(peer => peer.host === self.address && peer.editLogPort === port);
  if (me === undefined) {
    throw new Error(
      `current node ${self.address}:${port} is not added to the cluster, will exit. Your FE IP maybe changed, please set 'priority_networks' config in fe.conf properly.`,
    );
  }
  return me;
};

/**
 * A frontend: the edit log port opens first and joins the group, HTTP when most of the start is over, MySQL last. The
 * pid file was written by the start script and is removed on a normal exit.
 */
export const runFrontend = async (home: string, env: NodeJS.ProcessEnv): Promise<void> => {
  nameSelf('java');
  const self = dorisSelf(home, 'fe.conf', 'doris-fe.jar', env);
  const pidFile = join(env.PID_DIR ?? join(home, 'bin'), 'fe.pid');
  writeFileSync(pidFile, String(process.pid));
  const meta = self.conf('meta_dir', join(home, 'doris-meta')).replaceAll(/^"|"$/g, '');
  const members = readMembers(join(meta, 'image/members.json'));
  const me = findMe(self, members);
  self.note(`process begins ${plainVersion(self.version)}`);
  const end = (code: number, why: string): never => {
    self.note(`process ends ${why}`);
    rmSync(pidFile, {force: true});
    process.exit(code);
  };
  process.on('SIGTERM', () => {
    if (self.knob('IGNORES_SIGNALS') === 'yes') return;
    void sleep(self.scaled(self.knobMs('DRAIN_MS', 1000))).then(() => end(143, 'SIGTERM'));
  });
  if (self.knob('DIES') === 'at-start') end(255, 'by itself');

  const keptFile = join(meta, 'bdb/kept.json');
  const group = makeGroup(self, me, members, readKept(keptFile), kept => writeKept(keptFile, kept));
  const answering: Answering = {self, me, members, group};
  const stage: Stage = {ready: false};
  const open = async (port: number, opening: Promise<unknown>): Promise<void> => {
    try {
      await opening;
    } catch {
      say(`port ${port} already in use`);
      end(255, 'by itself');
    }
  };

  say('Doris FE starting...');
  const startMs = self.scaled(self.knobMs('START_MS', 25_000));
  await sleep(startMs / 4);
  const editLog: Handler = async (url, request) => {
    const answer = group.hear(url.pathname, await bodyOf(request));
    return answer === null ? nothingThere : {body: answer};
  };
  await open(me.editLogPort, serve(self, me.editLogPort, editLog));
  void runGroup(group, () => end(255, 'without majority'));
  if (self.knob('NEVER_READY') === 'yes') return linger();
  await sleep(startMs / 2);
  const asked = makeTakingOffice(self, group, env);
  await open(me.httpPort, serve(self, me.httpPort, pages(answering, stage, asked)));
  await sleep(startMs / 4);
  while (group.status().leader === null || !group.status().leaderReady || group.status().lag > 2)
    await sleep(50);
  await open(me.rpcPort, serve(self, me.rpcPort, rpc(answering)));
  const door = {
    address: self.address,
    port: me.queryPort,
    user: 'root',
    password: self.knob('ROOT_PASSWORD') ?? '',
    session: () => makeSession(answering),
  };
  await open(me.queryPort, openMysql(door));
  if (self.knob('JOURNAL_STANDS') === 'yes') group.standStill();
  stage.ready = true;
  say('QE service start.');
  self.note(`process up ${plainVersion(self.version)} ${group.status().role}`);
  void runBeats(answering);
  if (self.knob('DIES') === 'when-up') {
    await sleep(self.scaled(self.knobMs('DIES_AFTER_MS', 5000)));
    end(255, 'by itself');
  }
};
