import type {KitFault} from '../../model/kit.ts';
import {text} from '../../model/text.ts';

const EVERY_ROLE = ['ms', 'recycler', 'be', 'fe'] as const;

/** What may go wrong with the fake Doris, as it does in the field. The first role is the one that a demo meets early. */
export const dorisFaults: readonly KitFault[] = [
  {
    name: 'dies-at-start',
    roles: EVERY_ROLE,
    what: text(
      'The new version ends as soon as it is started; its start script says 0 all the same.',
      '新版本一启动就退出，而启动脚本仍返回 0。',
    ),
    knobs: ({to}) => ({AT_VERSION: to, DIES: 'at-start'}),
  },
  {
    name: 'dies-later',
    roles: EVERY_ROLE,
    what: text(
      'The new version comes up, is healthy, and ends by itself some seconds later.',
      '新版本启动成功、状态健康，几秒后自行退出。',
    ),
    knobs: ({to}) => ({AT_VERSION: to, DIES: 'when-up', DIES_AFTER_MS: '20000'}),
  },
  {
    name: 'never-ready',
    roles: EVERY_ROLE,
    what: text(
      'The process of the new version runs, and never answers.',
      '新版本的进程在运行，但始终不响应。',
    ),
    knobs: ({to}) => ({AT_VERSION: to, NEVER_READY: 'yes'}),
  },
  {
    name: 'slow-start',
    roles: EVERY_ROLE,
    what: text('The new version takes two minutes until it serves.', '新版本需要两分钟才能提供服务。'),
    knobs: ({to}) => ({AT_VERSION: to, START_MS: '120000'}),
  },
  {
    name: 'ignores-stop',
    roles: EVERY_ROLE,
    what: text('The old process ignores the signal of its stop script.', '旧进程忽略停止脚本发送的信号。'),
    knobs: ({from}) => ({AT_VERSION: from, IGNORES_SIGNALS: 'yes'}),
  },
  {
    name: 'blind-stop',
    roles: EVERY_ROLE,
    what: text(
      'The stop script looks for its pid file in a wrong place, and says that nothing runs.',
      '停止脚本在错误的位置查找 pid 文件，并声称没有进程在运行。',
    ),
    knobs: () => ({STOP_BLIND: 'yes'}),
  },
  {
    name: 'swap',
    roles: ['be'],
    what: text(
      'Swap is on: the start script of a backend refuses it.',
      '未关闭 swap：BE 的启动脚本会拒绝启动。',
    ),
    later: true,
    knobs: () => ({SWAP: 'on'}),
  },
  {
    name: 'few-maps',
    roles: ['be'],
    what: text(
      'vm.max_map_count is 65,530: the start script of a backend refuses it.',
      'vm.max_map_count 为 65530：BE 的启动脚本会拒绝启动。',
    ),
    later: true,
    knobs: () => ({MAX_MAP_COUNT: '65530'}),
  },
  {
    name: 'flips',
    roles: ['be', 'fe'],
    what: text(
      'The new version says that it is well, and its row tells it alive at every second heartbeat only.',
      '新版本自称正常，但在集群的行中每隔一次心跳才显示存活。',
    ),
    knobs: ({to}) => ({AT_VERSION: to, FLIPS: 'yes'}),
  },
  {
    name: 'journal-stands',
    roles: ['fe'],
    what: text(
      'The new version comes up and has caught up, and then its journal stands still while the master’s goes on.',
      '新版本启动成功并追上日志，之后其日志停滞，而主 FE 的日志继续增长。',
    ),
    knobs: ({to}) => ({AT_VERSION: to, JOURNAL_STANDS: 'yes'}),
  },
  {
    name: 'two-masters',
    roles: ['fe'],
    what: text(
      'A follower of the new version says that it is the master, beside the one that is.',
      '新版本的一个 Follower 自称是主 FE，而真正的主 FE 仍在。',
    ),
    knobs: ({to}) => ({AT_VERSION: to, USURPS: 'yes'}),
  },
  {
    name: 'takes-office',
    roles: ['fe'],
    everywhere: true,
    what: text(
      'The first follower that is to be stopped becomes the master after lakeup looked at it last, right before the signal.',
      '第一个要停止的 Follower 在 lakeup 最后一次查看之后、发送信号之前成为主 FE。',
    ),
    knobs: ({from}) => ({AT_VERSION: from, TAKES_OFFICE: 'yes'}),
  },
  {
    name: 'dies-beside',
    roles: ['ms', 'recycler', 'be'],
    what: text(
      'The new version ends by itself while a node of another role is stopped, after everybody was seen to be well.',
      '新版本在其他角色的节点停止时自行退出，而此前所有节点都被确认正常。',
    ),
    knobs: ({to}) => ({AT_VERSION: to, DIES: 'beside'}),
  },
  {
    name: 'supervised',
    roles: EVERY_ROLE,
    what: text(
      'Somebody starts the process again as soon as it was stopped, and nothing on the host tells of that before.',
      '进程一停止就会被再次启动，而主机上事先没有任何迹象。',
    ),
    knobs: () => ({SUPERVISED: 'yes'}),
  },
  {
    name: 'storeless',
    roles: ['ms'],
    everywhere: true,
    what: text(
      'The store of all MetaServices is away: those that run say that they are well, and none comes up that is started.',
      '所有 MetaService 的存储不可用：运行中的自称正常，但重新启动的都起不来。',
    ),
    later: true,
    knobs: () => ({STORE: 'away'}),
  },
  {
    name: 'sql-password',
    roles: ['fe'],
    what: text(
      'The frontend asks for a password of which the inventory says nothing.',
      'FE 要求密码，而清单中没有说明。',
    ),
    knobs: () => ({ROOT_PASSWORD: 'not in the inventory'}),
  },
];
