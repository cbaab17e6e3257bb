import {watchMachine} from './machine.ts';
import type {Missing} from './needs.ts';
import type {Bench, Part} from './part.ts';
import {type Row, tableText} from './rows.ts';

/** What came of one part. `problem`: why it could not be measured. */
export type Done = {
  readonly part: Part;
  readonly rows: readonly Row[];
  readonly problem: string | null;
  readonly machine: string;
};

/** Why a part cannot be measured here, or null. */
const lacks = ({needs}: Part, missing: Missing): string | null =>
  needs
    .filter(name => missing.has(name))
    .map(name => `${name} is missing: ${missing.get(name)}`)
    .join('; ') || null;

/** What will not be in the table, and why: a sentence for each part, and for each peer of a part. */
export const shortcomings = (parts: readonly Part[], missing: Missing): readonly string[] =>
  parts.flatMap(part => {
    const lacking = lacks(part, missing);
    if (lacking !== null) return [`${part.name} cannot be measured here: ${lacking}`];
    return part.beside
      .filter(name => missing.has(name))
      .map(name => `${part.name} stands beside no ${name}: ${missing.get(name)}`);
  });

/** Measures parts one after the other, until the signal; one that cannot be measured keeps no other from it. */
export const measureParts = async (bench: Bench, parts: readonly Part[]): Promise<readonly Done[]> => {
  const done: Done[] = [];
  for (const part of parts) {
    const watched = watchMachine();
    let rows: readonly Row[] = [];
    let problem = lacks(part, bench.missing);
    try {
      if (problem === null) rows = await part.run(bench);
    } catch (error) {
      // What was being measured was ended under its hands.
      if (bench.signal.aborted) return done;
      problem = error instanceof Error ? error.message : String(error);
      bench.say(`${part.name} could not be measured: ${error instanceof Error ? error.stack : error}`);
    }
    done.push({part, rows, problem, machine: watched()});
  }
  return done;
};

const notMeasured = ({part, problem}: Done): Row => ({
  what: part.title,
  measured: `not measured: ${(problem ?? '').split('\n')[0]}`,
  peer: null,
  ratio: null,
  budget: null,
  met: false,
});

export type Report = {
  readonly begun: Date;
  readonly facts: readonly string[];
  readonly done: readonly Done[];
  readonly quick: boolean;
};

/** The whole of RESULTS.md. */
export const reportText = ({begun, facts, done, quick}: Report): string =>
  `${[
    '# Figures',
    `Written by \`npm run bench\` on ${begun.toISOString().slice(0, 16).replace('T', ' ')} UTC.`,
    ...(quick ? ['**A quick run with small numbers: the figures say nothing.**'] : []),
    facts.map(fact => `- ${fact}`).join('\n'),
    tableText(done.flatMap(each => (each.problem === null ? each.rows : [notMeasured(each)]))),
    '## How it is measured',
    'Each figure is the median over rounds, with the smallest and the largest. A ratio is that of the two medians.',
    ...done.map(
      ({part, machine}) =>
        `**${part.title}** (\`--only ${part.name}\`; ${machine}). ${part.method.replaceAll('\n', ' ')}`,
    ),
  ].join('\n\n')}\n`;
