import type {KitFault} from '../../model/kit.ts';
import {text} from '../../model/text.ts';

const SERVERS = ['master', 'worker', 'job-master', 'job-worker', 'proxy'] as const;

/** What may go wrong with the fake Alluxio, as it does in the field. The first role is the one that a demo meets early. */
export const alluxioFaults: readonly KitFault[] = [
  {
    name: 'backup-fails',
    roles: ['master'],
    what: text('The leader cannot write its backup: its disk is full.', '主节点无法写入备份：磁盘已满。'),
    everywhere: true,
    knobs: () => ({BACKUP: 'fails'}),
  },
  {
    name: 'backup-cut-off',
    roles: ['master'],
    what: text(
      'The backup command says that all went well; the file is half of one.',
      '备份命令声称成功，文件却只有一半。',
    ),
    everywhere: true,
    knobs: () => ({BACKUP: 'truncated'}),
  },
  {
    name: 'backup-begun',
    roles: ['master'],
    what: text(
      'The backup command ends with 0 and says that all went well; the file has 32 bytes.',
      '备份命令以 0 结束并声称成功，文件却只有 32 字节。',
    ),
    everywhere: true,
    knobs: () => ({BACKUP: 'begun'}),
  },
  {
    name: 'backup-unwritten',
    roles: ['master'],
    what: text(
      'The backup command ends with 0 and names its file; there is no such file.',
      '备份命令以 0 结束并给出文件名，但该文件并不存在。',
    ),
    everywhere: true,
    knobs: () => ({BACKUP: 'unwritten'}),
  },
  {
    name: 'keeps-writing',
    roles: ['master'],
    what: text('An application goes on writing after the backup was made.', '备份完成之后仍有应用继续写入。'),
    everywhere: true,
    knobs: () => ({WRITES: 'go-on'}),
  },
  {
    name: 'format-does-nothing',
    roles: ['master'],
    what: text(
      'The format command says that it formatted, and leaves the journal where it is.',
      'format 命令声称已完成，日志却原样保留。',
    ),
    knobs: () => ({JOURNAL_LEFT: 'yes'}),
  },
  {
    name: 'restore-loses',
    roles: ['master'],
    what: text('A restored master knows one file less than the backup.', '恢复后的主节点比备份少一个文件。'),
    everywhere: true,
    knobs: ({to}) => ({AT_VERSION: to, RESTORE: 'loses'}),
  },
  {
    name: 'comes-up-empty',
    roles: ['master'],
    what: text(
      'A restored master says that it restored everything, serves, and knows no file.',
      '恢复后的 master 声称已全部恢复并提供服务，却不认识任何文件。',
    ),
    everywhere: true,
    knobs: ({to}) => ({AT_VERSION: to, RESTORE: 'nothing'}),
  },
  {
    name: 'restore-miscounted',
    roles: ['master'],
    what: text(
      'A restored master tells another number of entries than the backup has.',
      '恢复后的 master 给出的恢复条目数与备份不符。',
    ),
    everywhere: true,
    knobs: ({to}) => ({AT_VERSION: to, RESTORE: 'miscounts'}),
  },
  {
    name: 'two-leaders',
    roles: ['master'],
    what: text(
      'A master of the new version serves as the leader beside the one that leads.',
      '新版本中有一个 master 在真正的主节点之外也以主节点身份提供服务。',
    ),
    everywhere: true,
    // Whoever shares a journal, or is alone, has nobody to serve beside.
    can: ({kind}, nodes) => kind === undefined && nodes.filter(({role}) => role === 'master').length > 1,
    knobs: ({to}) => ({AT_VERSION: to, USURPS: 'yes'}),
  },
  {
    name: 'worker-silent',
    roles: ['worker'],
    what: text(
      'A worker of the new version runs and never registers with the masters.',
      '新版本的 worker 在运行，却从不向主节点注册。',
    ),
    knobs: ({to}) => ({AT_VERSION: to, NO_REGISTER: 'yes'}),
  },
  {
    name: 'not-deployed',
    roles: ['client'],
    can: ({kind}) => kind === 'yarn',
    what: text('Nobody deploys the line that applications need.', '应用所需的配置行始终没有部署。'),
    knobs: () => ({DEPLOYS: 'never'}),
  },
  {
    name: 'wrong-java',
    roles: ['master'],
    what: text(
      'The Java of a host is 17, which this version cannot use.',
      '主机上的 Java 为 17，该版本无法使用。',
    ),
    later: true,
    knobs: () => ({JAVA_SAYS: '17.0.15'}),
  },
  {
    name: 'dies-at-start',
    roles: SERVERS,
    what: text('The new version ends as soon as it is started.', '新版本一启动就退出。'),
    knobs: ({to}) => ({AT_VERSION: to, DIES: 'at-start'}),
  },
  {
    name: 'dies-later',
    roles: ['worker', 'master', 'job-master', 'job-worker', 'proxy'],
    what: text(
      'The new version comes up, and ends by itself some seconds later.',
      '新版本启动，数秒后自行退出。',
    ),
    knobs: ({to}) => ({AT_VERSION: to, DIES: 'when-up'}),
  },
  {
    name: 'never-ready',
    roles: SERVERS,
    what: text(
      'The process of the new version runs, and never answers.',
      '新版本的进程在运行，但始终不响应。',
    ),
    knobs: ({to}) => ({AT_VERSION: to, NEVER_READY: 'yes'}),
  },
  {
    name: 'ignores-stop',
    roles: SERVERS,
    what: text('The old process ignores the signal of its stop script.', '旧进程忽略停止脚本发送的信号。'),
    knobs: ({from}) => ({AT_VERSION: from, IGNORES_SIGNALS: 'yes'}),
  },
];
