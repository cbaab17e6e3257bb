import {stamp} from '../lib/stamp.ts';
import {isList} from '../model/facts.ts';
import type {Survey} from '../model/survey.ts';

const SECOND_MS = 1_000;

/** Every stamp of an earlier run that stands in a name, wherever a survey found one. */
const stampsIn = (words: string): readonly string[] => words.match(/\d{8}_\d{6}/g) ?? [];

/**
 * The stamp of now, or the next that no home of the cluster has seen: two runs of one second would each take the other's stage
 * and backup for its own. `known`: others that are used already.
 */
export const freshStamp = (now: number, {facts}: Survey, known: readonly string[]): string => {
  const texts = [...facts.values()].flatMap(each =>
    Object.values(each).flatMap(fact => (isList(fact) ? fact.map(String) : [String(fact)])),
  );
  const used = new Set([...texts, ...known].flatMap(stampsIn));
  let at = now;
  while (used.has(stamp(at))) at += SECOND_MS;
  return stamp(at);
};
