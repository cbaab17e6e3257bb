import type {Facts} from '../../../model/facts.ts';

const KIB: Readonly<Record<string, number>> = {'': 1 / 1024, k: 1, m: 1024, g: 1024 * 1024};

/** A size as the JVM takes it, in KiB: 8g, 300M, 1073741824; null where it is none. */
const sizeKb = (value: string): number | null => {
  const [, digits, unit = ''] = /^(\d+)([kmg]?)$/i.exec(value) ?? [];
  const kib = KIB[unit.toLowerCase()];
  return digits === undefined || kib === undefined ? null : Math.round(Number(digits) * kib);
};

/** The last of these arguments counts, as for the JVM. */
const lastOf = (args: readonly string[], prefix: string): Facts[string] | undefined => {
  const own = args.filter(arg => arg.startsWith(prefix)).at(-1);
  return (own === undefined ? null : sizeKb(own.slice(prefix.length))) ?? undefined;
};

/** How much a process may take by its own arguments: `heapKb`, and `directKb` beside it; none where they do not say. */
export const mayTake = (args: readonly string[]): Facts => {
  const [heapKb, directKb] = [lastOf(args, '-Xmx'), lastOf(args, '-XX:MaxDirectMemorySize=')];
  return {...(heapKb === undefined ? {} : {heapKb}), ...(directKb === undefined ? {} : {directKb})};
};
