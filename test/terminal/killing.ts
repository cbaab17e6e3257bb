import {expect} from 'vitest';
import type {DemoCluster} from '../../src/sim/demo-cluster.ts';
import type {Terminal} from './terminal.ts';

/**
 * Freezes lakeup when a node's own log says the one thing, and kills it when it says the other: what was called for goes on
 * meanwhile, and lakeup has not heard of it, however slow this machine is.
 */
export const killBetween = async (
  cluster: DemoCluster,
  terminal: Terminal,
  node: string,
  one: RegExp,
  other: RegExp,
): Promise<void> => {
  const says = (what: RegExp) => (): boolean =>
    cluster.events().some(event => event.node === node && what.test(event.what));
  await terminal.waitFor(says(one));
  terminal.kill('SIGSTOP');
  await terminal.waitFor(says(other));
  terminal.kill('SIGKILL');
  expect(await terminal.exited()).toBe(137);
};
