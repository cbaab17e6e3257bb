import {appendFileSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {sh} from '../../src/lib/sh.ts';
import {bare} from '../../src/model/script.ts';
import {openTransport} from '../../src/transport/transport.ts';
import {hostOf, hostsOf, LOCAL, testEnv, until} from './fixtures.ts';
import {sshdMissing, startSshd} from './real-sshd.ts';

const missing = sshdMissing();

/** Processes of this machine that have that file's name in their command line. */
const readersOf = (file: string): readonly string[] =>
  readdirSync('/proc').filter(name => {
    if (!/^\d+$/.test(name) || !existsSync(`/proc/${name}/cmdline`)) return false;
    try {
      const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
      return words[0]?.endsWith('tail') === true && words.includes(file);
    } catch {
      return false;
    }
  });

const start = async () => {
  const sshd = await startSshd();
  const transport = openTransport(hostsOf(hostOf(sshd)), testEnv());
  onTestFinished(async () => {
    await transport.close();
    await sshd.stop();
  });
  const file = join(sshd.dir, "a log's name");
  writeFileSync(file, 'first\n');
  const over = new AbortController();
  let said = '';
  const ended = transport.follow(
    LOCAL,
    file,
    piece => {
      said += piece;
    },
    over.signal,
  );
  return {sshd, transport, file, over, ended, said: () => said};
};

describe.skipIf(missing !== null)('a log that is followed on a real host', () => {
  test('is read from its end, goes on, also under its name when it is moved away, and leaves nobody behind', async () => {
    const {file, over, ended, said} = await start();
    await until(() => said().includes('first'), 'what is there already');
    appendFileSync(file, 'second\n');
    await until(() => said().includes('second'), 'what comes');
    renameSync(file, `${file}.1`);
    writeFileSync(file, 'third\n');
    await until(() => said().includes('third'), 'what comes in the new one');
    expect(readersOf(file)).toHaveLength(1);
    over.abort();
    expect(await ended).toBeNull();
    await until(() => readersOf(file).length === 0, 'its reader to end');
  });

  test('leaves nobody behind when the link is cut, though it says nothing any more', async () => {
    const {sshd, file, ended, said} = await start();
    await until(() => said().includes('first'), 'what is there already');
    await sshd.killSessions();
    expect(await ended).not.toBeNull();
    await until(() => readersOf(file).length === 0, 'its reader to end');
  });

  test('that is not there says so, with what is', async () => {
    const {transport, sshd} = await start();
    let said = '';
    const end = await transport.follow(
      LOCAL,
      join(sshd.dir, 'no such log'),
      piece => {
        said += piece;
      },
      new AbortController().signal,
    );
    expect(end?.en).toContain('1');
    expect(said).toContain('there is no');
    expect(said).toContain("a log's name");
  });

  test('that floods keeps nobody from their work', async () => {
    const {transport, file, said} = await start();
    await until(() => said().includes('first'), 'what is there already');
    appendFileSync(file, 'x'.repeat(99).concat('\n').repeat(200_000));
    const reply = await transport.ask(LOCAL, {
      kind: 'shell',
      shell: 'look',
      script: bare('true', sh`true`),
      timeoutMs: 10_000,
      maxBytes: 1_000,
    });
    expect(reply.kind).toBe('shell');
    expect(said().length).toBeLessThan(20_000_000);
  });
});
