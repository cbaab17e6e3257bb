import {statfsSync} from 'node:fs';
import {freemem, homedir} from 'node:os';
import {join} from 'node:path';
import {run} from '../../lab/command.ts';
import {labProblem} from '../../lab/need.ts';

/** What is fetched once is kept here, outside of the repository; it may be removed at any time. */
export const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'lakeup', 'real-alluxio');

/** Jars, a Java, and a local repository of Maven's. */
const NEEDED_MB = 3000;
/** Thirty servers at a time (seen: 4.4 GiB), what they write, and the programs around them. */
const NEEDED_MEMORY_MB = 6000;

const answers = async (...argv: readonly string[]): Promise<boolean> => {
  try {
    return (await run(argv)).code === 0;
  } catch {
    return false;
  }
};

/** What these tests need and do not find on this machine, in one line; null when they may try. */
export const realProblem = async (): Promise<string | null> => {
  const lab = labProblem();
  if (lab !== null) return lab;
  if (process.arch !== 'x64') return `the Java that they run on is built for x64; this is ${process.arch}`;
  if (!(await answers('mvn', '--version')))
    return 'they need Maven, to resolve the servers: apt-get install maven';
  if (!(await answers('python3', '-m', 'pip', '--version')))
    return 'they need pip, to download a Java 11: apt-get install python3-pip';
  const memoryMb = Math.floor(freemem() / 1_048_576);
  if (memoryMb < NEEDED_MEMORY_MB)
    return `they need ${NEEDED_MEMORY_MB} MiB of memory; ${memoryMb} are available`;
  const {bavail, bsize} = statfsSync(homedir());
  const freeMb = Math.floor((bavail * bsize) / 1_048_576);
  return freeMb < NEEDED_MB
    ? `they need ${NEEDED_MB} MiB of room for what is fetched; ${freeMb} are free`
    : null;
};
