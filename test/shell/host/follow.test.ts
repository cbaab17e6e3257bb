import {type ChildProcess, spawn} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, test} from 'vitest';
import {followed} from '../../../src/host/follow.ts';
import {keepStates} from '../../../src/transport/keepers.ts';
import {linux, shells} from '../systems/alluxio/homes.ts';

const dir = mkdtempSync(join(tmpdir(), 'lakeup-follow-'));
afterAll(() => rmSync(dir, {recursive: true, force: true}));

/** A command that says for some seconds how far it is, as the backup does, and then what came of it. */
const COMMAND = `printf '%10s\\r' ''
for n in 1 2 3 4 5 6 7; do printf ' at %s\\r' $n; sleep 0.5; printf '%10s\\r%10s\\r' '' ''; done
echo "here it is: 7"
cat
exit 3`;

const begin = (words: readonly string[], name: string): {child: ChildProcess; file: string} => {
  const file = join(dir, name);
  const [program = 'sh', ...more] = words;
  const text = `${followed}
set -eu
echo "$(exec sh -c 'echo $PPID')" >${file}.script
followed ${file} sh -c '${COMMAND.replaceAll("'", `'\\''`)}' tagged-${name}
echo "ended $ended"
echo "ended $ended" >${file}.end`;
  const child = spawn(program, [...more, '-c', `( eval '${text.replaceAll("'", `'\\''`)}' )`], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {...process.env, LAKEUP_FOLLOW: name},
  });
  return {child, file};
};

const exitOf = (child: ChildProcess): Promise<void> =>
  new Promise(resolve => child.once('close', () => resolve()));

/** Processes that the test began, whoever is their parent by now. */
const left = (name: string): Promise<string> =>
  new Promise(resolve => {
    const find = spawn('sh', [
      '-c',
      `grep -lzx 'LAKEUP_FOLLOW=${name}' /proc/[0-9]*/environ 2>/dev/null | grep -v -e "/$$/" -e /self/ || :`,
    ]);
    let out = '';
    find.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    find.once('close', () => resolve(out.trim()));
  });

// Each waits most of the time.
describe.runIf(linux).concurrent.each(shells)('a command that is followed, by $name', ({name, words}) => {
  const tag = (what: string): string => `${what}-${name.replaceAll(' ', '-')}`;

  test('is told of while it is at it, and leaves every byte in its file, its exit code, and nobody', async ({
    expect,
  }) => {
    const {child, file} = begin(words, tag('whole'));
    const keeper = keepStates(1_000);
    const said: string[] = [];
    let errors = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      keeper.keep(chunk);
      if (keeper.says() !== said.at(-1)) said.push(keeper.says());
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    await exitOf(child);
    const states = said.filter(words => words.startsWith('at '));
    // One a second, of seven in three and a half: each is one of them, and later ones come later.
    expect(states.length).toBeGreaterThan(1);
    expect(states.length).toBeLessThan(6);
    for (const state of states) expect(state).toMatch(/^at [1-7]$/);
    expect(states).toEqual(states.toSorted());
    expect(keeper.kept().toString()).toBe('ended 3\n');
    expect(errors).toBe('');
    const printed = readFileSync(file, 'utf8');
    expect(printed.match(/ at \d\r/g)?.length).toBe(7);
    expect(printed.endsWith('here it is: 7\n')).toBe(true);
    await expect.poll(() => left(tag('whole'))).toBe('');
  });

  test('goes on to its end where nobody listens any more', async ({expect}) => {
    const {child, file} = begin(words, tag('cut'));
    child.stdout?.once('data', () => child.stdout?.destroy());
    await expect
      .poll(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('here it is: 7\n'))
      .toBe(true);
    await expect.poll(() => left(tag('cut'))).toBe('');
  });

  test('is told of by nobody once the script has been killed', async ({expect}) => {
    const {child, file} = begin(words, tag('killed'));
    child.stdout?.once('data', () => process.kill(Number(readFileSync(`${file}.script`, 'utf8')), 'SIGKILL'));
    await expect
      .poll(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('here it is: 7\n'))
      .toBe(true);
    await expect.poll(() => left(tag('killed'))).toBe('');
    expect(existsSync(`${file}.end`)).toBe(false);
  });
});
