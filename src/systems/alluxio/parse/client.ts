import {numberFact, textFact} from '../../../host/fact.ts';
import {allSaid, type Said, said} from '../../../host/lines.ts';
import {parseVersion} from '../../../lib/version.ts';
import type {Facts, Health} from '../../../model/facts.ts';
import type {ClientNode} from '../fields.ts';

const KINDS = ['dir', 'file', 'link', 'none', 'other'] as const;
export type JarKind = (typeof KINDS)[number];

const kindOf = (value: string | null): JarKind => KINDS.find(kind => kind === value) ?? 'other';

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The version in a jar's name, as the product ships it. */
export const versionInName = (path: string): string | null =>
  /^alluxio-(\d+\.\d+\.\d+)\b.*client.*\.jar$/.exec(nameOf(path))?.[1] ?? null;

/** A process and a path that it has open, or names among its arguments. */
type Use = {readonly process: string; readonly open: boolean; readonly path: string};

const usesIn = (lines: Said): readonly Use[] =>
  lines.flatMap(([key, value]): readonly Use[] => {
    const [, process, path] = /^(\d+\.\d+) (\/.*)$/.exec(value) ?? [];
    if ((key !== 'open' && key !== 'arg') || process === undefined || path === undefined) return [];
    return [{process, open: key === 'open', path}];
  });

/** What lies in place: its path, what that leads to, and the folders in which this application's clients are. */
type InPlace = {
  readonly entry: string;
  readonly at: string;
  readonly folders: readonly string[];
  readonly wildcard: string;
};

/** Under whatever name a client once lay there: replaced while it was open, or set aside by a run. */
const plainPath = (path: string): string => path.replace(/ \(deleted\)$/, '').replace(/_backup_[\d_]+$/, '');

const isOwn = (path: string, {entry, at, folders, wildcard}: InPlace): boolean => {
  const plain = plainPath(path);
  if (plain === entry || plain === at || plain === wildcard) return true;
  return folders.includes(folderOf(plain)) && /alluxio.*client.*\.jar$/.test(nameOf(plain));
};

/** A jar that is not the one in place: open, or named by a path that leads there no longer. A wildcard names whatever is there. */
const isOther = ({open, path}: Use, {entry, at, wildcard}: InPlace): boolean =>
  open ? path !== at : ![entry, at, wildcard].includes(path);

/** A process that has the old client loaded, as far as it can be seen; `before`: those that loaded it before it was replaced. */
const isOld = (uses: readonly Use[], inPlace: InPlace, before: boolean): boolean => {
  if (uses.some(use => isOther(use, inPlace))) return true;
  return before && !uses.some(({open, path}) => open && path === inPlace.at);
};

const HEALTHS = {'no-jar': 'down', 'many-jars': 'degraded', 'old-jar': 'degraded'} as const satisfies Record<
  string,
  Health
>;
type Cause = keyof typeof HEALTHS;

/** The entries of HADOOP_CLASSPATH that are clients, whichever line sets them. */
const classpathOf = (values: readonly string[]): string[] =>
  values
    .flatMap(value => value.replace(/["']/g, '').split(':'))
    .map(entry => entry.trim())
    .filter(entry => /alluxio.*client.*\.jar$/.test(nameOf(entry)));

/**
 * An application's client as facts: the `version` of the jar in place and where that is (`at`); who uses it (`users`, each a
 * process and its birth) and whether any of them names it among its arguments (`named`); who of them has another one loaded
 * (`old`): those with one open, and those of `before` that run on. `classpath`: the clients that the deployed file names.
 * `restarted`: how the restart command of this run ended.
 */
export const clientFacts = ({fields}: ClientNode, lines: Said, before: readonly string[] = []): Facts => {
  const found = allSaid(lines, 'found');
  const [entry = fields.jar] = found;
  const at = said(lines, 'at') ?? entry;
  const kind = kindOf(said(lines, 'kind'));
  const folder = kind === 'dir' ? fields.jar : folderOf(fields.jar);
  const inPlace = {entry, at, folders: [folder, folderOf(at)], wildcard: `${folder}/*`};
  const uses = Map.groupBy(
    usesIn(lines).filter(({path}) => isOwn(path, inPlace)),
    ({process}) => process,
  );
  const old = [...uses].filter(([process, its]) => isOld(its, inPlace, before.includes(process)));
  const version = parseVersion(said(lines, 'version') ?? '') ?? versionInName(at) ?? versionInName(entry);
  const causes: readonly Cause[] =
    found.length === 0
      ? ['no-jar']
      : [
          ...(found.length > 1 ? (['many-jars'] as const) : []),
          ...(old.length > 0 ? (['old-jar'] as const) : []),
        ];
  const [first] = causes;
  return {
    app: fields.kind,
    health: first === undefined ? 'ok' : HEALTHS[first],
    causes,
    kind,
    jars: found.map(nameOf),
    at,
    ...(version === null || found.length === 0 ? {} : {version}),
    users: [...uses.keys()],
    named: [...uses.values()].some(its => its.some(({open}) => !open)),
    old: old.map(([process]) => process),
    ...textFact('deployed', said(lines, 'deployed')),
    classpath: classpathOf(allSaid(lines, 'classpath')),
    ...numberFact('restarted', said(lines, 'restarted')),
  };
};

/** The same, with the new jar and the login. */
export const clientSurveyFacts = (node: ClientNode, lines: Said): Facts => {
  const newVersion = parseVersion(said(lines, 'newVersion') ?? '') ?? versionInName(node.fields.newJar);
  const kind = allSaid(lines, 'new').at(-1) ?? 'none';
  return {
    ...clientFacts(node, lines),
    login: said(lines, 'login') ?? '',
    ...textFact('loginName', said(lines, 'loginName')),
    newKind: kind,
    ...(newVersion === null || (kind !== 'file' && kind !== 'link') ? {} : {newVersion}),
    unwritable: allSaid(lines, 'unwritable'),
  };
};
