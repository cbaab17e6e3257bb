import {never} from '../lib/never.ts';
import type {Survey} from '../model/survey.ts';
import type {Choice, System} from '../model/system.ts';
import {text} from '../model/text.ts';
import {UserError} from './user-error.ts';

export type Chosen = Extract<Choice, {readonly kind: 'procedure'}>;

/** How the cluster comes to its new version. Throws the reason where the system knows no way, and what to do instead. */
export const chooseProcedure = (system: System, survey: Survey): Chosen => {
  const choice = system.choose(survey);
  switch (choice.kind) {
    case 'procedure':
      return choice;
    case 'refused': {
      const {because, instead} = choice;
      throw new UserError(
        text(`${because.en}\nNothing was changed.`, `${because.zh}\n未做任何改动。`),
        instead,
      );
    }
    default:
      return never(choice);
  }
};
