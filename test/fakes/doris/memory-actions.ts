import {PARTS} from '../../../src/systems/doris/parse/cut.ts';
import {backupName, stageName} from '../../../src/systems/doris/parse/tree.ts';
import {did, failed, notAsSeen, refused, type Told} from '../common/memory-replies.ts';
import {wordOf, wordsOf} from '../common/memory-script.ts';
import {between} from '../common/memory-timeline.ts';
import {findsNoStore, liedOf} from './memory-lies.ts';
import {dieAtSignal, dieBeside, supervise, superviseNow} from './memory-outside.ts';
import {turnedAway} from './memory-spot.ts';
import {type Act, type Acting, putBack, stillRuns, UNDOS} from './memory-undo.ts';
import {
  becomeReady,
  effect,
  endLife,
  type Life,
  lead,
  lifeOf,
  type Machine,
  SPOILT,
  serves,
  type World,
} from './memory-world.ts';

/** The release that lies where the package was. */
const EXCHANGED = '3.1.1';

const stage: Act = async ({world, machine, stamp}) => {
  const name = stageName(stamp);
  if (machine.aside.has(backupName('bin', stamp)) || machine.aside.has(backupName('lib', stamp)))
    return refused(`${backupName('bin', stamp)} is there already: this node is past staging`);
  if (machine.faults.has('package-exchanged')) machine.package = EXCHANGED;
  if (machine.faults.has('package-spoilt')) machine.package = SPOILT;
  const copy = {version: machine.package, whole: false};
  machine.stages.set(name, copy);
  dieBeside(world, machine);
  await world.clock.sleep(between(world.chance, 2_000, 6_000));
  world.timeline.catchUp();
  if (machine.faults.has('disk-full')) return failed(1, '', 'cp: error writing: No space left on device\n');
  copy.whole = true;
  effect(world, machine, copy.version === world.cluster.settings.version ? 'stage' : 'stage-wrong');
  return did(`staged ${name}`);
};

/** An exchange of files is another one where a process runs from them. */
const exchanged = (world: World, machine: Machine, what: 'backup' | 'deploy'): void =>
  effect(world, machine, lifeOf(machine) === null ? what : `${what}-running`);

/**
 * Whoever looks after the host starts what was stopped, once: its old process runs beside the upgrade and never serves. It is
 * ended again after a while, or stays for ever.
 */
const comeBack = (world: World, machine: Machine, at: number, stays: 'a while' | 'for ever'): void => {
  const last = machine.lives.at(-1);
  const isAway = machine.bin === null || machine.lib === null || lifeOf(machine) !== null;
  if (last === undefined || isAway || !machine.faults.delete('comes-back')) return;
  // It is ended by whom it was started, so its end is nobody's death.
  const life: Life = {...last, pid: world.nextPid, startedAt: at, readyAt: null, endAt: null, stopping: true};
  world.nextPid += 1;
  machine.lives.push(life);
  effect(world, machine, 'comes-back', at);
  if (stays === 'a while') endLater(world, machine, life, at + between(world.chance, 20_000, 90_000));
};

const endLater = (world: World, machine: Machine, life: Life, at: number): void =>
  world.timeline.later(at, () => {
    if (lifeOf(machine) === life) endLife(world, machine, at);
  });

/** One that has stayed well for as long as it had to is lost from outside, and no start that failed. */
const dieLater = (world: World, machine: Machine, life: Life, afterMs: number): void => {
  const at = (life.readyAt ?? 0) + afterMs;
  world.timeline.later(at, () => {
    if (lifeOf(machine) !== life) return;
    machine.lost = !life.stopping && afterMs > world.cluster.settings.steadyMs;
    endLife(world, machine, at);
  });
};

const DRAIN_MS = {ms: [200, 3_000], recycler: [200, 3_000], be: [3_000, 20_000], fe: [1_000, 4_000]} as const;

/** It serves beside a master, and may become it. */
const isFollower = (world: World, machine: Machine): boolean =>
  machine.role === 'fe' &&
  !machine.observer &&
  serves(machine) &&
  world.master !== null &&
  world.master !== machine;

const stop: Act = async acting => {
  const {world, machine} = acting;
  const life = lifeOf(machine);
  if (life === null) return did(`no process of ${machine.node.home} runs`);
  const other = notAsSeen(acting.script, life.pid);
  if (other !== null) return other;
  const takesOffice = machine.faults.has('takes-office') || liedOf(world, machine, 'takes-office') !== null;
  if (isFollower(world, machine) && takesOffice) {
    machine.faults.delete('takes-office');
    lead(world, machine, world.clock.now());
  }
  if (machine.role === 'fe' && !life.stopping) dieAtSignal(world, machine);
  const otherwise = turnedAway(acting);
  if (otherwise !== null) return otherwise;
  if (!life.stopping) effect(world, machine, 'stop');
  life.stopping = true;
  if (machine.faults.has('stop-hangs')) {
    await world.clock.sleep(machine.node.fields.stopWithinMs);
    return failed(
      124,
      `Waiting for process with PID ${life.pid} to terminate\n`,
      `process ${life.pid} still runs\n`,
    );
  }
  const [low, high] = DRAIN_MS[machine.role];
  const drain = between(world.chance, low, high);
  const at = world.clock.now() + drain;
  endLater(world, machine, life, at);
  supervise(world, machine, at);
  if (machine.faults.has('comes-back')) {
    const backAt = at + between(world.chance, 0, 1_500);
    world.timeline.later(backAt, () => comeBack(world, machine, backAt, 'a while'));
  }
  await world.clock.sleep(drain + 200);
  const ended = `process ${life.pid} has ended`;
  return machine.faults.has('stop-blind')
    ? did(`the stop script has ended with exit code 1, and process ${life.pid} still runs\n${ended}`)
    : did(ended);
};

const moveAside = (machine: Machine, part: 'bin' | 'lib', name: string): boolean => {
  const content = machine[part];
  if (content === null) return machine.aside.has(name);
  if (machine.aside.has(name)) return false;
  machine.aside.set(name, content);
  machine[part] = null;
  return true;
};

const backup: Act = async acting => {
  const {world, machine, stamp} = acting;
  superviseNow(world, machine);
  const runs = stillRuns(acting);
  if (runs !== null) return runs;
  if (machine.stages.get(stageName(stamp))?.whole !== true) return refused(`${stageName(stamp)} is none`);
  const there = machine.bin === null && machine.lib === null;
  const bin = moveAside(machine, 'bin', backupName('bin', stamp));
  const lib = moveAside(machine, 'lib', backupName('lib', stamp));
  if (!bin || !lib) return refused('bin or lib and its backup are both there');
  if (!there) exchanged(world, machine, 'backup');
  return did(`backed up to ${backupName('bin', stamp)} and ${backupName('lib', stamp)}`);
};

const deploy: Act = async acting => {
  const {world, machine, stamp} = acting;
  const runs = stillRuns(acting);
  if (runs !== null) return runs;
  if (!machine.aside.has(backupName('bin', stamp)) || !machine.aside.has(backupName('lib', stamp)))
    return refused('the old files are not safe');
  const staged = machine.stages.get(stageName(stamp));
  if (staged === undefined) return machine.bin === null ? refused('nothing is staged') : did('deployed');
  if (machine.bin !== null || machine.lib !== null) return refused('bin or lib is still there');
  machine.bin = staged.version;
  machine.lib = staged.version;
  machine.stages.delete(stageName(stamp));
  exchanged(world, machine, 'deploy');
  return did('deployed');
};

const START_MS = {
  ms: [800, 5_000],
  recycler: [800, 5_000],
  be: [4_000, 15_000],
  fe: [15_000, 45_000],
} as const;

/** Recorded: start.sh waits 3 s and looks into the log; the others return at once. */
const WAIT_MS = {ms: 3_000, recycler: 3_000, be: 300, fe: 800} as const;

/** What a backend's start script prints, and ends with 1 (recorded). */
const FORBIDDEN =
  "Please set vm.max_map_count to be 2000000 under root using 'sysctl -w vm.max_map_count=2000000'.\n";

const startedText = (machine: Machine, life: Life): Told => {
  if (machine.role === 'be' || machine.role === 'fe') return did('');
  const who = machine.role === 'ms' ? 'MetaService' : 'Recycler';
  return life.readyAt === null
    ? failed(1, `${who} may not start successfully please check process log for more details\n`)
    : did('successfully started service listening on port=5000');
};

const start: Act = async ({world, machine, script}) => {
  const running = lifeOf(machine);
  if (running !== null) return did(`process ${running.pid} runs already: nothing is started`);
  const {bin, lib} = machine;
  if (bin === null || lib === null) return refused('bin or lib is none');
  if (liedOf(world, machine, 'forbids-start') !== null) return failed(1, FORBIDDEN);
  const now = world.clock.now();
  const before = machine.lives.at(-1)?.reports ?? lib;
  const life: Life = {
    pid: world.nextPid,
    startedAt: now,
    version: lib,
    reports: machine.faults.has('wrong-version') ? before : lib,
    flags: wordsOf(script, 'flags'),
    readyAt: null,
    endAt: null,
    stopping: false,
  };
  world.nextPid += 1;
  machine.lost = false;
  machine.lives.push(life);
  machine.log.push(
    `pid=${life.pid} written to file=./bin/doris_cloud.pid`,
    `version:{doris-${life.version}-release}`,
  );
  effect(world, machine, 'start');
  const [low, high] = START_MS[machine.role];
  const readyAt = now + between(world.chance, low, high) * (machine.faults.has('slow-start') ? 6 : 1);
  if (findsNoStore(world, machine)) endLater(world, machine, life, now + 1_000);
  else if (!machine.faults.has('never-ready'))
    world.timeline.later(readyAt, () => {
      becomeReady(world, machine, life, readyAt);
      if (machine.faults.delete('dies-when-ready'))
        endLater(world, machine, life, readyAt + between(world.chance, 500, 4_000));
      if (liedOf(world, machine, 'dies-when-ready', readyAt) !== null)
        dieLater(world, machine, life, between(world.chance, 500, 15_000));
    });
  if (machine.faults.delete('dies-after-start'))
    endLater(world, machine, life, between(world.chance, now + 300, readyAt - 1));
  await world.clock.sleep(WAIT_MS[machine.role]);
  world.timeline.catchUp();
  return startedText(machine, life);
};

/** Once its old files are in their places again, whoever looks after the host can start them. */
const putBackAnd: Act = async acting => {
  const {world, machine} = acting;
  const told = await putBack(acting);
  if (told.code === 0 && machine.faults.has('comes-back')) {
    const backAt = world.clock.now() + between(world.chance, 0, 3_000);
    world.timeline.later(backAt, () => comeBack(world, machine, backAt, 'for ever'));
  }
  return told;
};

/** Files that go back, and what lies there then is started. */
const bringBack: Act = async acting => {
  const {machine, script} = acting;
  const cut = wordOf(script, 'cut');
  if (lifeOf(machine) !== null)
    return PARTS.some(part => machine.aside.has(backupName(part, cut)))
      ? refused('it runs from files that are not all back: end it')
      : did('it runs already: nothing is started');
  const told = await putBack(acting);
  return told.code === 0 ? start(acting) : told;
};

const ACTS: Readonly<Record<string, Act>> = {
  stage,
  stop,
  backup,
  deploy,
  start,
  'put-back': putBackAnd,
  'bring-back': bringBack,
  ...UNDOS,
};

/** Carries out an action, as its script would. Throws for a verb that the fake does not know. */
export const carryOut = (
  world: World,
  machine: Machine,
  verb: string,
  script: Acting['script'],
): Promise<Told> => {
  const act = ACTS[verb];
  if (act === undefined) throw new Error(`the fake does not know ${script.body.name}`);
  const {host, home} = machine.node;
  const stamp = wordOf(script, 'stamp');
  return world.alone(host, home, verb, () => act({world, machine, stamp, script}));
};
