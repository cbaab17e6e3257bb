/** Eight groups of an IPv6 address, or null where it is none. */
const groupsOf = (text: string): number[] | null => {
  const parts = text.split('::');
  if (parts.length > 2) return null;
  const [left = [], right] = parts.map(part => (part === '' ? [] : part.split(':')));
  const lacking = 8 - left.length - (right?.length ?? 0);
  if (right === undefined ? lacking !== 0 : lacking < 1) return null;
  const all = right === undefined ? left : [...left, ...Array<string>(lacking).fill('0'), ...right];
  return all.every(group => /^[\da-f]{1,4}$/.test(group))
    ? all.map(group => Number.parseInt(group, 16))
    : null;
};

const V4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

const bytesOf = (text: string): number[] | null => {
  const bytes = V4.exec(text)?.slice(1).map(Number) ?? [];
  return bytes.length === 4 && bytes.every(byte => byte <= 255) ? bytes : null;
};

/** The last 32 bits of an IPv6 address may be written as an IPv4 address. */
const withoutDots = (text: string): string => {
  const at = text.lastIndexOf(':');
  const [a, b, c, d] = bytesOf(text.slice(at + 1)) ?? [];
  if (a === undefined || b === undefined || c === undefined || d === undefined) return text;
  return `${text.slice(0, at + 1)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
};

/** The longest run of zero groups is left out, the first of several. */
const shortened = (groups: readonly number[]): string => {
  const hex = groups.map(group => group.toString(16)).join(':');
  const runs = [...hex.matchAll(/\b0(?::0)+\b/g)];
  const longest = runs.toSorted((a, b) => b[0].length - a[0].length)[0];
  if (longest === undefined) return hex;
  const [before, after] = [hex.slice(0, longest.index), hex.slice(longest.index + longest[0].length)];
  return `${before.replace(/:$/, '')}::${after.replace(/^:/, '')}`;
};

/**
 * One spelling for each address: IPv6 as RFC 5952 writes it, an IPv4-mapped one as the IPv4 address it is, names in
 * small letters and without the dot of the root. Brackets and the zone of a link are dropped. What is no address is a name.
 */
export const canonicalAddress = (text: string): string => {
  const plain = text
    .trim()
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1');
  if (!plain.includes(':')) return plain.replace(/\.$/, '');
  const groups = groupsOf(withoutDots(plain.replace(/%.*$/, '')));
  if (groups === null) return plain;
  const [, , , , , mark, high = 0, low = 0] = groups;
  const mapped = mark === 0xffff && groups.slice(0, 5).every(group => group === 0);
  return mapped ? [high >> 8, high & 255, low >> 8, low & 255].join('.') : shortened(groups);
};

/** Whether two texts are the same address, however they are spelled. Names are not resolved. */
export const sameAddress = (a: string, b: string): boolean => canonicalAddress(a) === canonicalAddress(b);

/** An address with a port, in the one spelling. */
export const placeOf = (address: string, port: number): string => {
  const canonical = canonicalAddress(address);
  return canonical.includes(':') ? `[${canonical}]:${port}` : `${canonical}:${port}`;
};
