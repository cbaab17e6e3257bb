import type {HostId} from '../../../src/model/ids.ts';

/** What is installed at one home of a host, for every node that runs from it. */
export type Home = {
  readonly host: HostId;
  readonly path: string;
  readonly kind: 'link' | 'dir';
  /** Versions by the directory they lie in. */
  readonly places: Map<string, string>;
  /** Where a link leads. */
  link: string;
  /** The version of the package. */
  readonly package: string;
};

/** How the places of one run are named. */
export type Names = {readonly stamp: string; readonly to: string; readonly old: string};

/** The directory that the home really is. */
export const realOf = ({kind, path, link}: Home): string => (kind === 'link' ? link : path);

/** Where the new version is prepared. */
export const stagedAt = ({kind, path}: Home, {stamp, to}: Names): string =>
  kind === 'link' ? `${path}-${to}` : `${path}.lakeup-${stamp}`;

/** Where the old version lies once the new one is installed. */
export const keptAt = ({kind, path}: Home, {stamp, old}: Names): string =>
  kind === 'link' ? old : `${path}_backup_${stamp}`;

export const versionAt = ({places}: Home, at: string): string | null => places.get(at) ?? null;

/** Whether the new version is what the home leads to. */
export const isInstalled = (home: Home, names: Names): boolean =>
  home.kind === 'link'
    ? home.link === stagedAt(home, names)
    : home.places.has(keptAt(home, names)) && home.places.has(home.path);

/** Puts the staged version in place. Says why not, where it cannot. */
export const installIn = (home: Home, names: Names): string | null => {
  const [from, aside] = [stagedAt(home, names), keptAt(home, names)];
  const staged = home.places.get(from);
  if (isInstalled(home, names)) return null;
  if (staged === undefined) return `${from} is none`;
  if (home.kind === 'link') {
    home.link = from;
    return null;
  }
  const old = home.places.get(home.path);
  if (old !== undefined) home.places.set(aside, old);
  home.places.set(home.path, staged);
  home.places.delete(from);
  return null;
};

/** Puts the old version back in its place, and the new one where it was staged. */
export const uninstallIn = (home: Home, names: Names): string | null => {
  const [from, aside] = [stagedAt(home, names), keptAt(home, names)];
  if (!isInstalled(home, names)) return null;
  const old = home.places.get(aside);
  if (old === undefined) return `${aside} is none`;
  if (home.kind === 'link') {
    home.link = aside;
    return null;
  }
  const fresh = home.places.get(home.path);
  if (fresh !== undefined) home.places.set(from, fresh);
  home.places.set(home.path, old);
  home.places.delete(aside);
  return null;
};

/** What runs of lakeup left beside or in the home. */
export const leftoversOf = (home: Home): string[] =>
  [...home.places.keys()].filter(at => at.includes('.lakeup-') || at.includes('_backup_'));
