import {z} from 'zod';
import {call} from '../common/process-call.ts';
import type {Self} from '../common/process-node.ts';
import type {Group} from './process-group.ts';
import type {Frontend, Members} from './process-members.ts';
import type {Answered} from './process-mysql.ts';
import {type Answerer, showBackends, showFrontends} from './process-tables.ts';

export type Answering = {
  readonly self: Self;
  readonly me: Frontend;
  readonly members: Members;
  readonly group: Group;
};

const AnsweredSchema = z.union([
  z.object({
    kind: z.literal('table'),
    table: z.object({columns: z.array(z.string()), rows: z.array(z.array(z.string().nullable()))}),
  }),
  z.object({kind: z.literal('ok')}),
  z.object({kind: z.literal('error'), code: z.number(), message: z.string()}),
]);

const error = (message: string): Answered => ({kind: 'error', code: 1105, message});
const one = (column: string, value: string): Answered => ({
  kind: 'table',
  table: {columns: [column], rows: [[value]]},
});

/** With USURPS=yes a follower holds itself for the master, beside the one that is. */
export const usurps = ({self, group}: Answering): boolean =>
  self.knob('USURPS') === 'yes' && group.status().role === 'FOLLOWER';

/** What this frontend knows by itself, for a client that is connected to it or to `connected`. */
export const answerer = (answering: Answering, connected = answering.me.host): Answerer => {
  const {self, me, members, group} = answering;
  const {leader, journal} = group.status();
  const view = group.view();
  const known = leader !== null && (leader.name === me.name || view[leader.name]?.alive !== false);
  const master = known ? leader.name : null;
  return {
    me,
    connected,
    master: usurps(answering) ? me.name : master,
    members,
    view,
    own: {version: self.version, startedAt: self.startedAt, journal},
  };
};

/** The words with which a frontend on its way to mastership refuses. */
const notReady = ({members}: Answering): Answered => {
  const names = members.frontends.map(
    peer => `name: ${peer.name}, role: ${peer.role}, ${peer.host}:${peer.editLogPort}, is alive: true\n`,
  );
  const electable = members.frontends
    .filter(peer => peer.role === 'FOLLOWER')
    .map(peer => `/${peer.host}:${peer.editLogPort}\n`);
  return error(
    `Exception, msg: java.lang.Exception: Node catalog is not ready, please wait for a while. To master progress: log master info.\nFrontends: \n${names.join('')}Electable nodes: \n${electable.join('')}Observer nodes: \n${electable.join('')}`,
  );
};

const SHOWN = /^show\s+(frontends|backends)$/;

/** A statement that the master answers for everybody, also for a client that is connected to another frontend. */
export const answerAsMaster = (statement: string, answering: Answering, connected?: string): Answered => {
  const shown = SHOWN.exec(statement)?.[1];
  if (shown === undefined) return error(`errCode = 2, detailMessage = not a forwarded statement`);
  const who = answerer(answering, connected);
  return {kind: 'table', table: shown === 'frontends' ? showFrontends(who, Date.now()) : showBackends(who)};
};

let statements = 0;

const forward = async (statement: string, answering: Answering): Promise<Answered> => {
  const {leader, leaderReady} = answering.group.status();
  if (leader === null) return error('Exception, msg: java.net.ConnectException: Connection refused');
  const path = `/forward?from=${encodeURIComponent(answering.me.host)}`;
  const answer = await call(leader.host, leader.rpcPort, path, statement, 20_000);
  statements += 1;
  if (answer.kind === 'answered' && answer.body !== '') return AnsweredSchema.parse(JSON.parse(answer.body));
  if (answer.kind === 'answered' || !leaderReady) {
    return error(
      `errCode = 2, detailMessage = The statement has been forwarded to master FE(${leader.host}) and failed to execute because Master FE is not ready. You may need to check FE's status`,
    );
  }
  return answer.code === 'refused'
    ? error('Exception, msg: java.net.ConnectException: Connection refused')
    : error(
        `ForwardToMasterException, msg: org.apache.doris.qe.MasterOpExecutor$ForwardToMasterException: forward to master FE TNetworkAddress(hostname:${leader.host}, port:${leader.rpcPort}), statement id: ${statements} : failed, cause: EOF, Socket is closed by peer.`,
      );
};

/** One client's session: its statements one after the other. SHOW FRONTENDS and SHOW BACKENDS are the master's to answer. */
export const makeSession = (answering: Answering): ((statement: string) => Promise<Answered>) => {
  let forwards = true;
  const {self, group} = answering;
  return async text => {
    const statement = text
      .replace(/\/\*.*?\*\//gs, ' ')
      .replace(/;\s*$/, '')
      .replace(/\s+/g, ' ')
      .trim()
      .toLowerCase();
    const forwardSetting = /^set (?:session )?(?:@@(?:session\.)?)?forward_to_master ?= ?'?(\w+)'?$/.exec(
      statement,
    );
    if (forwardSetting !== null) forwards = ['true', '1', 'on'].includes(forwardSetting[1] ?? '');
    if (/^set\b/.test(statement)) return {kind: 'ok'};
    const comment = `Doris version ${self.version} (Cloud Mode)`;
    if (/^select @@version_comment( limit 1)?$/.test(statement)) return one('@@version_comment', comment);
    if (statement === 'select version()') return one('version()', '5.7.99');
    if (statement === 'select 1') return one('1', '1');
    if (
      statement === "show variables like 'version_comment'" ||
      statement === "show variables like '%version_comment%'"
    ) {
      return {
        kind: 'table',
        table: {
          columns: ['Variable_name', 'Value', 'Default_Value', 'Changed'],
          rows: [['version_comment', comment, comment, '0']],
        },
      };
    }
    if (statement === 'show databases') {
      const rows = ['__internal_schema', 'information_schema', 'mysql', 'sales'].map(name => [name]);
      return {kind: 'table', table: {columns: ['Database'], rows}};
    }
    if (!SHOWN.test(statement)) {
      const first = statement.split(' ')[0] ?? '';
      return error(
        `errCode = 2, detailMessage = \nno viable alternative at input '${first}'(line 1, pos 0)\n`,
      );
    }
    const slow = self.knobMs('SLOW_SQL_MS', 0);
    if (slow > 0) await new Promise(resolve => setTimeout(resolve, self.scaled(slow)));
    const {role, leaderReady} = group.status();
    if (role === 'MASTER') return leaderReady ? answerAsMaster(statement, answering) : notReady(answering);
    return forwards && !usurps(answering)
      ? forward(statement, answering)
      : answerAsMaster(statement, answering);
  };
};
