import {never} from '../lib/never.ts';
import type {Action} from './plan.ts';

/** What an action is called in one word: its script's name, "copy", or the name of the work by hand. */
export const actionName = (action: Action): string => {
  switch (action.kind) {
    case 'script':
      return action.body;
    case 'copy':
      return action.kind;
    case 'manual':
      return action.name;
    default:
      return never(action);
  }
};
