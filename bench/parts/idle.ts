import type {Bench, Part} from '../lib/part.ts';
import {cpuMsOf} from '../lib/proc.ts';
import {plainRow, type Row} from '../lib/rows.ts';
import {openTerminal} from '../lib/terminal.ts';
import {until, wait} from '../lib/wait.ts';

/** Prepared screens in which nothing moves by itself. */
const SCENARIOS = ['start', 'confirm', 'destructive', 'held', 'done'] as const;

const SETTLED_MS = 2_000;

const run = async ({quick, cleanup, say}: Bench): Promise<readonly Row[]> => {
  const idleMs = quick ? 3_000 : 30_000;
  say(`idle: ${SCENARIOS.join(', ')} for ${idleMs / 1000} s`);
  const watch = async (name: string): Promise<{readonly bytes: number; readonly cpuPercent: number}> => {
    const terminal = openTerminal(cleanup, ['demo', '--scenario', name]);
    let bytes = 0;
    let last = performance.now();
    terminal.onData(data => {
      bytes += Buffer.byteLength(data);
      last = performance.now();
    });
    // A screen that never comes to rest is one that writes while idle: it is counted after that time all the same.
    const rest = (): boolean => bytes > 0 && performance.now() - last > SETTLED_MS;
    await until('at rest', rest, 20_000).catch(() => undefined);
    if (bytes === 0 || terminal.ended()) throw new Error(`the scenario ${name} showed nothing`);
    const [before, cpu, begun] = [bytes, cpuMsOf(terminal.pid), performance.now()];
    await wait(idleMs);
    if (terminal.ended()) throw new Error(`the scenario ${name} ended by itself`);
    const cpuPercent = (100 * (cpuMsOf(terminal.pid) - cpu)) / (performance.now() - begun);
    const idle = {bytes: bytes - before, cpuPercent};
    await terminal.stop();
    return idle;
  };
  const all = await Promise.all(SCENARIOS.map(watch));
  const written = all.map(({bytes}) => bytes);
  const row = plainRow(
    {
      what: `written to an idle terminal in ${idleMs / 1000} s (${SCENARIOS.join(', ')})`,
      unit: 'bytes',
      samples: written,
    },
    0,
  );
  // Asserted: not the median but every one of them.
  const met = written.every(bytes => bytes === 0);
  return [
    {...row, budget: '0, asserted', met},
    plainRow(
      {what: 'the same: CPU of one core', unit: '%', samples: all.map(({cpuPercent}) => cpuPercent)},
      null,
    ),
  ];
};

/** Nothing changes, so nothing is written. */
export const idle: Part = {
  name: 'idle',
  title: 'The idle screen',
  method: `Prepared screens that wait for the operator, in real terminals of 200 × 60. From 2 s after the last byte on, every
byte counts; one is enough to make this program end with an error.`,
  needs: [],
  beside: [],
  asserted: true,
  run,
};
