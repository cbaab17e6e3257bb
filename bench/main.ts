/** `npm run bench`: measures every part, side by side with peers, and writes bench/RESULTS.md. */
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {makeCleanup} from './lib/cleanup.ts';
import {machineFacts} from './lib/machine.ts';
import {findMissing, whyUnfit} from './lib/needs.ts';
import type {Bench} from './lib/part.ts';
import {measureParts, reportText, shortcomings} from './lib/report.ts';
import {PARTS} from './parts.ts';

const RESULTS = join(import.meta.dirname, 'RESULTS.md');
const DIST = join(import.meta.dirname, '../dist');

const HELP = `npm run bench -- [--only NAME …] [--quick]

Measures lakeup against its budgets and beside its peers, and writes bench/RESULTS.md: the machine, the method, and a
table of medians with the budget beside each. It takes about forty minutes; the machine should have nothing else to do.

  --only NAME   measure this part only (more than once for several); the table is printed, not written
  --quick       small numbers, to see that the parts work; the figures say nothing; printed, not written
  --hour        watch memory for an hour each, with 14 and with 200 connections, instead of five minutes
  --out FILE    write there instead, whatever was measured
  --help

Parts:
${PARTS.map(({name, title}) => `  ${name.padEnd(10)}  ${title}`).join('\n')}

Needs Linux. The parts with hosts need bash and OpenSSH, ssh and sshd, and stand beside pdsh and clustershell; memory and
rolling make hosts of their own, which needs root. Of these
what is absent is installed through apt-get where this is root. What cannot be measured all the same is said before the
first part begins, with the reason, and stands so in the table.

Frame times come from lakeup itself: with LAKEUP_TIMINGS=FILE in its environment every frame leaves there, a line each,
its moment (ms since 1970) and the ms it took to draw.

Ends with 0, also when a budget is missed: the table says so. With 1 when a part could not be measured or something that
is asserted did not hold, with 130 after Ctrl-C.
`;

const {values} = parseArgs({
  options: {
    only: {type: 'string', multiple: true, default: []},
    quick: {type: 'boolean', default: false},
    hour: {type: 'boolean', default: false},
    out: {type: 'string'},
    help: {type: 'boolean', short: 'h', default: false},
  },
});

const fail = (words: string): never => {
  process.stderr.write(`bench: ${words}\n`);
  process.exit(2);
};

if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const unknown = values.only.find(name => !PARTS.some(part => part.name === name));
if (unknown !== undefined)
  fail(`there is no part "${unknown}"; there are: ${PARTS.map(({name}) => name).join(', ')}`);
const unfit = whyUnfit();
if (unfit !== null) fail(`nothing can be measured here: ${unfit}`);

const cleanup = makeCleanup();
// Below dist/, so that packages are found from there, and on the disk of this checkout.
mkdirSync(DIST, {recursive: true});
const scratch = mkdtempSync(join(DIST, '.bench-'));
cleanup.add(() => rmSync(scratch, {recursive: true, force: true}));

const CODES = {SIGINT: 130, SIGTERM: 143, SIGHUP: 129} as const;
const stopping = new AbortController();
for (const [signal, code] of Object.entries(CODES))
  process.once(signal, () => {
    stopping.abort();
    void cleanup.all().finally(() => process.exit(code));
  });

const say = (words: string): void => void process.stderr.write(`bench: ${words}\n`);
const parts = PARTS.filter(({name}) => values.only.length === 0 || values.only.includes(name));
const missing = findMissing(
  parts.flatMap(({needs, beside}) => [...needs, ...beside]),
  say,
);
for (const words of shortcomings(parts, missing)) say(words);
const {quick, hour} = values;
const bench: Bench = {quick, hour, scratch, cleanup, missing, signal: stopping.signal, say};
const facts = await machineFacts();
const begun = new Date();
const done = await measureParts(bench, parts);
// Then the signal's own way ends the program.
if (stopping.signal.aborted) await new Promise(() => undefined);
await cleanup.all();

const text = reportText({begun, facts, done, quick});
const whole = values.only.length === 0 && !quick;
const file = values.out ?? (whole ? RESULTS : null);
if (file === null) process.stdout.write(text);
else {
  writeFileSync(file, text);
  process.stderr.write(`bench: wrote ${file}\n`);
}
for (const {part, rows} of done)
  for (const row of rows)
    if (row.met === false)
      process.stderr.write(`bench: ${part.asserted ? 'NOT SO' : 'missed'}: ${row.what}: ${row.measured}\n`);
const broken = done.some(
  ({part, problem, rows}) =>
    problem !== null || (part.asserted === true && rows.some(({met}) => met === false)),
);
process.exit(broken ? 1 : 0);
