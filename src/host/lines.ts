/** What a script of ours printed, one `key=value` a line, in order; other lines are left out. */
export type Said = readonly (readonly [key: string, value: string])[];

export const parseLines = (stdout: string): Said =>
  stdout.split('\n').flatMap(line => {
    const at = line.indexOf('=');
    return at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
  });

/** The first value of a key, or null. */
export const said = (lines: Said, key: string): string | null =>
  lines.find(([name]) => name === key)?.[1] ?? null;

/** All values of a key, in order. */
export const allSaid = (lines: Said, key: string): string[] =>
  lines.flatMap(([name, value]) => (name === key ? [value] : []));
