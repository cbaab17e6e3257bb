import {spawn} from 'node:child_process';
import {makeSlots} from '../../src/transport/slots.ts';
import type {Cleanup} from './cleanup.ts';
import type {Fleet} from './fleet.ts';
import {exactCpuMsOf, processesWith} from './proc.ts';

/** OpenSSH's ControlMasters, one process a host. */
export type Masters = {
  /** CPU that all of them have used, in ms. */
  cpuMs(): number;
  stop(): Promise<void>;
};

const AT_ONCE = 16;

/** What a master goes to the background from: it keeps the streams it was given, so it is given none. */
const login = (config: string, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn('ssh', ['-F', config, '-T', host, 'true'], {stdio: 'ignore'});
    child.once('error', reject);
    child.once('exit', code =>
      code === 0 ? resolve() : reject(new Error(`ssh ${host} ended with ${code}`)),
    );
  });

/** Opens a ControlMaster to every host of a fleet. */
export const openMasters = async (cleanup: Cleanup, {spec, config, sockets}: Fleet): Promise<Masters> => {
  // Its title holds its socket, and nobody else's does.
  const pids = (): readonly number[] => processesWith(`${sockets}/`);
  const stop = cleanup.add(() => {
    for (const pid of pids()) process.kill(pid, 'SIGKILL');
  });
  const slots = makeSlots(AT_ONCE);
  await Promise.all(
    spec.hosts.map(async host => {
      const leave = await slots.take();
      await login(config.mux, host).finally(leave);
    }),
  );
  const found = pids();
  if (found.length < spec.hosts.length)
    throw new Error(`${found.length} ControlMasters of ${spec.hosts.length} hosts`);
  return {cpuMs: () => found.reduce((sum, pid) => sum + exactCpuMsOf(pid), 0), stop};
};
