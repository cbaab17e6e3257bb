import {availableParallelism} from 'node:os';
import {parseArgs} from 'node:util';
import {isMainThread, parentPort, Worker, workerData} from 'node:worker_threads';
import {type Story, simulate} from './simulate.ts';
import {subjects} from './subjects.ts';

type Job = {
  readonly subject: string;
  readonly first: number;
  readonly count: number;
  readonly stride: number;
};
type Report = Pick<Story, 'seed' | 'subject' | 'problems' | 'events' | 'crashes' | 'simulatedMs'>;

const runJob = async (
  {subject: name, first, count, stride}: Job,
  report: (done: Report) => void,
): Promise<void> => {
  const subject = subjects.find(known => known.name === name);
  if (subject === undefined) throw new Error(`no such system: ${name}`);
  for (let i = 0; i < count; i += 1) {
    const seed = first + i * stride;
    try {
      const {problems, events, crashes, simulatedMs} = await simulate(subject, seed);
      report({seed, subject: name, problems, events, crashes, simulatedMs});
    } catch (error) {
      report({seed, subject: name, problems: [String(error)], events: 0, crashes: 0, simulatedMs: 0});
    }
  }
};

const tellStory = async (name: string, seed: number): Promise<boolean> => {
  const subject = subjects.find(known => known.name === name);
  if (subject === undefined) throw new Error(`no such system: ${name}`);
  const story = await simulate(subject, seed);
  console.log(`${name}, seed ${seed}\nswarm ${JSON.stringify(story.swarm)}`);
  for (const line of story.lines()) console.log(line.slice(0, 400));
  for (const problem of story.problems) console.log(`BROKEN: ${problem}`);
  return story.problems.length === 0;
};

const main = async (): Promise<void> => {
  const {values} = parseArgs({
    options: {
      seeds: {type: 'string', default: '200'},
      from: {type: 'string', default: '1'},
      seed: {type: 'string'},
      system: {type: 'string', default: 'doris'},
      help: {type: 'boolean', short: 'h', default: false},
    },
  });
  if (values.help) {
    console.log(`npm run sim -- [--system NAME] [--seeds N] [--from N]   N seeds of the real engine in a simulated world
npm run sim -- [--system NAME] --seed S                 one seed again, with its story
systems: ${subjects.map(({name}) => name).join(', ')}`);
    return;
  }
  if (values.seed !== undefined) {
    const passed = await tellStory(values.system, Number(values.seed));
    console.log(passed ? '1 passed, 0 failed' : '0 passed, 1 failed');
    process.exitCode = passed ? 0 : 1;
    return;
  }
  const seeds = Number(values.seeds);
  const width = Math.max(1, Math.min(availableParallelism(), 8, seeds));
  const failed: Report[] = [];
  const sum = {passed: 0, events: 0, crashes: 0, simulatedMs: 0};
  const startedAt = performance.now();
  const note = (done: Report): void => {
    if (done.problems.length > 0) failed.push(done);
    else sum.passed += 1;
    sum.events += done.events;
    sum.crashes += done.crashes;
    sum.simulatedMs += done.simulatedMs;
  };
  await Promise.all(
    Array.from({length: width}, (_, i) => {
      const count = Math.floor((seeds - i - 1) / width) + 1;
      const job: Job = {subject: values.system, first: Number(values.from) + i, count, stride: width};
      return new Promise<void>((resolve, reject) => {
        const worker = new Worker(new URL(import.meta.url), {workerData: job});
        worker.on('message', note);
        worker.on('error', reject);
        worker.on('exit', code =>
          code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`)),
        );
      });
    }),
  );
  for (const {seed, problems} of failed.sort((a, b) => a.seed - b.seed).slice(0, 20)) {
    console.log(`seed ${seed}: ${problems[0] ?? ''}`);
  }
  const [first] = failed;
  if (first !== undefined)
    console.log(`\nagain, with its story: npm run sim -- --system ${values.system} --seed ${first.seed}`);
  const seconds = (performance.now() - startedAt) / 1000;
  const hours = sum.simulatedMs / 3_600_000;
  console.log(
    `${values.system}: ${sum.events} events, ${sum.crashes} crashes, ${hours.toFixed(0)} simulated hours in ${seconds.toFixed(1)} s, at most ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`,
  );
  console.log(`${sum.passed} passed, ${failed.length} failed`);
  process.exitCode = failed.length === 0 ? 0 : 1;
};

if (isMainThread) await main();
else await runJob(workerData as Job, done => parentPort?.postMessage(done));
