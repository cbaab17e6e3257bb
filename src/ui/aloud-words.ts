import {type Text, text} from '../model/text.ts';

/** What is only said to a screen reader. */
export const aloudWords = {
  aloudKeys: text(
    'Keys count as on the screen: ? lists them, Ctrl-L says where it stands.',
    '按键与屏幕上相同：? 列出全部按键，Ctrl-L 说明当前情况。',
  ),
  aloudEarlier: (n: number) =>
    text(`${n} earlier ${n === 1 ? 'line is' : 'lines are'} in the log: l`, `更早的 ${n} 行在日志中：l`),
  aloudFilter: text(
    'type a part of a name, group, host, role or status: Enter keeps it, Esc takes it away',
    '请输入节点名、组、主机、角色或状态的一部分：Enter 保留，Esc 取消',
  ),
  aloudSearch: text(
    'type what the log is searched for: Enter finds it above, Esc takes it away',
    '请输入要在日志中搜索的内容：Enter 向上查找，Esc 取消',
  ),
  hostsAgain: text('all hosts answer again', '所有主机已恢复应答'),
  /** "10.20.0.22 (fe-2)". */
  hostWith: (host: string, {en, zh}: Text) =>
    en === '' || en === host ? text(host, host) : text(`${host} (${en})`, `${host}（${zh}）`),
  hostsSilentNamed: (n: number, names: Text) =>
    text(`${n === 1 ? 'host does' : 'hosts do'} not answer: ${names.en}`, `主机无应答：${names.zh}`),
  hostsSilent: (n: number, all: number) =>
    text(`${n} of ${all} hosts do not answer`, `${all} 台主机中有 ${n} 台无应答`),
  aloudLeftOut: (n: number) => text(`${n} ${n === 1 ? 'line is' : 'lines are'} left out`, `略去 ${n} 行`),
};
