import {stepOf} from '../model/in-plan.ts';
import {openQuestion, type State} from '../store/state.ts';
import {sshLine} from './at-hand.ts';
import {reportText} from './screens/report.ts';

/** What `c` copies: the report where that is read, what opens a shell where that is offered, else the line that the question in hand offers; or null. */
export const offeredLine = (state: State): string | null => {
  if (state.view === 'report') return state.report === null ? null : `${reportText(state).join('\n')}\n`;
  if (state.view === 'shell') return sshLine(state, state.atNode);
  const question = openQuestion(state);
  if (question?.kind !== 'manual' || state.run === null) return null;
  const {action} = stepOf(state.run, question.step);
  return action.kind === 'manual' ? (action.copy ?? null) : null;
};

/**
 * What lets a terminal put a text into its user's clipboard (OSC 52), over SSH too. A terminal that does not know it, or is
 * not allowed to, shows nothing of it and does nothing.
 */
export const toClipboard = (text: string): string =>
  `\x1b]52;c;${Buffer.from(text, 'utf8').toString('base64')}\x07`;
