import {assign, lines, type Sh} from '../lib/sh.ts';
import {type Fact, isList} from './facts.ts';

/** What a script does, by name. The same name always means the same text: what differs between nodes are variables. */
export type Body = {readonly name: string; readonly text: Sh};

/** Shell variables by name. A list arrives as its items, one a line: for words without blanks. */
export type Vars = Readonly<Record<string, Fact>>;

/** A body and the variables that stand before it. What is shown, stored and sent are these two, never a text of both. */
export type Script = {readonly body: Body; readonly vars: Vars};

/** Lower case at the beginning, so that no variable of the shell's own (PATH, IFS, HOME) is ever set. */
export const VAR_NAME = /^[a-z][A-Za-z0-9_]*$/;

const written = (name: string, value: Fact): string => {
  if (!isList(value)) return String(value);
  const broken = value.find(item => /\s/.test(String(item)) || item === '');
  if (broken !== undefined) throw new Error(`${name}: ${JSON.stringify(broken)} is no word of a list`);
  return value.join('\n');
};

/** The lines that set the variables, every value quoted. Throws for a name that could not be a variable of ours. */
export const setVars = (vars: Vars): Sh =>
  lines(
    ...Object.entries(vars).map(([name, value]) => {
      if (!VAR_NAME.test(name)) throw new Error(`${JSON.stringify(name)} cannot be a shell variable`);
      return assign(name, written(name, value));
    }),
  );

/** The whole text of a script, as a shell gets it. */
export const renderScript = ({body, vars}: Script): Sh =>
  Object.keys(vars).length === 0 ? body.text : lines(setVars(vars), body.text);

/** A script without variables, for what is asked of a host and of no node. */
export const bare = (name: string, text: Sh): Script => ({body: {name, text}, vars: {}});

/** A body out of pieces, one after the other. */
export const body = (name: string, ...pieces: readonly Sh[]): Body => ({
  name,
  text: lines(...pieces),
});
