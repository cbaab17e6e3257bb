/**
 * The client that is measured, in a process of its own: asks every host of a fleet the same thing, all at once, with the
 * limits lakeup ships with. `once`: connects, asks, ends. `sweep`: connects, then sweeps as often as it is told to.
 */
import {readFileSync} from 'node:fs';
import {realClock} from '../../src/cli/real-clock.ts';
import type {Host} from '../../src/model/inventory.ts';
import {bare} from '../../src/model/script.ts';
import type {Transport} from '../../src/model/world.ts';
import {DEFAULT_LIMITS} from '../../src/transport/env.ts';
import {openTransport} from '../../src/transport/transport.ts';
import {COMMANDS, type CommandName} from './commands.ts';
import {FleetSpec, hostsOf} from './fleet-spec.ts';

/** One sweep: how many hosts gave the right answer, how long it took, and the CPU of this process meanwhile. */
export type Sweep = {readonly answers: number; readonly wallMs: number; readonly cpuMs: number};

const sweep = async (transport: Transport, hosts: readonly Host[], name: CommandName): Promise<Sweep> => {
  const {script, last} = COMMANDS[name];
  const before = process.cpuUsage();
  const begun = performance.now();
  const replies = await Promise.all(
    hosts.map(({id}) =>
      transport.ask(id, {
        kind: 'shell',
        shell: 'look',
        script: bare(name, script),
        timeoutMs: 60_000,
        maxBytes: 65_536,
      }),
    ),
  );
  const wallMs = performance.now() - begun;
  const {user, system} = process.cpuUsage(before);
  const right = replies.filter(
    reply => reply.kind === 'shell' && reply.code === 0 && reply.stdout.trimEnd().endsWith(last),
  );
  const wrong = replies.find(reply => !right.includes(reply));
  if (wrong !== undefined) process.stderr.write(`${JSON.stringify(wrong).slice(0, 400)}\n`);
  return {answers: right.length, wallMs, cpuMs: (user + system) / 1000};
};

const [mode = '', command = '', file = ''] = process.argv.slice(2);
const isCommand = (name: unknown): name is CommandName => typeof name === 'string' && name in COMMANDS;

const hosts = hostsOf(FleetSpec.parse(JSON.parse(readFileSync(file, 'utf8'))));
const transport = openTransport(hosts, {
  clock: realClock,
  chance: Math.random,
  vars: process.env,
  limits: DEFAULT_LIMITS,
  sshConfig: null,
});

if (mode === 'once' && isCommand(command)) {
  const {answers} = await sweep(transport, hosts, command);
  process.stdout.write(`${answers} answers\n`);
  await transport.close();
  process.exit(0);
}

// The bench has gone: so do we.
process.once('disconnect', () => process.exit(0));
process.on('message', async (name: unknown) => {
  if (isCommand(name)) process.send?.(await sweep(transport, hosts, name));
});
