import type {Facts} from '../../../../src/model/facts.ts';
import type {Finding} from '../../../../src/model/finding.ts';
import {NodeId} from '../../../../src/model/ids.ts';
import type {Survey as AnySurvey} from '../../../../src/model/survey.ts';
import type {Doris} from '../../../../src/systems/doris/fields.ts';
import {doris} from '../../../../src/systems/doris/system.ts';
import {makeMemoryCluster} from '../../../fakes/doris/cluster.ts';
import {bootFake, dorisInMemory, surveyAll} from './memory.ts';

export type Survey = AnySurvey<Doris>;

/** The survey of a cluster in which all is well. */
export const healthy: Survey = await surveyAll(bootFake(dorisInMemory, makeMemoryCluster()));

export type Changes = Readonly<Record<string, Facts[string] | undefined>>;

/** A survey with some facts of one node changed; a fact that is undefined is not there. */
export const changed = (survey: Survey, node: string, facts: Changes): Survey => {
  const id = NodeId.parse(node);
  const known = survey.facts.get(id);
  if (known === undefined) throw new Error(`no node ${node}`);
  const entries = Object.entries({...known, ...facts}).filter(
    (entry): entry is [string, Facts[string]] => entry[1] !== undefined,
  );
  return {...survey, facts: new Map([...survey.facts, [id, Object.fromEntries(entries)]])};
};

export const notPassed = (survey: Survey): Finding[] =>
  doris.preflight.flatMap(({find}) => find(survey)).filter(({level}) => level !== 'pass');

/** What was found, in English: check, level, node, evidence and advice. */
export const told = (survey: Survey): string[] =>
  notPassed(survey).map(
    ({check, level, node, seen, fix}) => `${check} ${level} ${node ?? '-'}: ${seen?.en} | ${fix?.en}`,
  );
