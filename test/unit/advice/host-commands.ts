import {type Facts, listOf} from '../../../src/model/facts.ts';
import type {Changes} from './follow.ts';

/*
 * A host on which somebody types the commands of an advice: what each changes is what a look sees afterwards. A command that does not
 * fit what was seen (another path, another process, another unit) changes nothing, and one that nobody knows throws.
 */

/** What a shell makes of a line, as far as lakeup quotes. */
const wordsOf = (line: string): readonly string[] =>
  [...line.matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/g)].map(([word]) =>
    word.replace(/'([^']*)'|\\(.)/g, (_, quoted, escaped) => quoted ?? escaped),
  );

const GONE: Changes = Object.fromEntries(
  [
    ...['starter', 'starterPid', 'starterProgram', 'starterService', 'starterConf', 'starterRuns'],
    ...['unit', 'unitRestart', 'unitMain', 'unitMainProgram'],
  ].map(name => [name, undefined]),
);

type Host = {readonly facts: Facts; readonly home: string};
type Command = (words: readonly string[], host: Host) => Changes;

const same = (facts: Facts, name: string, word: string | undefined): boolean =>
  String(facts[name] ?? 'NAME') === word;

/** Units that are stopped start nothing, and are told as stopped; a target is none that can be. */
const stopped = (units: readonly string[], facts: Facts): Changes => {
  const left = (name: string): readonly string[] => listOf(facts, name).filter(unit => !units.includes(unit));
  const upholding = left('unitUpheldBy');
  return {
    unitTriggers: left('unitTriggers'),
    unitUpheldBy: upholding.length === 0 ? undefined : upholding,
    unitTriggersOff: units,
  };
};

const COMMANDS: Readonly<Record<string, Command>> = {
  chmod: ([mode, path], {facts, home}) =>
    mode === 'u+w' && path === home && facts.homeOwner === facts.login ? {writable: true} : {},
  chown: ([all, user, path], {facts, home}) =>
    all === '-R' && path === home
      ? {homeOwner: user, homeOwnerName: undefined, writable: user === facts.login}
      : {},
  kill: ([pid], {facts}) => (facts.starter === 'shell' && same(facts, 'starterPid', pid) ? GONE : {}),
  supervisorctl: (words, {facts}) => {
    const [flag, conf] = words;
    const isOwn = flag === '-c' ? conf === facts.starterConf : facts.starterConf === undefined;
    const [verb, service] = flag === '-c' ? words.slice(2) : words;
    return isOwn && verb === 'stop' && same(facts, 'starterService', service) ? GONE : {};
  },
  systemctl: (words, {facts}) => {
    const isUser = words[0] === '--user';
    const [verb, ...units] = isUser ? words.slice(1) : words;
    return verb === 'stop' && isUser === (facts.unitUser === true) ? stopped(units, facts) : {};
  },
  sysctl: ([write, setting]) => {
    const [, maps] = /^vm\.max_map_count=(\d+)$/.exec(setting ?? '') ?? [];
    return write === '-w' && maps !== undefined ? {maps: Number(maps)} : {};
  },
  swapoff: ([all]) => (all === '-a' ? {swaps: 0} : {}),
  mount: ([flag, options, point], {facts}) =>
    flag === '-o' && options === 'remount,exec' && point === facts.noexec ? {noexec: undefined} : {},
};

/** What is seen otherwise once a line was typed on the host. */
export const typedOn = (host: Host, line: string): Changes => {
  const [program = '', ...words] = wordsOf(line);
  const command = COMMANDS[program];
  if (command === undefined) throw new Error(`nobody knows what this does: ${line}`);
  return command(words, host);
};
