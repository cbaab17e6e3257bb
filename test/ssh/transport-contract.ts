import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {parseAbsPath} from '../../src/lib/abs-path.ts';
import type {ReplyTo, ShellRequest} from '../../src/model/ask.ts';
import type {Transport} from '../../src/model/world.ts';
import {LOCAL, look, until} from './fixtures.ts';

/** What an implementation gives to be tried: a transport to one live host, and ways to hurt it. */
export type ContractFixture = {
  readonly transport: Transport;
  /** Kills what serves the connection on the far side, as a crash would. */
  readonly cut: () => void;
  /** A directory on the host that the test may write to. */
  readonly dir: string;
  readonly stop: () => Promise<void>;
};

const EURO = '€'.repeat(200_000);

/** Every transport has to keep these promises, whatever carries it. */
export const transportContract = (name: string, makeFixture: () => Promise<ContractFixture>): void => {
  describe(`${name} keeps the transport's promises`, () => {
    let fixture: ContractFixture;
    beforeAll(async () => {
      fixture = await makeFixture();
    });
    afterAll(async () => {
      await fixture.transport.close();
      await fixture.stop();
    });
    /** Goes on until the directory is gone, so that nothing outlives the test, whatever was cut. */
    const onAndOn = () => `while [ -d ${fixture.dir} ]; do sleep 0.2; done`;
    const ask = (script: string, more: Parameters<typeof look>[1] = {}, signal?: AbortSignal) =>
      fixture.transport.ask(LOCAL, look(script, more), signal);

    test.each([
      ['nothing', ':', {code: 0, stdout: '', stderr: ''}],
      ['an exit code of its own', 'exit 7', {code: 7, stdout: '', stderr: ''}],
      ['the last exit code', 'false', {code: 1, stdout: '', stderr: ''}],
      ['streams apart', 'echo out; echo err >&2', {code: 0, stdout: 'out\n', stderr: 'err\n'}],
      ['no newline at the end', 'printf a; printf b >&2', {code: 0, stdout: 'a', stderr: 'b'}],
      [
        'blank lines and spaces',
        `printf '\\n\\n  x  \\n\\n'`,
        {code: 0, stdout: '\n\n  x  \n\n', stderr: ''},
      ],
      ['carriage returns and tabs', `printf 'a\\r\\n\\tb'`, {code: 0, stdout: 'a\r\n\tb', stderr: ''}],
      [
        'NUL and control bytes',
        `printf 'a\\000b\\001\\033[0m'`,
        {code: 0, stdout: 'a\0b\x01\x1b[0m', stderr: ''},
      ],
      ['UTF-8', `printf '€ 你好 \\360\\237\\230\\200'`, {code: 0, stdout: '€ 你好 😀', stderr: ''}],
      [
        'quotes and dollars',
        `echo "'\\"\\$x" '$HOME' \\\\`,
        {code: 0, stdout: `'"$x $HOME \\\n`, stderr: ''},
      ],
      ['a here-document', `cat <<'END'\na 'b' }\nEND\n`, {code: 0, stdout: "a 'b' }\n", stderr: ''}],
      ['a comment at the end', 'echo a # it’s }', {code: 0, stdout: 'a\n', stderr: ''}],
      ['no stdin for children', 'cat; echo end', {code: 0, stdout: 'end\n', stderr: ''}],
      ['set -e', 'set -e; false; echo no', {code: 1, stdout: '', stderr: ''}],
      ['exec', 'exec echo gone', {code: 0, stdout: 'gone\n', stderr: ''}],
    ])('exact answer: %s', async (_, script, expected) => {
      expect(await ask(script)).toMatchObject({kind: 'shell', cut: false, ...expected});
    });

    test('a mistake in a script ends the script, not the shell', async () => {
      for (const script of ['if ) then', 'echo "', '}', 'done; exit 0', '( echo a', "echo 'x"]) {
        const reply = await ask(script);
        expect(reply).toMatchObject({kind: 'shell'});
        expect(reply.kind === 'shell' ? reply.code : 0).not.toBe(0);
      }
      expect(await ask('echo well')).toMatchObject({kind: 'shell', stdout: 'well\n'});
    });

    test('one request leaves nothing to the next', async () => {
      await ask('cd /; x=1; set -f; umask 077; trap "echo trapped" EXIT; exec 2>&1');
      expect(
        await ask('set -u; (echo "$x") 2>/dev/null || echo none; pwd; umask; echo err >&2'),
      ).toMatchObject({
        stdout: expect.stringMatching(/^none\n(?!\/\n)/),
        stderr: 'err\n',
      });
    });

    test('what is listened to is told while it runs, state after state of one line', async () => {
      const said: string[] = [];
      const file = `${fixture.dir}/heard`;
      const script = `printf 'at 1\\r'; until [ -f ${file} ]; do sleep 0.1; done; printf '    \\rat 2\\r    \\rend\\n'`;
      const going = fixture.transport.ask(LOCAL, {
        ...look(script),
        shell: 'act',
        onSaid: words => void said.push(words),
      });
      // It ends only once its first state was heard.
      await until(() => said.includes('at 1'), 'its first state');
      await ask(`: >${file}`);
      expect(await going).toMatchObject({kind: 'shell', code: 0, stdout: 'end\n', cut: false});
    });

    test('long output comes whole, and its characters are not split', async () => {
      const reply = await ask(
        `i=0; while [ $i -lt 2000 ]; do printf '%s' '${'€'.repeat(100)}'; i=$((i+1)); done`,
      );
      expect(reply).toMatchObject({kind: 'shell', code: 0, cut: false});
      expect(reply.kind === 'shell' && reply.stdout === EURO).toBe(true);
    });

    test('5 MB on each stream are bounded, and the answer is still the right one', async () => {
      const reply = await ask(
        'head -c 5000000 /dev/zero | tr "\\000" x; head -c 5000000 /dev/zero | tr "\\000" y >&2; exit 5',
        {
          maxBytes: 10_000,
        },
      );
      expect(reply).toMatchObject({
        kind: 'shell',
        code: 5,
        cut: true,
        stdout: 'x'.repeat(10_000),
        stderr: 'y'.repeat(10_000),
      });
    });

    test('a cut answer ends before a character that would be half', async () => {
      expect(await ask(`printf 'ab€€'`, {maxBytes: 6})).toMatchObject({cut: true, stdout: 'ab€'});
    });

    test('a script of 300 KB runs', async () => {
      expect(await ask(`: '${'x'.repeat(300_000)}'\necho ok`)).toMatchObject({kind: 'shell', stdout: 'ok\n'});
    });

    test('many at once are answered each with its own', async () => {
      const replies = await Promise.all(Array.from({length: 40}, (_, i) => ask(`echo ${i}; exit ${i}`)));
      expect(replies.map(reply => (reply.kind === 'shell' ? [reply.stdout, reply.code] : reply))).toEqual(
        Array.from({length: 40}, (_, i) => [`${i}\n`, i]),
      );
    });

    test('a long action does not keep looks waiting', async () => {
      const gate = `${fixture.dir}/gate-shells`;
      const action = ask(`while [ ! -e ${gate} ]; do sleep 0.05; done; echo acted`, {shell: 'act'});
      expect(await ask('echo seen')).toMatchObject({stdout: 'seen\n'});
      expect(await ask(`: >${gate}; echo opened`)).toMatchObject({stdout: 'opened\n'});
      expect(await action).toMatchObject({kind: 'shell', stdout: 'acted\n'});
    });

    /** An action that goes on until the gate is open, and what is done as soon as it has been sent. */
    const acting = (
      gate: string,
      onSent: () => void,
      script = 'echo acted',
    ): Promise<ReplyTo<ShellRequest>> =>
      ask(`while [ ! -e ${gate} ]; do sleep 0.05; done; ${script}`, {shell: 'act', onSent});

    test('what is sent behind an action is taken right after it, before whoever waits, and each is answered with its own', async () => {
      const [gate, at] = [`${fixture.dir}/gate-behind`, `${fixture.dir}/behind-at`];
      const behind: Promise<ReplyTo<ShellRequest>>[] = [];
      const action = acting(
        gate,
        () => {
          behind.push(
            ask(`cat ${at}; echo 1 >&2`, {shell: 'behind'}),
            ask(`wc -l <${at}; exit 7`, {shell: 'behind'}),
          );
        },
        `printf acted | tee ${at}`,
      );
      const next = ask(`echo more >>${at}; cat ${at}`, {shell: 'act'});
      await until(() => behind.length === 2, 'the action to be sent');
      await ask(`: >${gate}`);
      expect(await action).toMatchObject({code: 0, stdout: 'acted', stderr: ''});
      expect(await behind[0]).toMatchObject({code: 0, stdout: 'acted', stderr: '1\n'});
      expect(await behind[1]).toMatchObject({code: 7, stdout: expect.stringMatching(/^ *0\n$/), stderr: ''});
      expect(await next).toMatchObject({stdout: 'actedmore\n'});
    });

    test('behind nothing it is a request like any other', async () => {
      expect(await ask('echo alone', {shell: 'behind'})).toMatchObject({kind: 'shell', stdout: 'alone\n'});
    });

    test('a look behind an action has its own limit from that one’s end on, and the action’s reply is its own', async () => {
      const gate = `${fixture.dir}/gate-late`;
      const behind: Promise<ReplyTo<ShellRequest>>[] = [];
      const action = acting(gate, () => {
        behind.push(ask('echo in time', {shell: 'behind', timeoutMs: 2_000}));
        behind.push(ask(onAndOn(), {shell: 'behind', timeoutMs: 300}));
        behind.push(ask('echo never', {shell: 'behind'}));
      });
      await until(() => behind.length === 3, 'the action to be sent');
      // Longer than the look behind it may take.
      await ask(`sleep 2.5; : >${gate}`);
      expect(await action).toMatchObject({kind: 'shell', stdout: 'acted\n'});
      expect(await behind[0]).toMatchObject({kind: 'shell', stdout: 'in time\n'});
      expect(await behind[1]).toMatchObject({kind: 'lost', trouble: 'timeout'});
      expect(await behind[2]).toMatchObject({kind: 'lost'});
      expect(await ask('echo next', {shell: 'act'})).toMatchObject({stdout: 'next\n'});
    });

    test('a link that is cut under an action takes with it what was sent behind', async () => {
      const behind: Promise<ReplyTo<ShellRequest>>[] = [];
      const action = acting(`${fixture.dir}/gate-never`, () => {
        behind.push(ask('echo behind', {shell: 'behind'}));
      });
      await until(() => behind.length === 1, 'the action to be sent');
      fixture.cut();
      expect(await action).toMatchObject({kind: 'lost', trouble: 'dropped'});
      expect(await behind[0]).toMatchObject({kind: 'lost', trouble: 'dropped'});
      await ask(`: >${fixture.dir}/gate-never`);
    });

    test('no answer in time is lost, and the next request is answered', async () => {
      expect(await ask(onAndOn(), {timeoutMs: 300})).toMatchObject({kind: 'lost', trouble: 'timeout'});
      expect(await ask('echo next')).toMatchObject({kind: 'shell', stdout: 'next\n'});
    });

    test('an action that is over its time is not ended', async () => {
      const done = `${fixture.dir}/still-done`;
      const started = `${fixture.dir}/still-started`;
      const reply = await ask(`: >${started}; sleep 1; : >${done}`, {shell: 'act', timeoutMs: 600});
      expect(reply).toMatchObject({kind: 'lost', trouble: 'timeout'});
      await until(async () => {
        const seen = await ask(`test -e ${done}`);
        return seen.kind === 'shell' && seen.code === 0;
      }, 'the action to end by itself');
    });

    test('called off: refused when not sent, lost when sent', async () => {
      expect(await ask('echo never', {}, AbortSignal.abort())).toMatchObject({
        kind: 'refused',
        trouble: 'cancelled',
      });
      const stop = new AbortController();
      const asked = ask(`: >${fixture.dir}/called; ${onAndOn()}`, {}, stop.signal);
      await until(async () => {
        const seen = await ask(`test -e ${fixture.dir}/called`, {shell: 'act'});
        return seen.kind === 'shell' && seen.code === 0;
      }, 'the request to begin');
      stop.abort();
      expect(await asked).toMatchObject({kind: 'lost', trouble: 'cancelled'});
      expect(await ask('echo on')).toMatchObject({stdout: 'on\n'});
    });

    test('a copy is whole, is not made twice, and overwrites nothing', async () => {
      const [from, to] = [`${fixture.dir}/copy-from`, `${fixture.dir}/copied/to`].map(parseAbsPath);
      if (from === undefined || to === undefined) throw new Error('two paths');
      const copy = () =>
        fixture.transport.copy(
          {from: {host: LOCAL, path: from}, to: {host: LOCAL, path: to}, stallMs: 60_000},
          () => undefined,
        );
      await ask(`head -c 5000000 /dev/urandom >${from}`);
      expect(await copy()).toMatchObject({
        kind: 'copy',
        code: 0,
        stdout: expect.stringMatching(/copied from/),
      });
      expect(await ask(`cmp ${from} ${to} && ls ${fixture.dir}/copied`)).toMatchObject({stdout: 'to\n'});
      expect(await copy()).toMatchObject({kind: 'copy', code: 0, stdout: expect.stringMatching(/already/)});
      await ask(`echo more >>${to}`);
      expect(await copy()).toMatchObject({kind: 'copy', code: 97, side: 'receiver'});
    });

    test('a shell that ends itself is lost, never ok', async () => {
      expect(await ask('kill -KILL $$')).toMatchObject({kind: 'lost', trouble: 'dropped'});
      expect(await ask('echo back')).toMatchObject({kind: 'shell', stdout: 'back\n'});
    });

    test('cut in the middle: lost, nothing is sent twice, and the next request connects again', async () => {
      const count = `${fixture.dir}/count`;
      const asked = ask(`echo run >>${count}; ${onAndOn()}`);
      await until(async () => {
        const seen = await ask(`test -s ${count}`, {shell: 'act'});
        return seen.kind === 'shell' && seen.code === 0;
      }, 'the request to begin');
      fixture.cut();
      expect(await asked).toMatchObject({kind: 'lost', trouble: 'dropped'});
      expect(await ask(`cat ${count}`)).toMatchObject({kind: 'shell', stdout: 'run\n'});
    });
  });
};
