import type {Lost, Refused, Trouble} from '../model/ask.ts';
import {type Text, text} from '../model/text.ts';

/** Certainly not begun. */
export const refused = (trouble: Trouble, detail: Text): Refused => ({kind: 'refused', trouble, detail});

/** Sent, result unknown. */
export const lost = (trouble: Trouble, detail: Text): Lost => ({kind: 'lost', trouble, detail});

/** More than this of what others said helps nobody. */
const QUOTED_CHARS = 400;

/** What somebody else said (a host, a server, ssh2, Node), in the words it came in. */
export const quoted = (words: string): Text => {
  const trimmed = words.trim();
  const short = trimmed.length > QUOTED_CHARS ? `${trimmed.slice(0, QUOTED_CHARS)}…` : trimmed;
  return short === '' ? text('no reason was given', '没有说明原因') : text(short, `“${short}”`);
};

export const inSeconds = (ms: number): Text => text(`${ms / 1000} s`, `${ms / 1000} 秒`);

export const noAnswerWithin = (ms: number): Text => {
  const span = inSeconds(ms);
  return text(`no answer within ${span.en}`, `${span.zh}内没有响应`);
};

export const CALLED_OFF_UNSENT = text('called off before it was sent', '发送之前已取消');
export const CALLED_OFF_SENT = text('called off after it was sent', '发送之后已取消');
/** Something else was written into the very line that tells how it ended. */
export const NO_CODE = text('its exit code could not be read', '无法识别其退出码');
export const CLOSED_FROM_HERE = text('closed from here', '已从本端关闭');

/** For whoever asks while lakeup leaves. */
export const closed: Refused = refused(
  'cancelled',
  text('lakeup is closing its connections', 'lakeup 正在关闭连接'),
);

/** For a port that no address was named for. */
export const noAddress: Refused = refused('port-refused', text('no address to try', '没有可尝试的地址'));

/** What is longer than is wanted is not taken for an answer. */
export const tooLong = (maxBytes: number): Lost =>
  lost('protocol', text(`the answer is longer than ${maxBytes} bytes`, `响应超过 ${maxBytes} 字节`));
