import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {followMarker, type Marker} from '../lib/marker.ts';
import type {Bench, Part} from '../lib/part.ts';
import {cpuMsOf, peakBytesOf} from '../lib/proc.ts';
import {plainRow, type Row} from '../lib/rows.ts';
import {quantile} from '../lib/stats.ts';
import {openTerminal, type Terminal} from '../lib/terminal.ts';
import {until, wait} from '../lib/wait.ts';

/** The part of a core that was used, and the milliseconds each frame took, in one stretch of time. */
type Stretch = {
  readonly cpuPercent: number;
  readonly renderMs: readonly number[];
  readonly bytesPerSecond: number;
};

const RIGHT = '\u001b[C';
const LEFT = '\u001b[D';

/** Keys at uneven moments, about ten a second, one after the other's effect was seen. */
const pressKeys = async (terminal: Terminal, marker: Marker, count: number): Promise<readonly number[]> => {
  const times: number[] = [];
  for (let i = 0; i < count; i += 1) {
    await wait(60 + Math.random() * 80);
    const moved = marker.moved(5_000);
    const pressed = performance.now();
    terminal.write(i % 2 === 0 ? RIGHT : LEFT);
    times.push((await moved) - pressed);
  }
  return times;
};

/** Frames as the program noted them: the moment in ms since 1970, and the ms it took. */
const framesIn = (file: string, from: number, to: number): readonly number[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .map(line => line.split(' ').map(Number))
    .flatMap(([at = Number.NaN, ms = Number.NaN]) => (at >= from && at <= to ? [ms] : []));

const run = async ({quick, cleanup, scratch, say}: Bench): Promise<readonly Row[]> => {
  const rounds = quick ? 1 : 5;
  const keys = quick ? 20 : 200;
  const quietMs = quick ? 2_000 : 10_000;
  const busy: (Stretch & {readonly keyMs: readonly number[]; readonly peakBytes: number})[] = [];
  const quiet: Stretch[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    say(`screen: round ${round} of ${rounds}`);
    const timings = join(scratch, `frames-${round}`);
    const terminal = openTerminal(cleanup, ['demo', '--scenario', 'thousand'], {LAKEUP_TIMINGS: timings});
    let bytes = 0;
    terminal.onData(data => {
      bytes += Buffer.byteLength(data);
    });
    const marker = followMarker(terminal);
    await until('the marker is on the screen', () => marker.place() !== '' || terminal.ended(), 20_000);
    const stretch = async <T>(work: () => Promise<T>): Promise<[Stretch, T]> => {
      const [from, cpu, sent] = [Date.now(), cpuMsOf(terminal.pid), bytes];
      const result = await work();
      const to = Date.now();
      const cpuPercent = (100 * (cpuMsOf(terminal.pid) - cpu)) / (to - from);
      const bytesPerSecond = (1000 * (bytes - sent)) / (to - from);
      return [{cpuPercent, renderMs: framesIn(timings, from, to), bytesPerSecond}, result];
    };
    // The compiler's first look at the code, as in every long run.
    await wait(quick ? 500 : 5_000);
    const [still] = await stretch(() => wait(quietMs));
    quiet.push(still);
    await pressKeys(terminal, marker, 10);
    const [keyed, keyMs] = await stretch(() => pressKeys(terminal, marker, keys));
    busy.push({...keyed, keyMs, peakBytes: peakBytesOf(terminal.pid)});
    await terminal.stop();
  }
  const row = (what: string, unit: string, samples: readonly number[], most: number | null): Row =>
    plainRow({what: `1,000 nodes at 200×60, 200 updates/s: ${what}`, unit, samples}, most);
  const share = (all: readonly (readonly number[])[], p: number): readonly number[] =>
    all.map(each => quantile(each, p));
  const renders = busy.map(({renderMs}) => renderMs);
  const keyTimes = busy.map(({keyMs}) => keyMs);
  return [
    row('render p50', 'ms', share(renders, 0.5), 13),
    row('render p99', 'ms', share(renders, 0.99), 26),
    row('key → frame p50', 'ms', share(keyTimes, 0.5), 19),
    row('key → frame p99', 'ms', share(keyTimes, 0.99), 66),
    row(
      'CPU of one core, with 10 keys/s',
      '%',
      busy.map(({cpuPercent}) => cpuPercent),
      45,
    ),
    row(
      'most memory (RSS)',
      'MB',
      busy.map(({peakBytes}) => peakBytes / 1e6),
      250,
    ),
    row(
      'CPU of one core, without keys',
      '%',
      quiet.map(({cpuPercent}) => cpuPercent),
      null,
    ),
    row(
      'written, with 10 keys/s',
      'kB/s',
      busy.map(({bytesPerSecond}) => bytesPerSecond / 1000),
      null,
    ),
  ];
};

/** The full screen, as busy as it gets. */
export const screen: Part = {
  name: 'screen',
  title: 'The busy screen',
  method: `\`lakeup demo --scenario thousand\` in a real terminal of 200 × 60 that is drained and drawn by an emulator. After 5 s,
10 s without keys, then 200 arrow keys about ten a second at uneven moments. Render is Ink's own figure of each frame while
keys are pressed; key → frame ends when the bytes arrive that move the mark of selection on the emulated screen. Percentiles
of each round, median over rounds. MB are 10⁶ bytes; memory is the kernel's high-water mark.`,
  needs: [],
  beside: [],
  run,
};
