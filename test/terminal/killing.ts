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

/** The receipt of an action in a folder of a host: it is at work, or lakeup has not kept its end yet. */
const receiptIn = (folder: string, step: string): string | undefined =>
  readdirSync(folder)
    .filter(name => name.startsWith(RECEIPT))
    .find(name => {
      try {
        return readFileSync(join(folder, name, 'of'), 'utf8')
          .split('\n')
          .includes(`step=${step}`);
      } catch {
        // It is being made or taken away.
        return false;
      }
    });

/** Ends all that an action has begun, at once: it runs in a session of its own, and its receipt is named after that. */
export const killAction = (folder: string, step: string): void => {
  const session = Number(receiptIn(folder, step)?.split('.').at(-2));
  process.kill(-session, 'SIGKILL');
};

const WITHIN_MS = 180_000;

/** A step whose action is at work, and the step that was begun first after it was asked for. */
type AtWork = {readonly killed: string; readonly first: string};

/**
 * Waits until the action of a step is at work: its journal says that the step was started, and the host that the action was. The
 * hosts of `cluster` answer from this very process, so that lakeup hears nothing of an end before this has looked. `begin`: answers
 * the question that stands, or all that come.
 */
export const whenAtWork = async (
  cluster: DemoCluster,
  run: string,
  terminal: Terminal,
  step: RegExp,
  begin: () => unknown,
): Promise<AtWork> => {
  const from = keptIn(run).length;
  const beginning = begin();
  // It ends with the program.
  if (beginning instanceof Promise) beginning.catch(() => undefined);
  const begun = (): readonly string[] =>
    keptIn(run)
      .slice(from)
      .flatMap(event => (event.type === 'step.started' ? (event.step ?? []) : []));
  const isAtWork = (name: string): boolean => {
    const place = cluster.places.find(each => name.endsWith(`@${each.name}`));
    if (place === undefined) return false;
    return [place.home, dirname(place.home)].some(folder => receiptIn(folder, name) !== undefined);
  };
  const atWork = (): string | undefined => begun().find(name => step.test(name) && isAtWork(name));
  const end = Date.now() + WITHIN_MS;
  let killed = atWork();
  while (killed === undefined) {
    if (Date.now() > end) throw new Error(`${step} was not begun\n${terminal.screen().join('\n')}`);
    await pause(1);
    killed = atWork();
  }
  return {killed, first: begun()[0] ?? ''};
};

/** Kills lakeup then. It has not heard how the action ended. */
export const killAtWork = async (
  ...[cluster, run, terminal, step, begin]: Parameters<typeof whenAtWork>
): Promise<AtWork> => {
  const found = await whenAtWork(cluster, run, terminal, step, begin);
  terminal.kill('SIGKILL');
  expect(await terminal.exited()).toBe(137);
  const isDone = keptIn(run).some(event => event.type === 'step.done' && event.step === found.killed);
  expect(isDone, `lakeup has heard how ${found.killed} ended`).toBe(false);
  return found;
};
