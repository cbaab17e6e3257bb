import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {expect} from 'vitest';
import {RECEIPT} from '../../src/host/receipt-names.ts';
import type {DemoCluster} from '../../src/sim/demo-cluster.ts';
import {keptIn} from './kept.ts';
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

/** Whether an action of that step has left a receipt in a folder of a host: it is at work, or lakeup has not kept its end yet. */
const hasReceipt = (folder: string, step: string): boolean =>
  readdirSync(folder)
    .filter(name => name.startsWith(RECEIPT))
    .some(name => {
      try {
        return readFileSync(join(folder, name, 'of'), 'utf8')
          .split('\n')
          .includes(`step=${step}`);
      } catch {
        // It is being made or taken away.
        return false;
      }
    });

const WITHIN_MS = 180_000;

/**
 * Kills lakeup once the action of a step is at work: its journal says that the step was started, and the host that the action was.
 * The hosts of `cluster` answer from this very process, so that lakeup hears nothing of an end before this has looked. `begin`:
 * answers the question that stands, or all that come. Returns the step, and the one that was begun first after that answer.
 */
export const killAtWork = async (
  cluster: DemoCluster,
  run: string,
  terminal: Terminal,
  step: RegExp,
  begin: () => unknown,
): Promise<{readonly killed: string; readonly first: string}> => {
  const from = keptIn(run).length;
  const beginning = begin();
  // It ends with the program.
  if (beginning instanceof Promise) beginning.catch(() => undefined);
  const end = Date.now() + WITHIN_MS;
  const begun = (): readonly string[] =>
    keptIn(run)
      .slice(from)
      .flatMap(event => (event.type === 'step.started' ? (event.step ?? []) : []));
  const isAtWork = (name: string): boolean => {
    const place = cluster.places.find(each => name.endsWith(`@${each.name}`));
    if (place === undefined) return false;
    return [place.home, dirname(place.home)].some(folder => hasReceipt(folder, name));
  };
  const atWork = (): string | undefined => begun().find(name => step.test(name) && isAtWork(name));
  let killed = atWork();
  while (killed === undefined) {
    if (Date.now() > end) throw new Error(`${step} was not begun\n${terminal.screen().join('\n')}`);
    await pause(1);
    killed = atWork();
  }
  terminal.kill('SIGKILL');
  expect(await terminal.exited()).toBe(137);
  const isDone = keptIn(run).some(event => event.type === 'step.done' && event.step === killed);
  expect(isDone, `lakeup has heard how ${killed} ended`).toBe(false);
  return {killed, first: begun()[0] ?? ''};
};
