declare const brand: unique symbol;

/** A piece of POSIX shell in which every value is quoted. Only sh`…` and join make one. */
export type Sh = string & {readonly [brand]: 'Sh'};

type Value = string | number | Sh | RawSh | readonly (string | number)[];
type RawSh = {readonly raw: Sh};

/** Quotes one word for any POSIX shell. A NUL byte cannot be passed to a shell and is refused. */
export const quote = (word: string): string => {
  if (word.includes('\0')) throw new Error('a shell word cannot hold a NUL byte');
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
};

const isRaw = (value: Value): value is RawSh => typeof value === 'object' && 'raw' in value;

const part = (value: Value): string => {
  if (isRaw(value)) return value.raw;
  if (typeof value === 'object') return value.map(item => quote(String(item))).join(' ');
  return quote(String(value));
};

/**
 * Makes a Sh: text stands as written, every value is quoted as one word (a list as several words).
 * To put one Sh into another, wrap it: sh`cd ${dir} && ${raw(command)}`.
 */
export const sh = (text: TemplateStringsArray, ...values: readonly Value[]): Sh =>
  text.reduce((all, piece, i) => {
    const value = values[i - 1];
    return value === undefined ? all + piece : all + part(value) + piece;
  }) as Sh;

/** Lets a Sh stand unquoted inside another. */
export const raw = (piece: Sh): RawSh => ({raw: piece});

/** Sets a shell variable. Throws for a name that is none. */
export const assign = (name: string, value: string): Sh => {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new Error(`${JSON.stringify(name)} is no shell variable`);
  return `${name}=${quote(value)}` as Sh;
};

/** Lines one after the other. */
export const lines = (...pieces: readonly Sh[]): Sh => pieces.join('\n') as Sh;
