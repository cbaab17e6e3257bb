import {type Facts, listOf} from '../../../model/facts.ts';
import type {Survey} from '../../../model/survey.ts';
import type {Preflight} from '../../../model/system.ts';
import {both, COMMA, joinTexts, type Text, text} from '../../../model/text.ts';
import {block, eachNode, shown} from '../../../recipe/finding.ts';
import {surveyed} from '../../../recipe/preflight.ts';
import {isTakenOn} from '../cut.ts';
import {type Doris, type DorisNode, ownPortOf} from '../fields.ts';
import {cutAdvice} from './cut.ts';
import {placeAdvice} from './known.ts';

/** The fields of the inventory that say on which port a node's own page is. */
const PORT_FIELD = {ms: 'port', recycler: 'port', be: 'webPort', fe: 'httpPort'} as const;

/** What answers where the page should be, or ends the connection: TLS, by its redirect, or by what the conf says. */
const isSecure = ({http, httpSaid, https}: Facts): boolean =>
  (http === 'other' && /^3\d\d https:/.test(String(httpSaid))) ||
  (https === true && (http === 'other' || http === 'dropped' || http === 'protocol'));

/** What answers, or does not, where the node's own page should be: three things that are easily mixed up. */
const pageEvidence = (facts: Facts, node: DorisNode): Text | null => {
  const port = ownPortOf(node);
  if (isSecure(facts) && facts.https === true)
    return text(
      `port ${port} gives no HTTP (${shown(facts, facts.http === 'other' ? 'httpSaid' : 'http').en}), and its conf has enable_https`,
      `端口 ${port} 不提供 HTTP（${shown(facts, facts.http === 'other' ? 'httpSaid' : 'http').zh}），且其配置中有 enable_https`,
    );
  switch (facts.http) {
    case undefined:
      return null;
    case 'not-ready':
      return text(`port ${port} answers that it is not ready`, `端口 ${port} 应答：尚未就绪`);
    case 'other': {
      const said = shown(facts, 'httpSaid');
      return text(
        `port ${port} answers something else: ${said.en}`,
        `端口 ${port} 应答的是别的内容：“${said.zh}”`,
      );
    }
    case 'closed':
      return facts.process === 'running'
        ? text(
            `nobody listens on port ${port}, though the process runs`,
            `进程在运行，但端口 ${port} 无人监听`,
          )
        : null;
    default:
      return text(
        `port ${port} gave no answer (${shown(facts, 'http').en})`,
        `端口 ${port} 没有应答（${shown(facts, 'http').zh}）`,
      );
  }
};

/** The facts that decided, and no other: what was well is none. */
const evidence = (facts: Facts, node: DorisNode): Text => {
  const page = pageEvidence(facts, node);
  // What is told in a sentence, or stands as a fact of its own, is not said twice.
  const causes = listOf(facts, 'causes').filter(
    cause => !cause.startsWith('process=') && !(page !== null && cause.startsWith('http=')),
  );
  const values = both(pick =>
    [`health=${pick(shown(facts, 'health'))}`, `process=${pick(shown(facts, 'process'))}`, ...causes].join(
      ' ',
    ),
  );
  const words = listOf(facts, 'lastWords').join(' | ');
  const ends = words === '' ? [] : [text(`its logs end with: ${words}`, `其日志的末尾：${words}`)];
  return joinTexts([...(page === null ? [] : [page]), values, ...ends], COMMA);
};

/** Whether a frontend runs and says that it is well, and is asked for SQL on a port where nobody listens. */
export const isSqlElsewhere = (facts: Facts): boolean =>
  facts.process === 'running' && facts.http === undefined && facts.sql === 'port-refused';

/** What to do about a page that is not there, where it is not the node's own state that is at fault. */
const pageAdvice = (facts: Facts, {fields: {role}}: DorisNode): Text | null => {
  const field = PORT_FIELD[role];
  if (isSecure(facts) && role === 'be')
    return text(
      'It serves HTTPS, which lakeup does not ask. Write `webPort: 0` at the backends: then their processes, their other ports and their rows prove that they serve.',
      '它提供 HTTPS 服务，而 lakeup 不会通过 HTTPS 询问。请在 BE 上写 `webPort: 0`：此后凭其进程、其他端口和 SHOW BACKENDS 中的行判断其是否正常服务。',
    );
  if (isSecure(facts) && role === 'fe')
    return text(
      'It serves HTTPS, which lakeup does not follow. Write `httpPort: 0` at the frontends: then SQL alone proves that they serve.',
      '它提供 HTTPS 服务，而 lakeup 不会跟随跳转。请在 FE 上写 `httpPort: 0`：此后仅凭 SQL 判断其是否正常服务。',
    );
  if (facts.http === 'other')
    return text(
      `Another program answers there: correct \`${field}\` in the inventory.`,
      `在那里应答的是别的程序：请更正清单中的 \`${field}\`。`,
    );
  // A frontend that answers SQL has opened its page before, if it has one.
  if (facts.http === 'closed' && role === 'fe' && (facts.version ?? facts.portVersion) !== undefined)
    return text(
      'It answers SQL, so its page is elsewhere: correct `httpPort`, or write `httpPort: 0` if http_port is 0 in its fe.conf; then SQL alone proves that it serves.',
      '它能应答 SQL，说明页面在别的端口：请更正 `httpPort`；若其 fe.conf 中 http_port 为 0，请写 `httpPort: 0`，此后仅凭 SQL 判断其是否正常服务。',
    );
  if (isSqlElsewhere(facts))
    return text(
      'Its page is well, and nobody listens where SQL is asked. That opens last: wait until it has started; if it has, correct `queryPort` in the inventory.',
      '其页面正常，但 SQL 端口无人监听。该端口最后打开：请等待其启动完成；若已完成，请更正清单中的 `queryPort`。',
    );
  if (facts.http === 'closed' && facts.process === 'running')
    return text(
      `Wait until it has started; if it has, correct \`${field}\` in the inventory. Otherwise its log says why it does not serve.`,
      `请等待其启动完成；若已完成，请更正清单中的 \`${field}\`。否则其日志会说明为何无法服务。`,
    );
  return null;
};

/** Whether all that keeps a node from being well is that no frontend tells of it, and of one it is told that it is asked elsewhere. */
export const isUntold = (facts: Facts, survey: Survey<Doris>): boolean => {
  const causes = listOf(facts, 'causes');
  return (
    causes.length > 0 &&
    causes.every(cause => cause.startsWith('rows=')) &&
    surveyed(survey, 'fe').some(fe => isSqlElsewhere(fe.facts))
  );
};

/** Every node is well. What kept it from that is the evidence. */
export const wellness: Preflight<Doris> = eachNode<Doris>(
  'healthy',
  text('Every process is up and healthy', '所有进程运行且健康'),
  (facts, node, survey) =>
    // One that runs under another name, or that is taken on in the middle, is told of as that, and not as one that is down.
    facts.health === 'ok' ||
    listOf(facts, 'others').length > 0 ||
    isTakenOn(node, survey) ||
    isUntold(facts, survey)
      ? null
      : block(
          evidence(facts, node),
          cutAdvice(facts, node, survey) ??
            pageAdvice(facts, node) ??
            placeAdvice(node, facts, survey) ??
            text(
              'Bring the node up and healthy first; its log says why it is not. An upgrade does not repair.',
              '请先让该节点恢复正常；原因见其日志。升级不能修复故障。',
            ),
        ),
);
