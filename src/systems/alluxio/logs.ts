import type {AlluxioNode} from './fields.ts';
import {WORDS} from './scripts/role.ts';

/**
 * What a role's log files are called below `logs` (domain 1.1). Who dies at its start says why in `.out`; a client's
 * are its application's own.
 */
export const logsOf = ({home, fields}: Pick<AlluxioNode, 'home' | 'fields'>): readonly string[] => {
  if (home === null || fields.role === 'client') return [];
  const word = WORDS[fields.role];
  return [`${home}/logs/${word}.out`, `${home}/logs/${word}.log`];
};
