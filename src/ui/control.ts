const PICTURES = 0x24_00;

/**
 * What a terminal obeys instead of showing: C0 with DEL, C1, what turns the writing direction, and what takes no room or
 * breaks a line unseen, tags and language marks included.
 */
const OBEYED =
  /[\x00-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

const pictureOf = (sign: string): string => {
  const code = sign.codePointAt(0) ?? 0;
  if (sign === '\t') return '  ';
  if (code < 0x20) return String.fromCodePoint(PICTURES + code);
  return code === 0x7f ? '␡' : '␦';
};

/**
 * Makes control characters of remote output visible instead of letting the terminal obey them: ESC becomes ␛, a tab
 * two spaces; marks that turn the writing direction are shown as ␦.
 */
export const visible = (text: string): string => text.replace(OBEYED, pictureOf);

/** The same for text of several lines, which stay lines. */
export const visibleLines = (text: string): string => text.split('\n').map(visible).join('\n');

const escaped = (sign: string): string =>
  Array.from({length: sign.length}, (_, i) => `\\u${sign.charCodeAt(i).toString(16).padStart(4, '0')}`).join(
    '',
  );

/** A value as one line of JSON: whoever reads it gets what was there, and a terminal nothing to obey. */
export const jsonLine = (value: unknown): string => JSON.stringify(value).replace(OBEYED, escaped);
