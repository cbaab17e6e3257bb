import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import type {Event} from '../../src/model/event.ts';
import {hostOf} from './fixtures.ts';
import {type RealSshd, sshdMissing, startSshd} from './real-sshd.ts';
import {eventsIn, runOne, type Where} from './receipt-run.ts';

describe.skipIf(sshdMissing() !== null)('an action behind a real sshd', () => {
  let sshd: RealSshd;
  let where: Where;
  beforeEach(async () => {
    sshd = await startSshd();
    const home = join(sshd.dir, "home it's");
    mkdirSync(home);
    where = {home, journal: join(sshd.dir, 'journal'), host: hostOf(sshd)};
  });
  afterEach(async () => {
    go();
    await sshd?.stop();
  });
  const go = (): void => writeFileSync(join(where.home, 'go'), '');
  const steps = (): string[] =>
    eventsIn(where).flatMap(event => ('step' in event ? [event.type.replace('step.', '')] : []));
  const outcome = (): unknown =>
    eventsIn(where).flatMap((event: Event) => (event.type === 'step.acted' ? [event.outcome] : []))[0];
  const timesBegun = (): number => readFileSync(join(where.home, 'begun'), 'utf8').trim().split('\n').length;
  const receipts = (): string[] => readdirSync(where.home).filter(name => name.startsWith('.lakeup-receipt'));
  const isWhole = async (): Promise<void> => {
    expect(outcome()).toMatchObject({
      code: 0,
      stdout: "begun: it's on its way\nended well\n",
      stderr: 'aside\n',
    });
    expect(timesBegun()).toBe(1);
    await expect.poll(receipts).toEqual([]);
  };

  test('that is not disturbed leaves nothing behind', async () => {
    const ended = runOne(where, go);
    expect(await ended).toBe('ended');
    expect(steps()).toEqual(['started', 'acted', 'done']);
    await isWhole();
  });

  test('whose connection is cut in the middle is found again, followed on, and its end is its own', async () => {
    let cut = false;
    const heard: string[] = [];
    const ended = runOne(where, words => {
      if (cut) heard.push(words);
      else {
        cut = true;
        sshd.cutConnections();
      }
    });
    await expect.poll(steps).toContain('reattached');
    await expect.poll(() => heard.length).toBeGreaterThan(0);
    go();
    expect(await ended).toBe('ended');
    expect(steps()).toEqual(['started', 'reattached', 'acted', 'done']);
    expect(heard.join()).toContain('waiting');
    await isWhole();
  });

  const killed = async (): Promise<void> => {
    const file = join(import.meta.dirname, 'receipt-run.ts');
    const lakeup = spawn(process.execPath, [file, JSON.stringify(where)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(lakeup.stdout, 'data');
    lakeup.kill('SIGKILL');
    await once(lakeup, 'exit');
  };

  test('that lakeup is killed in, and the run is resumed while it is at work, is followed on', async () => {
    await killed();
    expect(steps()).toEqual(['started']);
    const ended = runOne(where, go);
    expect(await ended).toBe('ended');
    expect(steps()).toEqual(['started', 'reattached', 'acted', 'done']);
    await isWhole();
  });

  test('that lakeup is killed in, and that ends before the run is resumed, is not lost', async () => {
    await killed();
    go();
    await expect.poll(() => existsSync(join(where.home, 'done'))).toBe(true);
    expect(await runOne(where, () => undefined)).toBe('ended');
    expect(steps()).toEqual(['started', 'reattached', 'acted', 'done']);
    await isWhole();
  });
});
