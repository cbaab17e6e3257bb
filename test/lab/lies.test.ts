import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {agree, asked, finish, held, heldAnywhere} from '../terminal/person.ts';
import {lastLine, type Terminal} from '../terminal/terminal.ts';
import {again, allWell, makeScene, refusal, type Scene, said, setKernel} from './lies.ts';
import {labProblem} from './need.ts';

/*
 * What a product, its host or whoever looks after it says and is not so, or what happens between a look and the signal: each is
 * met on real hosts over real sshd. What is said of it is read, what was not done is counted on the hosts, then the lie is ended, and
 * the key that the screen names is pressed. Lies that were ended are followed by others in the same run.
 */

const problem = labProblem();
if (problem !== null) process.stderr.write(`skipped: ${problem}\n`);

/** A story of many lies stands still where one of them was not told: each is given its time. */
const TIMEOUT = {timeout: 300_000};
const NEW = '3.1.2';

describe.skipIf(problem !== null)(
  'lies that a host tells its start script, and a store, a row and a journal that lie',
  () => {
    let scene: Scene;
    let terminal: Terminal;
    /** Where the run is held by a row that comes and goes. */
    let flips = '';

    beforeAll(async () => {
      const wide = {maps: 2_000_000, swap: false};
      scene = await makeScene({
        prepare: async lab => {
          for (const host of ['be-1', 'be-2']) await setKernel(lab, host, wide);
        },
        knobs: {
          'be-1': {ASKS_HOST: 'yes', AT_VERSION: NEW, FLIPS: 'yes'},
          'be-2': {ASKS_HOST: 'yes'},
          'fe-2': {AT_VERSION: NEW, JOURNAL_STANDS: 'yes'},
        },
      });
    }, 600_000);

    afterAll(() => scene?.stop());

    test('two sysctls that forbid the start are read beforehand, each with its way on', TIMEOUT, async () => {
      await setKernel(scene.lab, 'be-1', {maps: 65_530, swap: false});
      await setKernel(scene.lab, 'be-2', {maps: 2_000_000, swap: true});
      const why = await refusal(scene);
      expect(why).toMatch(/✗ be-1: .*seen: vm\.max_map_count is 65530, start_be\.sh .* asks for 2000000/);
      expect(why).toMatch(/✗ be-2: .*seen: swap is on \(1 in \/proc\/swaps\), start_be\.sh .* refuses/);
      expect(why).toMatch(/`sysctl -w vm\.max_map_count=2000000`.*`swapoff -a`/);
      expect(why).toMatch(/Preflight: 2 blocked.*Nothing was changed/);
      for (const host of ['be-1', 'be-2']) await setKernel(scene.lab, host, {maps: 2_000_000, swap: false});
      expect(await scene.touched()).toEqual([]);
    });

    test(
      'a shell that goes round and round is told as whoever starts the node again; the command named ends it alone',
      TIMEOUT,
      async () => {
        await scene.end('be-1');
        const loop = 'while :; do bash bin/start_be.sh; sleep 1; done';
        await scene.lab.ssh(
          'be-1',
          `cd /opt/doris/be && (setsid sh -c '${loop}' keep >/dev/null 2>&1 </dev/null &)`,
        );
        await scene.begun('start be-1');
        await allWell(scene);
        const why = await refusal(scene);
        expect(why).toMatch(/✗ be-1: .*a shell script stands above it, which may start it again: sh \(\d+\)/);
        expect(why).toMatch(/Preflight: 1 blocked.*Nothing was changed/);
        const [, command = ''] = /to do: `(kill \d+)` ends that script alone/.exec(why) ?? [];
        expect((await scene.lab.ssh('be-1', command)).code).toBe(0);
        expect(await scene.processes('be-1')).toBe(1);
        expect(await scene.touched()).toEqual(['start be-1']);
      },
    );

    test(
      'a store that is away blocks; one that goes away afterwards is seen before the stop, and nobody is stopped',
      TIMEOUT,
      async () => {
        const before = await scene.touched();
        await scene.turn('ms-1', {STORE: 'away'});
        const blocked = await refusal(scene);
        expect(blocked).toMatch(
          /✗ ms-1: .*seen: 1 of 1 coordinators of its FoundationDB cannot be reached from its host: .*:4500/,
        );
        expect(blocked).toMatch(/Preflight: 1 blocked.*Nothing was changed/);
        await scene.turn('ms-1', {STORE: null});
        terminal = await scene.upgrade();
        await asked(terminal, 1);
        await scene.turn('ms-1', {STORE: 'away'});
        await agree(terminal, 1);
        const why = said(await held(terminal, 'ms-1'));
        expect(why).toMatch(
          /ms-1: it is not safe to "stop" yet\. "its FoundationDB can be reached from its host"/,
        );
        expect(why).toMatch(/storeAway .*:4500 \(no connection\)|store .*away/);
        expect(await scene.touched()).toEqual(before);
        expect(await scene.processes('ms-1')).toBe(1);
        await scene.turn('ms-1', {STORE: null});
      },
    );

    test(
      'a MetaService that does not come up again holds the run, and nobody else is stopped',
      TIMEOUT,
      async () => {
        const before = await scene.touched();
        await scene.turn('ms-1', {DIES: 'at-start'});
        await again(terminal, 'ms-1');
        const why = said(await held(terminal, 'ms-1'));
        expect(why).toContain('"a new process runs" cannot come true any more: running false, for 15s.');
        expect(why).toMatch(
          /1 node is not serving: ms-1, since .*out of service since .*; nobody else of its kind/,
        );
        // What the advice sends to: its log.
        expect(why).toMatch(/its log on the host.* says why/i);
        terminal.press('t');
        await terminal.waitFor(/failed to init txn kv/);
        terminal.press('\x1b');
        await held(terminal, 'ms-1');
        expect(await scene.touched()).toEqual([...before, 'stop ms-1', 'start ms-1']);
        await scene.turn('ms-1', {DIES: null});
        await again(terminal, 'ms-1');
        await asked(terminal, 2);
        expect((await scene.touched()).slice(before.length)).toEqual([
          'stop ms-1',
          'start ms-1',
          'start ms-1',
        ]);
      },
    );

    test('nobody is stopped beside a backend whose row comes and goes', TIMEOUT, async () => {
      const before = await scene.touched();
      await agree(terminal, 2);
      // Its row has to hold before it counts as started; where looks pass over its dead moments, it is seen before the next stop.
      const screen = await heldAnywhere(terminal);
      const why = said(screen);
      flips = /Held · (be-\d)/.exec(screen)?.[1] ?? '';
      expect(why).toMatch(
        /(be-1: "start and wait until it serves" failed|be-2: it is not safe to "stop" yet)\. .*was (not seen within|seen( in \d+ of \d+ looks)?, but it did not stay so)/,
      );
      expect((await scene.touched()).slice(before.length)).toEqual(['stop be-1', 'start be-1']);
      expect(await scene.processes('be-2')).toBe(1);
      await scene.turn('be-1', {FLIPS: null});
      await scene.end('be-1');
      await scene.start('be-1');
    });

    test(
      'a sysctl that was lost after preflight forbids the start: what the script said is shown, and holds the run',
      TIMEOUT,
      async () => {
        const before = await scene.touched();
        await setKernel(scene.lab, 'be-2', {maps: 65_530, swap: true});
        await again(terminal, flips);
        const why = said(await held(terminal, 'be-2'));
        expect(why).toContain('be-2: "start and wait until it serves" failed.');
        expect(why).toMatch(
          /last output Set kernel parameter 'vm\.max_map_count' to a value greater than 2000000/,
        );
        expect(why).toContain('What was printed last, or its log on the host, says why it is so');
        expect(why).toMatch(/1 node is not serving: be-2, since .*1 of 2 Backends cg_etl serve: be-1/);
        expect((await scene.touched()).slice(before.length)).toEqual(['stop be-2', 'start be-2']);
        expect(await scene.processes('be-2')).toBe(0);
        // One was put right, and the other was behind it.
        await setKernel(scene.lab, 'be-2', {maps: 2_000_000, swap: true});
        await again(terminal, 'be-2');
        expect(said(await held(terminal, 'be-2'))).toMatch(
          /last output Disable swap memory before starting be/,
        );
        await setKernel(scene.lab, 'be-2', {maps: 2_000_000, swap: false});
        await again(terminal, 'be-2');
        await asked(terminal, 3);
        expect((await scene.touched()).slice(before.length)).toEqual([
          'stop be-2',
          'start be-2',
          'start be-2',
          'start be-2',
        ]);
      },
    );

    test(
      'a follower whose journal stands still is not caught up: no other is stopped behind it',
      TIMEOUT,
      async () => {
        const before = await scene.touched();
        await agree(terminal, 3);
        const why = said(await held(terminal, 'fe-2'));
        expect(why).toMatch(
          /journal follows the master’s" was seen, but journal stood still while masterJournal went on/,
        );
        expect(why).toContain('2 of 3 Frontends serve: fe-1, fe-3');
        expect((await scene.touched()).slice(before.length)).toEqual(['stop fe-2', 'start fe-2']);
        await scene.turn('fe-2', {JOURNAL_STANDS: null});
        await scene.end('fe-2');
        await scene.start('fe-2');
        await again(terminal, 'fe-2');
        expect(await finish(terminal)).toBe(0);
        expect(lastLine(terminal)).toBe('6 of 6 nodes verified: lake-doris runs 3.1.2');
        const after = (await scene.touched()).slice(before.length);
        expect(after).toEqual([
          'stop fe-2',
          'start fe-2',
          'start fe-2',
          'stop fe-3',
          'start fe-3',
          'stop fe-1',
          'start fe-1',
        ]);
      },
    );
  },
);

describe.skipIf(problem !== null)(
  'what changes between a look and the signal, and two who say that they are the master',
  () => {
    let scene: Scene;
    let terminal: Terminal;

    beforeAll(async () => {
      scene = await makeScene({
        knobs: {
          'be-2': {SUPERVISED: 'yes'},
          'fe-2': {AT_VERSION: NEW, USURPS: 'yes'},
          'fe-3': {AT_VERSION: '3.0.6', TAKES_OFFICE: 'yes'},
        },
      });
    }, 600_000);

    afterAll(() => scene?.stop());

    test(
      'a MetaService that dies beside a stop is an alert, and nobody else is stopped; the line on the screen starts it',
      TIMEOUT,
      async () => {
        terminal = await scene.upgrade();
        await agree(terminal, 1);
        await agree(terminal, 2);
        await scene.begun('stop be-1');
        await scene.signal('ms-1', 'KILL');
        const why = said(await held(terminal, 'be-2'));
        expect(why).toContain('be-2: it is not safe to "stop" yet.');
        expect(why).toMatch(
          /"every node of the other roles is healthy" was not seen within 20s: ms\.unwell ms-1 down/,
        );
        expect(why).toMatch(/✗ down: ms-1, since .*✗ down, and not because of the run: ms-1 on/);
        expect(await scene.touched()).toEqual(['stop ms-1', 'start ms-1', 'stop be-1', 'start be-1']);
        expect(await scene.processes('be-2')).toBe(1);
        const [, line = ''] =
          /The line that starts ms-1, as the user it runs as: (cd .*?--meta-service\))/.exec(why) ?? [];
        expect((await scene.lab.ssh('ms-1', line)).code).toBe(0);
        await again(terminal, 'be-2');
      },
    );

    test(
      'a process that somebody starts again is not taken for one that has stopped, and its files stay',
      TIMEOUT,
      async () => {
        const why = said(await held(terminal, 'be-2'));
        expect(why).toMatch(
          /be-2: "stop" failed\. "the process is gone and its ports are free" cannot come true any more: running true, for 10s/,
        );
        expect(why).toContain('perhaps not serving: be-2');
        expect(why).toMatch(/Process \d+ is not the one that was stopped: somebody has started it since/);
        const before = ['stop ms-1', 'start ms-1', 'stop be-1', 'start be-1', 'start ms-1'];
        expect(await scene.touched()).toEqual([...before, 'stop be-2', 'start be-2']);
        expect((await scene.lab.ssh('be-2', 'cat /opt/doris/be/lib/VERSION')).stdout).toMatch(
          /^doris-3\.0\.6-/,
        );
        await scene.turn('be-2', {SUPERVISED: null});
        await scene.lab.ssh('be-2', 'pkill -KILL -f "^bash -c read"');
        await again(terminal, 'be-2');
        await asked(terminal, 3);
        expect((await scene.touched()).slice(before.length)).toEqual([
          'stop be-2',
          'start be-2',
          'stop be-2',
          'start be-2',
        ]);
      },
    );

    test(
      'of two that say that they are the master neither is believed, and nobody else is stopped',
      TIMEOUT,
      async () => {
        const before = await scene.touched();
        await agree(terminal, 3);
        const why = said(await held(terminal, 'fe-2'));
        expect(why).toMatch(/"it is healthy and reports 3\.1\.2" .*causes many-masters, leading fe-1, fe-2/);
        expect(why).toContain('2 of 3 Frontends serve: fe-1, fe-3');
        expect((await scene.touched()).slice(before.length)).toEqual(['stop fe-2', 'start fe-2']);
        await scene.turn('fe-2', {USURPS: null});
        await scene.end('fe-2');
        await scene.start('fe-2');
        await again(terminal, 'fe-2');
        await scene.begun('stop fe-1');
        expect((await scene.touched()).slice(before.length, before.length + 4)).toEqual([
          'stop fe-2',
          'start fe-2',
          'start fe-2',
          'stop fe-1',
        ]);
      },
    );

    test(
      'one that became the master right before its signal was not sent it: it goes back in the queue, and goes last',
      TIMEOUT,
      async () => {
        const before = (await scene.touched()).indexOf('stop fe-1');
        expect(await finish(terminal)).toBe(0);
        expect(lastLine(terminal)).toBe('6 of 6 nodes verified: lake-doris runs 3.1.2');
        expect((await scene.touched()).slice(before)).toEqual([
          'stop fe-1',
          'start fe-1',
          'stop fe-3',
          'start fe-3',
        ]);
        // The stop was sent to it, and did not call the product's own: it saw on the spot who it is.
        const events = await scene.cluster.events();
        const office = events.findIndex(({node, what}) => node === 'fe-3' && what === 'takes office');
        const first = events.findIndex(
          ({node, what}) => node === 'fe-1' && what.startsWith('call stop_fe.sh'),
        );
        expect(office).toBeGreaterThan(-1);
        expect(office).toBeLessThan(first);
      },
    );
  },
);
