import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {openLoop, type Pipes, replyText, requestText} from '../../../src/transport/shell-loop.ts';
import {asWritten, realClock} from '../../ssh/fixtures.ts';
import {childPipes, shellsHere} from './shells.ts';

const dir = mkdtempSync(join(tmpdir(), 'lakeup-loop-'));
afterAll(() => rmSync(dir, {recursive: true, force: true}));

describe.each(shellsHere)('the loop in %s', (_, command) => {
  test('answers exactly, one request after another', async () => {
    const loop = await openLoop(childPipes(command), {
      clock: realClock,
      nonce: 'lakeup-1',
      readyMs: 60_000,
      noiseBytes: 1_000,
    });
    if ('kind' in loop) throw new Error(loop.detail.en);
    for (const [script, code, stdout, stderr] of [
      ['echo a; echo b >&2; exit 3', 3, 'a\n', 'b\n'],
      ['cat; printf x', 0, 'x', ''],
      ["echo 'it'\\''s' \"$((1+1))\" # }", 0, "it's 2\n", ''],
      ['cat <<EOF\n}\nEOF', 0, '}\n', ''],
    ] as const) {
      const reply = await loop.run({
        script: asWritten(script),
        timeoutMs: 60_000,
        maxBytes: 1_000,
        kill: true,
      });
      if (reply.kind !== 'reply') throw new Error(reply.detail.en);
      expect({code: reply.code, ...replyText(reply)}).toEqual({code, stdout, stderr, cut: false});
    }
    const said: string[] = [];
    const heard = await loop.run({
      script: asWritten(
        `printf '%9s\\r at 1\\r' ''; sleep 0.5; echo 'on stderr' >&2; sleep 0.5; printf '%9s\\r at 2\\r%9s\\rend\\n' '' ''`,
      ),
      timeoutMs: 60_000,
      maxBytes: 1_000,
      kill: false,
      onSaid: words => void said.push(words),
    });
    if (heard.kind !== 'reply') throw new Error(heard.detail.en);
    expect(said.slice(0, 2)).toEqual(['at 1', 'on stderr']);
    expect(replyText(heard)).toEqual({stdout: 'end\n', stderr: 'on stderr\n', cut: false});
    const broken = await loop.run({
      script: asWritten('if )'),
      timeoutMs: 60_000,
      maxBytes: 1_000,
      kill: true,
    });
    expect(broken.kind === 'reply' && broken.code !== 0).toBe(true);
    expect(loop.alive()).toBe(true);
    loop.drop();
    expect(await loop.run({script: asWritten(':'), timeoutMs: 10, maxBytes: 1, kill: true})).toMatchObject({
      kind: 'refused',
    });
  });

  test('a request that is cut at any byte does not run in part', () => {
    const script = `: >${dir}/made\nrm -rf ${dir}/kept/below`;
    const text = requestText('lakeup-1', 1, script);
    writeFileSync(join(dir, 'kept'), '');
    const [file, ...args] = command;
    // Only the last newline may be missing: then the whole request has arrived.
    for (let cut = 1; cut < text.length - 1; cut += 3) {
      spawnSync(file, args, {input: text.slice(0, cut)});
      expect(existsSync(join(dir, 'made')), `cut at ${cut}`).toBe(false);
      expect(existsSync(join(dir, 'kept'))).toBe(true);
    }
    spawnSync(file, args, {input: text});
    expect(existsSync(join(dir, 'made'))).toBe(true);
    rmSync(join(dir, 'made'));
  });
});

describe('closing the loop ends on the host', () => {
  const open = async () => {
    const pipes = childPipes(['sh']);
    const asked: (number | null)[] = [];
    const spied: Pipes = {
      ...pipes,
      drop: pid => {
        asked.push(pid);
        pipes.drop(pid);
      },
    };
    const options = {clock: realClock, nonce: 'lakeup-2', readyMs: 60_000, noiseBytes: 1_000};
    const loop = await openLoop(spied, options);
    if ('kind' in loop) throw new Error(loop.detail.en);
    return {loop, asked};
  };
  const request = (script: string, kill: boolean) => ({
    script: asWritten(script),
    timeoutMs: 60_000,
    maxBytes: 1_000,
    kill,
  });

  test('nothing after an action: what it has started must outlive the shell', async () => {
    const {loop, asked} = await open();
    await loop.run(request('true', false));
    loop.drop();
    expect(asked).toEqual([null]);
  });

  test('nothing while an action is in hand', async () => {
    const {loop, asked} = await open();
    const running = loop.run(request('sleep 5', false));
    loop.drop();
    expect(await running).toMatchObject({kind: 'lost'});
    expect(asked).toEqual([null]);
  });

  test('nothing after a look, and a look that is in hand', async () => {
    const idle = await open();
    await idle.loop.run(request('true', true));
    idle.loop.drop();
    expect(idle.asked).toEqual([null]);
    const {loop, asked} = await open();
    const running = loop.run(request('sleep 5', true));
    loop.drop();
    expect(await running).toMatchObject({kind: 'lost'});
    expect(asked).toEqual([expect.any(Number)]);
  });
});
