import {allSaid, type Said, said} from '../../../host/lines.ts';
import type {Facts} from '../../../model/facts.ts';

/** A script of the home's bin that the package has too. */
type Script = {
  readonly name: string;
  readonly changed: number | null;
  readonly same: boolean;
  /** Lines of code, those the package's script has too, and others that hold the home's path. */
  readonly lines: number;
  readonly kept: number;
  readonly paths: number;
};

const SCRIPT = /^(\d+|-) (same|differs|-) (\d+) (\d+) (\d+) (.+)$/;

const parseScript = (line: string): Script[] => {
  const [, changed, differs, lines, kept, paths, name] = SCRIPT.exec(line) ?? [];
  if (name === undefined || differs === '-') return [];
  return [
    {
      name,
      changed: changed === '-' ? null : Number(changed),
      same: differs === 'same',
      lines: Number(lines),
      kept: Number(kept),
      paths: Number(paths),
    },
  ];
};

/** Seconds between files of one release: as they were copied or built, where lib's tell; by themselves they may be older. */
const TOGETHER_S = 60;
const ALONE_S = 3_600;

/** When the rest of the release was made: the oldest of the scripts, and the newest file of lib that the package has too. */
type Rest = {readonly oldest: number | null; readonly lib: number | null};

const isNewer = (changed: number | null, {oldest, lib}: Rest): boolean => {
  if (changed === null || oldest === null) return false;
  return lib === null
    ? changed - oldest > ALONE_S
    : changed - oldest > TOGETHER_S && changed - lib > TOGETHER_S;
};

/**
 * Why a script is held to be the site's own edit: it holds the home's own `path`, it is `newer` than what it came with, or
 * `unlike` the package's (fewer than a third of its lines are there). That it differs is not enough: versions do.
 */
const whyEdited = (script: Script, rest: Rest): 'path' | 'newer' | 'unlike' | null => {
  if (script.same) return null;
  if (script.paths > 0) return 'path';
  if (isNewer(script.changed, rest)) return 'newer';
  return script.lines > 0 && script.kept * 3 < script.lines ? 'unlike' : null;
};

/** When the newest file of lib that the package has too was moved there, and when it was changed. */
const shippedLib = (lines: Said): {readonly moved: number | null; readonly changed: number | null} => {
  const [, moved, changed] = /^(\d+) (\d+)$/.exec(said(lines, 'lib.shipped') ?? '') ?? [];
  return moved === undefined || changed === undefined
    ? {moved: null, changed: null}
    : {moved: Number(moved), changed: Number(changed)};
};

const edited = (lines: Said): string[] => {
  const scripts = allSaid(lines, 'script').flatMap(parseScript);
  const times = scripts.flatMap(({changed}) => changed ?? []);
  const rest = {oldest: times.length === 0 ? null : Math.min(...times), lib: shippedLib(lines).changed};
  return scripts.flatMap(script => {
    const why = whyEdited(script, rest);
    return why === null ? [] : [`${script.name} ${why}`];
  });
};

/** Drivers that a site has to bring itself: their licences keep them out of a release. */
const DRIVERS =
  /^(mysql-connector|mariadb-java-client|ojdbc|postgresql-|mssql-jdbc|sqljdbc|clickhouse-jdbc|ngdbc|db2jcc|DmJdbcDriver|oceanbase-client|presto-jdbc|trino-jdbc|gbase-connector|kingbase)/i;

const OTHER = /^(\d+) (\d+) (.+)$/;

/** Of files the package does not hold: those that came later than all that the release brought, and drivers. */
const siteFiles = (lines: Said): string[] => {
  const shipped = shippedLib(lines);
  const isLater = (time: number, rest: number | null): boolean => rest !== null && time - rest > TOGETHER_S;
  return allSaid(lines, 'lib.other').flatMap(line => {
    const [, moved, changed, path] = OTHER.exec(line) ?? [];
    if (path === undefined) return [];
    const later = isLater(Number(moved), shipped.moved) || isLater(Number(changed), shipped.changed);
    return later || DRIVERS.test(path.slice(path.lastIndexOf('/') + 1)) ? [path] : [];
  });
};

/**
 * How many more files of lib than those the package has neither by their name nor in another version; none where nothing of lib is the
 * package's, for then that says nothing. Whether a release dropped them or a site brought them, their times do not tell.
 */
const othersFact = (lines: Said, told: number): Facts => {
  if (shippedLib(lines).changed === null) return {};
  const all = Number(said(lines, 'lib.others') ?? '0');
  return {libOthers: Number.isSafeInteger(all) ? Math.max(0, all - told) : 0};
};

/**
 * What the site did to a home, and what the package would change beside bin and lib, as lists: `edited` (a script and
 * why), `siteFiles` of lib, `brings` (directories), `others` (processes of another name); `libOthers`, how many more files of lib
 * are not the package's; and `processName`.
 */
export const ownFacts = (lines: Said): Facts => {
  const name = said(lines, 'processName');
  const files = siteFiles(lines);
  return {
    edited: edited(lines),
    siteFiles: files,
    ...othersFact(lines, files.length),
    brings: allSaid(lines, 'brings'),
    others: allSaid(lines, 'other'),
    ...(name === null ? {} : {processName: name}),
  };
};
