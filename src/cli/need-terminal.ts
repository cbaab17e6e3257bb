import {type Text, text} from '../model/text.ts';
import {type Common, type Context, hasPerson, opensScreen} from './outside.ts';
import {UserError} from './user-error.ts';

/** The options that ask for something else than the screen, as they were written. */
const blinding = ({plain, json}: Common): Text => {
  const given = [...(plain ? ['--plain'] : []), ...(json ? ['--json'] : [])];
  return text(given.join(' and '), given.join(' 和 '));
};

const noTerminal = (without: Text): UserError =>
  new UserError(
    text(
      'every phase is confirmed by a key press, and there is no terminal to press it on',
      '每个阶段都需要按键确认，而这里没有终端',
    ),
    text(
      `run it in a terminal${without.en && `, without ${without.en}`} (over ssh: \`ssh -t\`); \`lakeup status\` needs none`,
      `请在终端中运行${without.zh && `，且不带 ${without.zh}`}（经 ssh 时用 \`ssh -t\`）；\`lakeup status\` 不需要终端`,
    ),
  );

const dumbTerminal = (): UserError =>
  new UserError(
    text(
      'every phase is confirmed by a key press on the screen, and none can be drawn on this terminal (TERM=dumb)',
      '每个阶段都需要在屏幕上按键确认，而此终端无法显示屏幕（TERM=dumb）',
    ),
    text(
      'set TERM to what the terminal is, such as xterm-256color, or use another one; `--screen-reader` asks in lines, on any terminal',
      '请把 TERM 设为终端的实际类型，如 xterm-256color，或换用其他终端；`--screen-reader` 在任何终端上逐行询问',
    ),
  );

const noScreen = (without: Text): UserError => {
  const open = without.en.includes(' and ') ? 'open' : 'opens';
  return new UserError(
    text(
      `every phase is confirmed by a key press on the screen, and ${without.en} ${open} none`,
      `每个阶段都需要在屏幕上按键确认，而 ${without.zh} 不打开屏幕`,
    ),
    text(
      `leave out ${without.en}; \`--screen-reader\` asks in lines, without a screen; \`lakeup status\` and \`lakeup demo --autopilot\` need no key`,
      `请去掉 ${without.zh}；\`--screen-reader\` 逐行询问，不打开屏幕；\`lakeup status\` 和 \`lakeup demo --autopilot\` 不需要按键`,
    ),
  );
};

/** Confirmations are given by a person at a terminal: without one nothing is begun, and what is missing is said. */
export const needTerminal = ({outside, common}: Context, autopilot: boolean): void => {
  if (autopilot) return;
  if (opensScreen({outside, common})) return;
  const without = blinding(common);
  if (!hasPerson(outside)) throw noTerminal(without);
  throw without.en === '' ? dumbTerminal() : noScreen(without);
};
