import {formatBytes} from '../lib/bytes.ts';
import type {Facts} from '../model/facts.ts';
import {listOf} from '../model/facts.ts';
import type {Node, Product} from '../model/inventory.ts';
import type {Survey} from '../model/survey.ts';
import type {Preflight} from '../model/system.ts';
import {both, joinTexts, plain, SEMICOLON, type Text, text} from '../model/text.ts';
import {block, eachNode, numberOf, type Problem, shown, warn, wholeCluster} from './finding.ts';

// Checks that hold for any product: they read the facts of src/host and the names every survey shares (version,
// packageVersion, health).

/** Nodes and what was seen of them, as evidence: "be-1: 3.0.6; be-2: 3.0.5". */
export const told = (entries: readonly {readonly node: Node; readonly facts: Facts}[], name: string): Text =>
  joinTexts(
    entries.map(({node, facts}) =>
      both((pick, lang) => `${node.id}${lang === 'en' ? ': ' : '：'}${pick(shown(facts, name))}`),
    ),
    SEMICOLON,
  );

/** The nodes that were seen, all or of one role, with their facts. */
export const surveyed = <P extends Product>(
  survey: Survey<P>,
  role?: string,
): {readonly node: Node<P>; readonly facts: Facts}[] =>
  survey.cluster.nodes
    .filter(node => role === undefined || node.role === role)
    .flatMap(node => {
      const facts = survey.facts.get(node.id);
      return facts === undefined ? [] : [{node, facts}];
    });

/** The different values of a fact, as text. */
export const valuesOf = (entries: readonly {readonly facts: Facts}[], name: string): string[] => [
  ...new Set(entries.flatMap(({facts}) => (facts[name] === undefined ? [] : [String(facts[name])]))),
];

/** Every node was seen. What was not blocks here, and is left out everywhere else. */
export const reachable: Preflight = wholeCluster(
  'reachable',
  text('Every node answers', '所有节点均有应答'),
  survey =>
    survey.cluster.nodes
      .filter(({id}) => !survey.facts.has(id))
      .map(node => ({
        ...block(
          text(`${node.host} did not answer`, `${node.host} 没有应答`),
          text(
            'Make the host reachable (lakeup doctor says why it is not) and look again.',
            '先让该主机可达（lakeup doctor 会说明原因），然后重新查看。',
          ),
        ),
        node,
      })),
);

export const oneVersion: Preflight = wholeCluster(
  'one-version',
  text('All nodes run one version', '所有节点版本相同'),
  survey => {
    const entries = surveyed(survey);
    if (valuesOf(entries, 'version').length <= 1) return [];
    return [
      block(
        told(entries, 'version'),
        text(
          'A cluster of mixed versions is in the middle of an upgrade: resume that run, or bring it to one version.',
          '版本混杂说明升级只做了一半：请恢复那次运行，或先统一版本。',
        ),
      ),
    ];
  },
);

export const onePackage: Preflight = wholeCluster(
  'one-package',
  text('All packages are one version', '所有升级包版本相同'),
  survey => {
    const entries = surveyed(survey);
    return valuesOf(entries, 'packageVersion').length <= 1
      ? []
      : [
          block(
            told(entries, 'packageVersion'),
            text('Put the same package on every host.', '请在每台主机放置相同的升级包。'),
          ),
        ];
  },
);

export const versionKnown: Preflight = eachNode(
  'version-known',
  text('The running version is known', '已知运行版本'),
  facts =>
    typeof facts.version === 'string'
      ? null
      : block(
          text('no version was reported', '没有报告版本'),
          text(
            'Look at the node with `lakeup status`; without its version nothing can be compared.',
            '用 `lakeup status` 查看该节点；不知道版本就无法比较。',
          ),
        ),
);

export const oneProcess: Preflight = eachNode(
  'one-process',
  text('One process per home', '每个目录只有一个进程'),
  facts => {
    const count = numberOf(facts, 'count') ?? 0;
    const pid = shown(facts, 'pid');
    return count > 1
      ? block(
          text(`${count} processes, the oldest is ${pid.en}`, `${count} 个进程，最早的是 ${pid.zh}`),
          text(
            'End the process that does not serve, by its pid, and look again.',
            '按进程号结束不提供服务的那个进程，然后重新查看。',
          ),
        )
      : null;
  },
);

export const sameUser: Preflight = eachNode(
  'same-user',
  text('lakeup logs in as the user of the process', '登录用户与进程用户相同'),
  facts => {
    const [owner, login] = [shown(facts, 'owner'), shown(facts, 'login')];
    return facts.owner === undefined || facts.owner === facts.login
      ? null
      : block(
          text(
            `the process belongs to uid ${owner.en}, the login is uid ${login.en}`,
            `进程属于 uid ${owner.zh}，登录用户为 uid ${login.zh}`,
          ),
          text(
            'Write the user of the process as the SSH user, or the new process would not be its own.',
            '请把进程所属用户写为 SSH 用户，否则新进程将属于别的用户。',
          ),
        );
  },
);

export const writable: Preflight = eachNode(
  'writable',
  text('The home can be written', '安装目录可写'),
  (facts, node) => {
    const login = shown(facts, 'login');
    return facts.writable === false
      ? block(
          text(`${node.home} cannot be written by uid ${login.en}`, `uid ${login.zh} 无法写入 ${node.home}`),
          text('Give the directory to the user of the process.', '把该目录交给进程所属用户。'),
        )
      : null;
  },
);

/** Copying needs the new files' size once more, a tenth for the file system, and some room to live. */
const neededKb = (sizeKb: number): number => Math.ceil(sizeKb * 1.1) + 100 * 1024;

/** Room beside the home for a copy of the new files: `freeKb` against `packageKb`. */
export const disk: Preflight = eachNode(
  'disk',
  text('There is room for the new files', '磁盘空间足够'),
  facts => {
    const [free, size] = [numberOf(facts, 'freeKb'), numberOf(facts, 'packageKb')];
    if (free === null || size === null || free >= neededKb(size)) return null;
    const [has, needs] = [formatBytes(free * 1024), formatBytes(neededKb(size) * 1024)];
    return block(
      text(`${has} free, ${needs} needed`, `可用 ${has}，需要 ${needs}`),
      text(
        'Make room on the file system of the home, for example by removing old backups.',
        '请在安装目录所在文件系统腾出空间，例如删除旧备份。',
      ),
    );
  },
);

/** Nothing of an earlier run lies beside the home under a name that begins so. */
export const leftovers = (prefix: string): Preflight =>
  eachNode('leftovers', text('No stage of an earlier run is left', '没有之前运行遗留的暂存目录'), facts => {
    const stages = listOf(facts, 'leftovers').filter(name => name.startsWith(prefix));
    return stages.length === 0
      ? null
      : warn(
          plain(stages.join(' ')),
          text(
            'Resume that run, or remove the directory when the run is given up.',
            '请恢复那次运行；若已放弃，可删除该目录。',
          ),
        );
  });

/** Units whose cgroup a process stays in because somebody started it from there: none of them knows of it. */
const HARMLESS = /^(ssh|sshd|dropbear)(@.*)?\.service$|^(user@.*|cron|crond|anacron|atd)\.service$/;

/** Many units run the start script and are done (MainPID 0), or watch the daemon; a supervisor is neither. */
const unitProblem = (facts: Facts, harmless: string | undefined): Problem | null => {
  const {unit, unitRestart, unitMain} = facts;
  if (typeof unit !== 'string' || HARMLESS.test(unit) || unit === harmless) return null;
  const belongs = text(`the process belongs to ${unit}`, `该进程属于 ${unit}`);
  const seen = (en: string, zh: string): Text => text(`${belongs.en}${en}`, `${belongs.zh}${zh}`);
  if (unitRestart === undefined)
    return block(
      seen(
        '; whether it starts it again cannot be seen from this login',
        '；用此登录无法看到它是否会重新启动进程',
      ),
      text(
        `Ask \`systemctl show -p Restart ${unit}\`. If nothing there starts the process again, write \`harmlessUnit: ${unit}\` at the node.`,
        `请查看 \`systemctl show -p Restart ${unit}\`。若它不会重新启动该进程，请在节点上写 \`harmlessUnit: ${unit}\`。`,
      ),
    );
  if (unitRestart !== 'no')
    return block(
      seen(`, which has Restart=${unitRestart}`, `，其 Restart=${unitRestart}`),
      text(
        'Set Restart=no for the upgrade (a drop-in and `systemctl daemon-reload`), or it starts the process again while its files are moved.',
        '升级期间请设置 Restart=no（drop-in 加 `systemctl daemon-reload`），否则移动文件时它会重新启动该进程。',
      ),
    );
  if (unitMain !== 0 && unitMain !== facts.pid)
    return block(
      seen(`, whose own process is ${unitMain ?? '-'}`, `，而它自己的进程是 ${unitMain ?? '-'}`),
      text(
        `If that is a supervisor, tell it to leave this process alone for the upgrade; then, or if it is none, write \`harmlessUnit: ${unit}\` at the node.`,
        `若它是进程守护程序，请让它在升级期间不要管理该进程；之后（或它并非守护程序时）在节点上写 \`harmlessUnit: ${unit}\`。`,
      ),
    );
  return warn(
    seen(', which does not start it again', '，它不会重新启动该进程'),
    text(
      `After the upgrade the process no longer belongs to ${unit}; restart it through the unit when that suits you.`,
      `升级后该进程不再属于 ${unit}；可在方便时通过该服务单元重新启动。`,
    ),
  );
};

/** No service manager starts the process again; `harmless` gives the unit of a node where the site knows better. */
export const unit = <P extends Product>(harmless: (node: Node<P>) => string | undefined): Preflight<P> =>
  eachNode<P>(
    'unit',
    text('No service manager starts it again', '没有服务管理器会重新启动它'),
    (facts, node) => unitProblem(facts, harmless(node)),
  );
