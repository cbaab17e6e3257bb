/** What YAML reads as the text it is, without quotes: names, paths, addresses. */
const PLAIN = /^(?:[A-Za-z_/][\w@.+/\\-]*|\d+\.\d+\.\d+[\w.-]*)$/;
const NO_TEXT = /^(true|false|null)$/i;

/** A line of the inventory as somebody is told to write it: quoted wherever YAML would read something else than this text. */
export const yamlLine = (key: string, value: string): string =>
  `${key}: ${PLAIN.test(value) && !NO_TEXT.test(value) ? value : JSON.stringify(value)}`;
