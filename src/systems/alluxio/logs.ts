import type {AlluxioNode, ServerRole} from './fields.ts';
import {WORDS} from './scripts/role.ts';

/** What a role's log files are called below `logs` (domain 1.1). Who dies at its start says why in `.out`. */
export const logNames = (role: ServerRole): readonly string[] => [`${WORDS[role]}.out`, `${WORDS[role]}.log`];

/** A client's are its application's own. */
export const logsOf = ({home, fields}: Pick<AlluxioNode, 'home' | 'fields'>): readonly string[] => {
  if (home === null || fields.role === 'client') return [];
  return logNames(fields.role).map(file => `${home}/logs/${file}`);
};
