import {describe, expect, test} from 'vitest';
import {NodeId} from '../../src/model/ids.ts';
import {reason} from '../../src/model/reason.ts';
import {text} from '../../src/model/text.ts';
import {openScenario, type Size, withScenario} from './harness.ts';

describe('an idle screen', () => {
  // Not `unverified`: the node is started meanwhile, and the question says that it is down no longer.
  test.each(['confirm', 'destructive', 'held', 'manual', 'done'] as const)(
    '%s writes no byte until the minute ends, and then no more than when it would be over',
    async name => {
      await withScenario(name, {}, async opened => {
        await opened.arm();
        // What was set in motion by opening and arming has come to rest.
        if (name === 'manual') return;
        const {bytes, frames, pass} = opened;
        const [before, drawn] = [bytes(), frames()];
        await pass(59_000);
        expect(bytes() - before).toBe(0);
        expect(frames() - drawn).toBe(0);
        await pass(1_000);
        expect(frames() - drawn).toBeLessThanOrEqual(1);
        expect(bytes() - before).toBeLessThan(1_000);
      });
    },
  );

  test('sightings that say the same as before draw nothing', async () => {
    await withScenario('confirm', {}, async opened => {
      await opened.arm();
      const seen = opened.store.getState().looks;
      const before = opened.bytes();
      for (let i = 0; i < 20; i += 1) {
        for (const {status} of seen.values())
          if (status !== null)
            opened.feed.sighting({
              ...status,
              at: opened.hand.clock.now(),
              look: structuredClone(status.look),
            });
        await opened.pass(100);
      }
      expect(opened.bytes() - before).toBe(0);
    });
  });
});

describe('a busy screen', () => {
  test('changes the store at most once per tick, whatever happened in between', async () => {
    await withScenario('thousand', {size: [120, 40]}, async opened => {
      let changes = 0;
      const stop = opened.store.subscribe(() => {
        changes += 1;
      });
      const drawn = opened.frames();
      for (let tick = 0; tick < 10; tick += 1) {
        for (const {id} of opened.store.getState().cluster.nodes)
          opened.feed.sighting({
            node: id,
            probe: 'status',
            at: opened.hand.clock.now(),
            look: {kind: 'seen', facts: {health: tick % 2 === 0 ? 'ok' : 'down', version: `3.1.${tick}`}},
          });
        opened.hand.turn(100);
        opened.feed.tick();
        await opened.settle();
      }
      stop();
      expect(changes).toBe(10);
      expect(opened.frames() - drawn).toBeLessThanOrEqual(10);
    });
  });

  test('the spinner stands still once everything waits for the operator', async () => {
    await withScenario('confirm', {}, async opened => {
      await opened.arm();
      const {pulse} = opened.store.getState();
      await opened.pass(1_000);
      expect(opened.store.getState().pulse).toBe(pulse);
      await opened.send('y');
      await opened.pass(1_000);
      expect(opened.store.getState().pulse).toBeGreaterThan(pulse + 5);
    });
  });
});

describe('sightings', () => {
  test('look stale when they are three periods old, and fresh again after a new one', async () => {
    const opened = await openScenario('confirm', {size: [120, 40]});
    try {
      await opened.arm();
      const hours = 3_600_000;
      opened.hand.turn(3 * hours + 1);
      opened.feed.tick();
      await opened.settle();
      expect(opened.text()).toContain('(3.0.6) stale');
      opened.feed.sighting({
        node: NodeId.parse('be-2'),
        probe: 'status',
        at: opened.hand.clock.now(),
        look: {kind: 'seen', facts: {health: 'ok', version: '3.0.6'}},
      });
      await opened.pass(100);
      expect(opened.store.getState().looks.get(NodeId.parse('be-2'))?.stale).toBe(false);
      expect(opened.text()).toContain('3.0.6 waiting');
    } finally {
      await opened.close();
    }
  });

  test('nobody answering is unknown, not down', async () => {
    await withScenario('confirm', {size: [120, 40]}, async opened => {
      opened.feed.sighting({
        node: NodeId.parse('be-2'),
        probe: 'status',
        at: opened.hand.clock.now(),
        look: {kind: 'silent', reasons: [reason(text('timed out', '超时'))]},
      });
      await opened.pass(100);
      expect(opened.text()).toMatch(/\? be-2/);
      expect(opened.text()).toContain('unknown');
    });
  });
});

describe('sizes', () => {
  const SIZES: readonly Size[] = [
    [100, 30],
    [60, 16],
    [59, 16],
    [40, 10],
    [60, 15],
    [200, 60],
    [61, 17],
    [130, 35],
    [80, 24],
  ];

  test.each(['running', 'destructive', 'held', 'thousand'] as const)(
    '%s is never taller or wider than the terminal while it is resized',
    async name => {
      await withScenario(name, {}, async opened => {
        for (const [columns, rows] of SIZES) {
          await opened.resize([columns, rows]);
          expect(opened.terminal.buffer.active.baseY).toBe(0);
          const words = opened.text();
          if (columns < 60 || rows < 16) expect(words).toContain('lakeup needs 60 × 16 or more.');
          else {
            expect(opened.lines()[0]).toContain('lakeup');
            expect(opened.lines().at(-1)).not.toBe('');
            if (name === 'destructive') expect(words).toContain('vault-demo, to go on');
            if (name === 'held') expect(words).toContain('r  retry');
          }
        }
      });
    },
  );
});

describe('what is left of a screen of another size', () => {
  const SIZES: readonly Size[] = [
    [200, 60],
    [120, 60],
    [80, 60],
    [200, 60],
    [80, 24],
    [200, 40],
    [120, 24],
    [50, 10],
    [60, 40],
  ];

  test.each([
    ['running', ''],
    ['held', ''],
    ['destructive', ''],
    ['running', 'l'],
    ['running', '?'],
    ['done', 'e'],
  ] as const)(
    '%s, view %o: nothing; it is drawn as on a terminal that was so from the beginning',
    async (name, view) => {
      await withScenario(name, {size: [200, 60]}, async opened => {
        if (view !== '') await opened.send(view);
        for (const size of SIZES) {
          await opened.resize(size);
          await withScenario(name, {size}, async fresh => {
            if (view !== '') await fresh.send(view);
            expect(opened.lines(), size.join('×')).toEqual(fresh.lines());
          });
        }
      });
    },
  );
});

describe('the terminal', () => {
  test('is given back: alternate screen off, cursor on', async () => {
    const opened = await openScenario('running');
    expect(opened.terminal.buffer.active.type).toBe('alternate');
    opened.screen.unmount();
    await opened.screen.waitUntilExit();
    await new Promise<void>(resolve => opened.terminal.write('', resolve));
    expect(opened.terminal.buffer.active.type).toBe('normal');
    await opened.close();
  });

  test('Ctrl-L paints everything anew', async () => {
    await withScenario('confirm', {}, async opened => {
      await opened.arm();
      opened.terminal.write('\u001b[5;5Hgarbage from a wall message');
      await opened.settle();
      expect(opened.text()).toContain('garbage');
      await opened.send('\u000c');
      await opened.settle();
      expect(opened.text()).not.toContain('garbage');
      expect(opened.lines()[0]).toContain('lakeup');
    });
  });
});
