import {type Answer, describeUnanswered, given, type Missing, missing} from '../../../host/ask.ts';
import {never} from '../../../lib/never.ts';
import {withoutSecrets} from '../../../lib/secrets.ts';
import type {Ask, SqlRequest, Trouble} from '../../../model/ask.ts';
import {type Answers, type Reason, reason} from '../../../model/reason.ts';
import {type Text, text} from '../../../model/text.ts';
import {type DorisCluster, type DorisNode, feFieldsOf} from '../fields.ts';
import type {Row} from '../parse/rows.ts';
import {queryPortOwner} from '../scripts/look.ts';

/**
 * No rows, and why. `denied` says nothing of any node: the server said no to the login (`there`), or we have nothing to log in
 * with, or do not give it (`here`): that one is asked of the others all the same.
 */
export type NoRows = Missing & {readonly denied: 'here' | 'there' | null};
export type Rows<T> = Answer<T, NoRows>;

const noRows = (
  words: Text,
  code: string,
  node: DorisNode | null,
  denied: NoRows['denied'] = null,
  said = '',
): NoRows => ({...missing(words, code, node, said), denied});

/** A port that refuses, and an error, are answers; no answer in time is none. */
export const isAnswer = ({code}: NoRows): boolean => code === 'port-refused' || code.startsWith('sql-');

/** Nothing can be told of the group at this moment, whoever is asked; `answers`: for what they answer. */
export const noGroup = (words: Text, code: string, answers?: Answers): NoRows => ({
  ...noRows(words, code, null),
  reasons: [reason(words, null, answers)],
});

/** Several that did not answer, as one. */
export const noneOf = (all: readonly NoRows[]): NoRows => {
  const [first, ...others] = all.flatMap(({reasons}): readonly Reason[] => reasons);
  const denied = all.length > 0 && all.every(each => each.denied === 'here') ? 'here' : null;
  if (first === undefined)
    return noGroup(text('the inventory has no frontend to ask', '清单中没有可询问的 FE'), 'no-frontend');
  const told = all.map(({reasons: [{node}], told: one}) => (node === null ? one : `${node} ${one}`));
  return {
    ok: false,
    reasons: [first, ...others],
    code: all[0]?.code ?? '',
    told: [...new Set(told)].join('; '),
    denied,
  };
};

/** Access denied: to the server, a database, a statement, or for want of a privilege. */
const DENIED: ReadonlySet<number> = new Set([1044, 1045, 1142, 1227]);

/** Some statements are refused with the code of any other error, and only the words tell (recorded). */
const isDenied = (code: number, message: string): boolean =>
  DENIED.has(code) || (code === 1105 && /\bAccess denied\b/.test(message));

const NOT_LOGGED_IN: ReadonlySet<Trouble> = new Set(['no-credentials', 'password-asked']);

const OTHER_USER = text(
  'the user is one of a directory service: name another sqlUser, or write `sqlPasswordInClear: true`',
  '该用户属于目录服务：请改用其他 sqlUser，或写 `sqlPasswordInClear: true`',
);
const AS_ITSELF = text(
  'log in to the host as the user it runs as, so that lakeup can see which process listens',
  '请以其运行用户登录该主机，使 lakeup 能看到是哪个进程在监听',
);

/**
 * Domain: a frontend takes a proof by `mysql_native_password`, and asks for the password itself where it gives that to LDAP
 * (docs: `--enable-cleartext-plugin`). Anybody else who listens there may ask for it too.
 */
const withAdvice = (seen: Text, {port, inClearTo}: SqlRequest): Text => {
  const advice = inClearTo === undefined ? OTHER_USER : AS_ITSELF;
  return text(
    `${seen.en} Look who listens on port ${port} (\`ss -ltnp\`). If it is the frontend, ${advice.en}`,
    `${seen.zh}请查看谁在监听 ${port} 端口（\`ss -ltnp\`）。若确是 FE，${advice.zh}`,
  );
};

/**
 * A query to one frontend's own port, after a statement that sets something for it. An error it answered with is a reason,
 * not rows.
 */
export const askRows = async (
  ask: Ask,
  cluster: DorisCluster,
  frontend: DorisNode,
  query: string,
  first?: string,
): Promise<Rows<readonly Row[]>> => {
  const {sqlUser, sqlPasswordEnv, sqlPasswordInClear, sqlTimeoutMs} = cluster.settings;
  const request: SqlRequest = {
    kind: 'sql',
    port: feFieldsOf(frontend).queryPort,
    user: sqlUser,
    ...(sqlPasswordEnv === undefined ? {} : {passwordEnv: sqlPasswordEnv}),
    ...(first === undefined ? {} : {first}),
    query,
    timeoutMs: sqlTimeoutMs,
    ...(sqlPasswordInClear ? {inClearTo: queryPortOwner(frontend)} : {}),
  };
  const reply = await ask(frontend.host, request);
  switch (reply.kind) {
    case 'sql':
      return given(reply.rows);
    case 'sql-error': {
      const said = reply.message.slice(0, 300);
      return noRows(
        text(`answered ${reply.code}: ${said}`, `应答错误 ${reply.code}：“${said}”`),
        `sql-${reply.code}`,
        frontend,
        isDenied(reply.code, reply.message) ? 'there' : null,
        said,
      );
    }
    case 'refused':
    case 'lost':
      return noRows(
        reply.trouble === 'password-asked'
          ? withAdvice(describeUnanswered(reply), request)
          : describeUnanswered(reply),
        reply.trouble,
        frontend,
        NOT_LOGGED_IN.has(reply.trouble) ? 'here' : null,
      );
    default:
      return never(reply);
  }
};

const ERROR_AT_MOST = 200;

/**
 * As a cause, that the master does not see a node alive, with what it says of that. Where its process is gone that is known better:
 * then what is said is only that nobody could be heard.
 */
export const notAlive = (running: boolean, error: string | null): string => {
  const said = withoutSecrets(
    (error ?? '')
      .slice(0, 10 * ERROR_AT_MOST)
      .replaceAll(/\s+/g, ' ')
      .trim(),
  ).slice(0, ERROR_AT_MOST);
  return running && said !== '' ? `alive=false: ${said}` : 'alive=false';
};
