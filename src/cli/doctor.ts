import {access, constants, mkdir} from 'node:fs/promises';
import {plain, type Text, text} from '../model/text.ts';
import {transportDoctor} from '../transport/doctor.ts';
import {jsonLine} from '../ui/control.ts';
import {EXIT, type ExitCode} from './exit-code.ts';
import {isNewEnough, NEEDED_NODE} from './needed-node.ts';
import {type Context, hasPerson, hasTerminal, type Outside} from './outside.ts';
import {runsDir} from './state-dir.ts';
import {VERSION} from './version.ts';
import {transportEnv} from './with-transport.ts';

/** One thing lakeup needs here. `note`: works without it, but it is good to know. */
type Need = {readonly name: Text; readonly state: 'ok' | 'note' | 'bad'; readonly seen: Text};

const nodeNeed = (): Need => {
  const enough = isNewEnough(process.versions.node);
  const seen = `${process.version} (${process.platform}-${process.arch}), lakeup ${VERSION}`;
  return {
    name: plain('node'),
    state: enough ? 'ok' : 'bad',
    seen: enough
      ? plain(seen)
      : text(`${seen}: needs ${NEEDED_NODE} or newer`, `${seen}：需要 ${NEEDED_NODE} 或更新版本`),
  };
};

const terminalNeeds = (outside: Outside): readonly Need[] => {
  const {stdout, env} = outside;
  const size = `${stdout.columns ?? 0}×${stdout.rows ?? 0}`;
  const big = (stdout.columns ?? 0) >= 80 && (stdout.rows ?? 0) >= 24;
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  const utf8 = /utf-?8/i.test(locale);
  const name = text('terminal', '终端');
  const none = hasPerson(outside)
    ? text(
        'it draws nothing (TERM=dumb): --screen-reader asks in lines',
        '无法显示屏幕（TERM=dumb）：--screen-reader 逐行询问',
      )
    : text('none: upgrade and resume need one', '无：upgrade 与 resume 需要终端');
  const terminal: Need = !hasTerminal(outside)
    ? {name, state: 'note', seen: none}
    : {
        name,
        state: big ? 'ok' : 'note',
        seen: big ? plain(size) : text(`${size}: 80×24 or more is better`, `${size}：建议至少 80×24`),
      };
  return [
    terminal,
    {
      name: text('characters', '字符集'),
      state: utf8 ? 'ok' : 'note',
      seen: utf8
        ? plain(locale)
        : text(`"${locale}" does not say UTF-8: use --ascii`, `“${locale}”不是 UTF-8：请用 --ascii`),
    },
  ];
};

const sshNeeds = async (context: Context): Promise<readonly Need[]> => {
  const facts = await transportDoctor(transportEnv(context));
  return facts.map(({name, ok, detail}) => ({name, state: ok ? 'ok' : 'note', seen: detail}));
};

const stateNeed = async ({env}: Outside): Promise<Need> => {
  const dir = runsDir(env);
  const writable = await mkdir(dir, {recursive: true, mode: 0o700})
    .then(() => access(dir, constants.W_OK))
    .then(
      () => true,
      () => false,
    );
  return {
    name: text('state directory', '状态目录'),
    state: writable ? 'ok' : 'bad',
    seen: writable
      ? plain(dir)
      : text(`${dir} cannot be written: set XDG_STATE_HOME`, `无法写入 ${dir}：请设置 XDG_STATE_HOME`),
  };
};

/** `lakeup doctor`: what lakeup itself needs here. */
export const doctor = async (context: Context): Promise<ExitCode> => {
  const {outside, common} = context;
  const needs = [
    nodeNeed(),
    ...terminalNeeds(outside),
    ...(await sshNeeds(context)),
    await stateNeed(outside),
  ];
  const marks = {ok: '✓', note: '!', bad: '✗'};
  if (common.json)
    context.print(jsonLine(needs.map(({name, state, seen}) => ({name: name.en, state, seen: seen.en}))));
  else
    for (const {name, state, seen} of needs)
      context.print(`${marks[state]} ${name[common.lang]}: ${seen[common.lang]}`);
  return needs.some(({state}) => state === 'bad') ? EXIT.failed : EXIT.verified;
};
