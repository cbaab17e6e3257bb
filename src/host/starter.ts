import type {Facts} from '../model/facts.ts';
import {allSaid, type Said, said} from './lines.ts';
import {type Parent, parseParents} from './parents.ts';

/** Programs that start again what ends, by what they are. `shell`: a loop in a shell; `other`: nobody knows. */
export const STARTERS = [
  'supervisord',
  'runsv',
  's6-supervise',
  'supervise',
  'monit',
  'manager',
  'cron',
  'shell',
  'other',
] as const;
export type Starter = (typeof STARTERS)[number];

/** Where somebody works: what stands above that has nothing to do with what was started there. */
const LOGIN = /^(sshd(-session|-auth)?|dropbear|login|tmux(: .*)?|screen|SCREEN)$/;

/** What starts something once, and what stands at the root of a container: they start nothing again. */
const HARMLESS =
  /^(su|sudo|doas|runuser|setsid|nohup|env|time|script|systemd|\(sd-pam\)|init|tini|dumb-init|docker-init|catatonit|containerd-shim.*|conmon|crun|runc|podman|atd|-?(sh|bash|dash|ash|ksh|mksh|zsh))$/;

const INTERPRETER = /^(python|perl|ruby|node|php|java)[\d.]*$/;

const base = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const KNOWN: readonly (readonly [RegExp, Starter])[] = [
  [/supervisord$/, 'supervisord'],
  [/^runsv(dir)?$/, 'runsv'],
  [/^s6-(supervise|svscan)$/, 's6-supervise'],
  [/^(supervise|svscan)$/, 'supervise'],
  [/^monit$/, 'monit'],
  [/^(circusd|god|eye|pm2|PM2 .*|horcrux|immortal|daemon)$/, 'manager'],
  [/^(cron|crond|CRON|CROND|anacron|fcron)$/, 'cron'],
];

/** Which kind of starter a program is by its name alone; null for one that is none. */
export const knownStarter = (program: string): Starter | null =>
  KNOWN.find(([name]) => name.test(program))?.[1] ?? null;

/** What a process is called: a script by its own name, and a name the kernel cut off by its first argument. */
const programOf = ({comm, called, word, loop}: Parent): string => {
  if (loop !== null) return word === null || word === '-c' ? called.replace(/^-/, '') : base(word);
  if (INTERPRETER.test(called) && word !== null) return base(word);
  // Some give their main thread a name of its own.
  if (knownStarter(called) !== null) return called;
  return called.startsWith(comm) && comm.length === 15 ? called : comm;
};

const kindOf = (parent: Parent): Starter | null => {
  const program = programOf(parent);
  if (parent.loop === 'loop' || parent.loop === 'hidden') return 'shell';
  const known = knownStarter(program);
  if (known !== null) return known;
  if (HARMLESS.test(program) || HARMLESS.test(parent.comm)) return null;
  return 'other';
};

/** By which name supervisord knows it. */
const supervised = (lines: Said): string | null => said(lines, 'supervised');

/** A program that it was told to stop, or gave up, is none that it starts again. */
const LET_GO = ['STOPPED', 'FATAL'];

type Found = {
  readonly kind: Starter;
  readonly pid: number;
  readonly program: string;
  /** Null where it does not stand above the process any more. */
  readonly parent: Parent | null;
};

/** The product's own start script in the foreground waits for its child, and ends with it. */
const isOwn = ({loop, word}: Parent, own: (script: string) => boolean): boolean =>
  loop !== null && word !== null && own(base(word));

/** Nearest first; one that is known to start things again counts before one nobody knows. */
const above = (parents: readonly Parent[], own: (script: string) => boolean): Found | null => {
  const login = parents.findIndex(parent => LOGIN.test(programOf(parent)));
  const found = parents.slice(0, login < 0 ? parents.length : login).flatMap((parent): Found[] => {
    const kind = isOwn(parent, own) ? null : kindOf(parent);
    return kind === null ? [] : [{kind, pid: parent.pid, program: programOf(parent), parent}];
  });
  return found.find(({kind}) => kind !== 'other') ?? found[0] ?? null;
};

/** It may have lost its parent and still be watched over: its environment, or its unit's own process, tells. */
const besides = (lines: Said): Found | null => {
  const [running] = allSaid(lines, 'supervisord');
  const letGo = LET_GO.includes(said(lines, 'supervised.state') ?? '');
  if (supervised(lines) !== null && running !== undefined && !letGo)
    return {kind: 'supervisord', pid: Number(running), program: 'supervisord', parent: null};
  const [main, program] = [said(lines, 'unitMain'), said(lines, 'unitMainProgram')];
  const kind = program === null ? null : knownStarter(program);
  if (kind === null || kind === 'cron' || program === null || main === null) return null;
  return {kind, pid: Number(main), program, parent: null};
};

const serviceOf = ({kind, parent}: Found, lines: Said): string | null => {
  switch (kind) {
    case 'supervisord':
      return supervised(lines);
    case 'runsv':
    case 's6-supervise':
    case 'supervise':
      return parent?.word ?? null;
    default:
      return null;
  }
};

/**
 * Who would start a process again, as facts: `starter` (a kind), `starterPid`, `starterProgram`, and where they are known
 * `starterService`, `starterConf` and `starterRuns`, the script it is. `own` tells the names of the product's own start
 * scripts. `unitMainOwn`: the unit's own process is such a script, and stands above the node's.
 */
export const starterFacts = (lines: Said, own: (script: string) => boolean): Facts => {
  const parents = parseParents(lines);
  const main = said(lines, 'unitMain');
  const mainOwn = parents.some(parent => String(parent.pid) === main && isOwn(parent, own));
  const seen = above(parents, own);
  const found = seen === null || seen.kind === 'other' ? (besides(lines) ?? seen) : seen;
  const service = found === null ? null : serviceOf(found, lines);
  return {
    ...(mainOwn ? {unitMainOwn: true} : {}),
    ...(found === null ? {} : {starter: found.kind, starterPid: found.pid, starterProgram: found.program}),
    ...(service === null ? {} : {starterService: service}),
    ...(found?.parent?.conf ? {starterConf: found.parent.conf} : {}),
    ...(found?.parent?.word ? {starterRuns: found.parent.word} : {}),
  };
};
