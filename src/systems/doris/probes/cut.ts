import {askLines, seen, silent, silentBecause} from '../../../host/ask.ts';
import type {Ask} from '../../../model/ask.ts';
import {type Fact, type Facts, type Look, listOf} from '../../../model/facts.ts';
import type {Probe} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import type {Doris, DorisNode} from '../fields.ts';
import {type CutPlaces, oldName, PARTS, parseCut, tellsOfCut} from '../parse/cut.ts';
import {parsePackageVersion} from '../parse/package-version.ts';
import {askVersion, VERSION_TIMEOUT_MS} from '../scripts/look-version.ts';
import {askCut} from '../scripts/put-back.ts';

/** The version that the old bin and lib call themselves, wherever they lie; nothing where one of them is not known to be the old one. */
const oldVersion = async (
  node: DorisNode,
  ask: Ask,
  places: CutPlaces,
  stamp: string,
  javaHome: string | null,
): Promise<Facts> => {
  if (PARTS.some(part => places[part] === 'unclear')) return {};
  const [bin, lib] = [oldName('bin', places, stamp), oldName('lib', places, stamp)];
  const answer = await askLines(ask, node, askVersion(node, {bin, lib}, javaHome));
  const version = answer.ok ? parsePackageVersion(answer.value.lines) : null;
  return version === null ? {} : {version};
};

const lookAtCut = async (
  node: DorisNode,
  ask: Ask,
  stamp: string,
  javaHome: string | null,
): Promise<Look> => {
  const answer = await askLines(ask, node, askCut(node, stamp));
  if (!answer.ok) return silent(answer);
  const places = parseCut(answer.value.lines);
  return seen({...places, ...(await oldVersion(node, ask, places, stamp, javaHome))});
};

/**
 * For a survey, that a node is down in the middle of the upgrade of that stamp, and where that left it, under names that begin with
 * `cut.`; nothing where its files tell of no such upgrade, or nobody answered.
 */
export const cutFacts = async (
  node: DorisNode,
  ask: Ask,
  stamp: string,
  {javaHome, pidFile}: {readonly javaHome: string | null; readonly pidFile: Fact | undefined},
): Promise<Facts> => {
  const look = await lookAtCut(node, ask, stamp, javaHome);
  if (look.kind === 'silent' || !tellsOfCut(look.facts, pidFile)) return {};
  const {version, ...places} = look.facts;
  // What new files say of themselves is no version of old ones.
  const isKnown = version !== undefined && listOf(look.facts, 'newAlone').length === 0;
  const found = Object.entries({stamp, ...places, ...(isKnown ? {version} : {})});
  return Object.fromEntries(found.map(([name, value]) => [`cut.${name}`, value]));
};

/** Where a node stands in the upgrade of the given stamp: each of bin and lib, the stage, and the `version` of the old ones. */
export const cutProbe: Probe<Doris> = {
  roles: ['ms', 'recycler', 'be', 'fe'],
  takesMs: () => VERSION_TIMEOUT_MS,
  look: async (node, _cluster, ask, {stamp, javaHome}) =>
    typeof stamp === 'string'
      ? lookAtCut(node, ask, stamp, typeof javaHome === 'string' ? javaHome : null)
      : silentBecause(text('it was not told which upgrade is meant', '未指明是哪一次升级'), node),
};
