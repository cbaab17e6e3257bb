import {readdirSync, readFileSync, readlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

// Scripts of an upgrade start processes that go on for ever: a test that forgets one takes from the machine what others need.

/** How the places of these tests begin. */
const MARK = join(tmpdir(), "lakeup it's");

type Process = {readonly pid: number; readonly words: string; readonly directory: string};

const processes = (): readonly Process[] =>
  process.platform === 'linux'
    ? readdirSync('/proc').flatMap(name => {
        if (!/^\d+$/.test(name)) return [];
        try {
          const words = readFileSync(`/proc/${name}/cmdline`, 'utf8');
          return [{pid: Number(name), words, directory: readlinkSync(`/proc/${name}/cwd`)}];
        } catch {
          // It has ended by itself meanwhile.
          return [];
        }
      })
    : [];

const kill = (found: readonly Process[]): void => {
  for (const {pid} of found) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself meanwhile.
    }
  }
};

/** Kills every process that was started from below a place, or works in it. */
export const killBelow = (place: string): void =>
  kill(processes().filter(({words, directory}) => words.includes(place) || directory.startsWith(place)));

/** Those of tests that are over: their places are gone. */
const leftBehind = (): readonly Process[] =>
  processes().filter(({directory}) => directory.startsWith(MARK) && directory.endsWith(' (deleted)'));

/** What other runs have left is no fault of this one. */
export const setup = (): void => kill(leftBehind());

/** Once all tests are over none of their processes is there. */
export const teardown = (): void => {
  const left = leftBehind();
  kill(left);
  if (left.length === 0) return;
  throw new Error(`tests left ${left.length} processes behind:\n${left.map(({words}) => words).join('\n')}`);
};
