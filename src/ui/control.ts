const PICTURES = 0x24_00;

/**
 * Makes control characters of remote output visible instead of letting the terminal obey them: ESC becomes ␛, a tab
 * two spaces; marks that turn the writing direction are shown as ␦.
 */
export const visible = (text: string): string =>
  text
    .replaceAll('\t', '  ')
    .replace(/[\x00-\x1f]/g, char => String.fromCodePoint(PICTURES + (char.codePointAt(0) ?? 0)))
    .replace(/\x7f/g, '␡')
    .replace(/[\x80-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, '␦');
