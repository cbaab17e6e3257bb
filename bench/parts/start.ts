import {spawn} from 'node:child_process';
import type {Bench, Part} from '../lib/part.ts';
import {plainRow, type Row} from '../lib/rows.ts';
import {LAKEUP, openTerminal, PATH_OF_THIS_NODE} from '../lib/terminal.ts';
import {until, wait} from '../lib/wait.ts';

/** The end of Ink's synchronised output: a whole frame has arrived. */
const FRAME_END = '\u001b[?2026l';

const firstFrame = async ({cleanup}: Bench): Promise<number> => {
  const terminal = openTerminal(cleanup, ['demo', '--scenario', 'start']);
  let shown = '';
  let at = Number.NaN;
  terminal.onData((data, now) => {
    shown += data;
    if (
      Number.isNaN(at) &&
      /lake-demo/.test(shown) &&
      shown.lastIndexOf(FRAME_END) > shown.indexOf('lake-demo')
    )
      at = now;
  });
  await until('the first frame', () => !Number.isNaN(at) || terminal.ended(), 20_000);
  await terminal.stop();
  if (Number.isNaN(at)) throw new Error(`no frame came: ${shown}`);
  return at - terminal.begun;
};

const untilExit = async (program: string, args: readonly string[]): Promise<number> => {
  const begun = performance.now();
  const child = spawn(program, [...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {...process.env, PATH: PATH_OF_THIS_NODE},
  });
  child.stdout.resume();
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}`);
  return performance.now() - begun;
};

const run = async (bench: Bench): Promise<readonly Row[]> => {
  const count = bench.quick ? 3 : 21;
  const frames: number[] = [];
  const versions: number[] = [];
  const node: number[] = [];
  bench.say(`start: ${count} rounds`);
  for (let round = 0; round <= count; round += 1) {
    const taken = {
      frame: await firstFrame(bench),
      version: await untilExit(LAKEUP, ['--version']),
      node: await untilExit(process.execPath, ['-e', '0']),
    };
    // The first one fills the page cache.
    if (round === 0) continue;
    frames.push(taken.frame);
    versions.push(taken.version);
    node.push(taken.node);
    await wait(100);
  }
  const row = (what: string, samples: readonly number[], most: number | null): Row =>
    plainRow({what, unit: 'ms', samples}, most);
  return [
    row('start of the built program to its first frame', frames, 300),
    row('`lakeup --version`', versions, 100),
    row('node itself (`node -e 0`)', node, null),
  ];
};

/** From nothing to something to see. */
export const start: Part = {
  name: 'start',
  title: 'Start',
  method: `The built program on the node named above. First frame: \`lakeup demo --scenario start\` in a real terminal of 200 × 60,
from just before the process is made until the end of the first whole frame has arrived. \`--version\`: until the process has
ended. Files are in the page cache.`,
  needs: [],
  beside: [],
  run,
};
