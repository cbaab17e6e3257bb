import type {Survey} from '../../../model/survey.ts';
import {surveyed, valuesOf} from '../../../recipe/preflight.ts';
import type {Alluxio} from '../fields.ts';
import {defaultJournalType, type JournalType, parseJournalType} from '../pairs.ts';
import {JOURNAL_TYPE} from '../properties.ts';

/** The type of journal that is in effect now, alike on all masters that were seen; null where it is not. */
export const journalTypeOf = (survey: Survey<Alluxio>): JournalType | null => {
  const [type, ...others] = valuesOf(surveyed(survey, 'master'), 'journalType');
  return others.length === 0 ? parseJournalType(type) : null;
};

/**
 * The type that will be in effect with the new version: what `conf` sets, else what the old configuration sets, else the
 * default of the new version. Null where `conf` holds no such type, or none is known now.
 */
export const newJournalType = (survey: Survey<Alluxio>, to: string): JournalType | null => {
  const set = survey.cluster.settings.conf[JOURNAL_TYPE];
  if (set !== undefined) return parseJournalType(set);
  const sources = valuesOf(surveyed(survey, 'master'), 'journalTypeSource');
  return sources.includes('DEFAULT') ? defaultJournalType(to) : journalTypeOf(survey);
};
