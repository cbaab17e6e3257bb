import {numberFact} from '../../../host/fact.ts';
import {allSaid, type Said, said} from '../../../host/lines.ts';
import {parseVersion} from '../../../lib/version.ts';
import type {Facts} from '../../../model/facts.ts';

const KINDS = ['link', 'dir', 'none', 'other'] as const;

/** What a home is: a link to a directory, a directory, nothing, or what must not be touched. */
export const parseHomeKind = (value: string | null): (typeof KINDS)[number] =>
  KINDS.find(kind => kind === value) ?? 'other';

/** A version as x.y.z; or that nothing is there, or something that calls itself nothing. */
const versionOrNone = (value: string | null): string =>
  value === 'none' ? 'none' : (parseVersion(value ?? '') ?? 'other');

/** A home as facts: its `kind`, the `version` it holds or leads to, and whether the new one is `staged` and the old `kept`. */
export const homeFacts = (lines: Said): Facts => {
  const version = parseVersion(said(lines, 'version') ?? '');
  return {
    kind: parseHomeKind(said(lines, 'kind')),
    ...(version === null ? {} : {version}),
    staged: versionOrNone(said(lines, 'staged')),
    kept: versionOrNone(said(lines, 'kept')),
  };
};

/** What the new version thinks of the conf: keys it does not know, how many were asked for, and its journal's type. */
export const confFacts = (lines: Said): Facts => ({
  unknown: allSaid(lines, 'unknown'),
  ...numberFact('asked', said(lines, 'asked')),
  journalType: (said(lines, 'type') ?? '').toUpperCase(),
});
