import {askLines, seen, silent, silentBecause} from '../host/ask.ts';
import {numberFact, textFact, yesFact} from '../host/fact.ts';
import {digests, outline} from '../host/files.ts';
import {tone} from '../host/identity.ts';
import {keptAt, tellKept} from '../host/kept.ts';
import {allSaid, type Said, said} from '../host/lines.ts';
import {look} from '../host/look.ts';
import type {AbsPath} from '../lib/abs-path.ts';
import {lines, type Sh, sh} from '../lib/sh.ts';
import {type Facts, listOf} from '../model/facts.ts';
import type {Node, Product} from '../model/inventory.ts';
import type {Body, Vars} from '../model/script.ts';
import type {Probe} from '../model/system.ts';
import {type Text, text} from '../model/text.ts';

/** Every file of a large copy is looked at, on a disk that may be slow. */
const KEPT_TIMEOUT_MS = 600_000;

/** A look at one place that a run has kept. */
export const keptLook: Sh = lines(tone, keptAt, tellKept);

/**
 * A look at what the home of a node holds of its product, by names, kinds, sizes and the bytes of small files: whoever removes what
 * lies beside or in it leaves this as it is. Not its conf: a server may write there itself (fe_custom.conf).
 */
export const homeFilesLook: Sh = lines(
  tone,
  digests,
  outline,
  sh`parts=
for part in bin lib libexec assembly client integration; do
  if [ -d "$home/$part" ]; then parts="$parts $part"; fi
done
if [ -z "$parts" ]; then echo "$home holds nothing of the product" >&2 && exit 1; fi
echo "files=$(outline "$home/" 0)"`,
);

const KINDS = ['dir', 'file', 'none', 'symlink', 'other', 'unreachable'];

const kindFact = (name: string, value: string | null): Facts => ({
  [name]: value !== null && KINDS.includes(value) ? value : 'other',
});

/**
 * The place as facts: `place` and `going` (dir, file, none, symlink, other; unreachable where the directory above it is not
 * there), what it is (`id`, and `above`, that directory's), how much there is (`files`, `folders`, `bytes`, `newest` in
 * seconds, `devices`), whether it may be the same one on several hosts (`shared`), and what speaks `against` removing it.
 */
export const keptFacts = (lines: Said): Facts => ({
  ...kindFact('place', said(lines, 'place')),
  ...kindFact('going', said(lines, 'going')),
  ...textFact('id', said(lines, 'id')),
  ...textFact('above', said(lines, 'above')),
  ...yesFact('shared', said(lines, 'shared')),
  ...numberFact('files', said(lines, 'files')),
  ...numberFact('folders', said(lines, 'folders')),
  ...numberFact('bytes', said(lines, 'bytes')),
  ...numberFact('newest', said(lines, 'newest')),
  ...numberFact('devices', said(lines, 'devices')),
  against: [...new Set(allSaid(lines, 'against'))],
});

const told = (given: Facts, name: string): string => {
  const value = given[name];
  return typeof value === 'string' ? value : '';
};

/** What is compared between two looks at one place: any of it may mean that it is not what it was. */
const COMPARED = ['id', 'files', 'folders', 'bytes', 'newest', 'above'] as const;

/** A change by its time in UTC, as no host's own zone is known here. */
const shown = (name: string, value: Facts[string] | undefined): string =>
  name === 'newest' && typeof value === 'number'
    ? new Date(value * 1_000).toISOString().replace('.000', '')
    : String(value ?? '-');

const differences = (given: Facts, found: Facts): readonly string[] =>
  COMPARED.filter(name => given[name] !== undefined && given[name] !== found[name]).map(
    name => `${name} ${shown(name, given[name])} -> ${shown(name, found[name])}`,
  );

/** Why a place is not to be removed as it is now; null where nothing speaks against it. */
export const standsAgainst = (path: string, given: Facts, found: Facts): Text | null => {
  const against = listOf(found, 'against').map(String);
  const {place, going} = found;
  if (against.length > 0)
    return text(`${path} must stay: ${against.join('; ')}`, `${path} 必须保留：“${against.join('; ')}”`);
  const changed =
    place === given.what && going === 'none'
      ? differences(given, found)
      : // What is half removed already grows less: that it is the same is all that has to be so.
        place === 'none' && going === given.what && found.id === given.id
        ? []
        : place === 'none' && going === 'none' && found.above === given.above
          ? []
          : [`place ${String(given.what)} -> ${String(place)}, going ${String(going)}`];
  return changed.length === 0
    ? null
    : text(
        `${path} is not what it was when this plan was made: ${changed.join(', ')}. Leave, and make it anew: lakeup prune. Where this run has removed something already, give it up before that: lakeup abandon`,
        `${path} 已不是生成此计划时的样子：“${changed.join(', ')}”。请离开并重新生成：lakeup prune。若此运行已清除部分内容，请先放弃它：lakeup abandon`,
      );
};

/** What the question shows of it; of what is gone that there is nothing. */
const blastFacts = (path: string, found: Facts): Facts => {
  const {files, bytes, newest} = found;
  return typeof files === 'number' && typeof bytes === 'number'
    ? {path, files, bytes, ...(typeof newest === 'number' ? {newestAt: newest * 1_000} : {})}
    : {path, files: 0, bytes: 0};
};

const keptVars = (given: Facts): Vars => ({
  path: told(given, 'path'),
  kept_stamp: told(given, 'stamp'),
  homes: told(given, 'homes'),
  used: told(given, 'used'),
  closed: told(given, 'closed'),
  known_by: told(given, 'knownBy'),
  glance: told(given, 'glance'),
});

/** How a system's scripts about what is kept are named for a node, and what they are told of it besides. */
export type KeptScripts<P extends Product> = {
  readonly roles: readonly string[];
  kept(node: Node<P>): Body;
  homeFiles(node: Node<P>): Body;
};

/**
 * The probes that a plan needs which removes what a run has kept.
 *
 * `kept`: one place. It is given its `path`, and the `stamp` of the run; `homes`, `used` and `closed`, the places that must not be
 * hit, a path a line; and `knownBy`, the file that the place is known by. With `glance` nothing in it is counted.
 *
 * `kept-blast`: the same as figures for a question. It is given what the place was when the plan was made, and is silent where
 * it is not that any more, or where something speaks against it.
 *
 * `home-files`: what the home holds.
 */
export const keptProbes = <P extends Product>(scripts: KeptScripts<P>) => {
  const {roles} = scripts;
  const homeOf = ({home}: Node<P>): AbsPath | '' => home ?? '';
  const askKept: Probe<P>['look'] = async (node, _cluster, ask, given) => {
    const vars = {home: homeOf(node), ...keptVars(given)};
    const answer = await askLines(ask, node, look(scripts.kept(node), vars, KEPT_TIMEOUT_MS));
    return answer.ok ? seen(keptFacts(answer.value.lines)) : silent(answer);
  };
  const kept: Probe<P> = {roles, takesMs: () => KEPT_TIMEOUT_MS, look: askKept};
  const blast: Probe<P> = {
    roles,
    takesMs: () => KEPT_TIMEOUT_MS,
    look: async (node, cluster, ask, given) => {
      const found = await askKept(node, cluster, ask, given);
      if (found.kind === 'silent') return found;
      const path = told(given, 'path');
      const stands = standsAgainst(path, given, found.facts);
      return stands === null ? seen(blastFacts(path, found.facts)) : silentBecause(stands, node);
    },
  };
  const homeFiles: Probe<P> = {
    roles,
    takesMs: () => KEPT_TIMEOUT_MS,
    look: async (node, _cluster, ask) => {
      const answer = await askLines(
        ask,
        node,
        look(scripts.homeFiles(node), {home: homeOf(node)}, KEPT_TIMEOUT_MS),
      );
      return answer.ok ? seen(textFact('files', said(answer.value.lines, 'files'))) : silent(answer);
    },
  };
  return {kept, 'kept-blast': blast, 'home-files': homeFiles} as const;
};
