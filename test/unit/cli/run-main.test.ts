import {mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, it} from 'vitest';
import {vaultFake} from '../../systems/vault/fake.ts';
import {vault} from '../../systems/vault/system.ts';
import {runCli} from './outside.ts';

const dir = mkdtempSync(join(tmpdir(), 'lakeup-cli-test-'));
afterAll(() => rmSync(dir, {recursive: true, force: true}));

const write = (name: string, text: string): string => {
  const file = join(dir, name);
  writeFileSync(file, text);
  return file;
};

const GOOD = write(
  'good.yaml',
  `clusters:
  v:
    system: vault
    ssh: {port: 1, knownHosts: ${dir}/known_hosts, identityFile: ${dir}/key}
    roles:
      store: {home: /srv/vault, package: /srv/pkg, nodes: [{name: s-1, host: 127.0.0.1}]}
      router: {home: /srv/router, package: /srv/pkg, nodes: [{name: r-1, host: 127.0.0.1}]}
`,
);

describe('what is said and the exit code', () => {
  it.each([
    [['--version'], 0, /^dev\n$/, /^$/],
    [
      ['--help'],
      0,
      /lakeup upgrade my-lake -i inventory\.yaml[\s\S]*Exit codes:[\s\S]*143 {2}ended by SIGTERM/,
      /^$/,
    ],
    [['--help', '--lang', 'zh'], 0, /退出码：/, /^$/],
    [['upgrade', '--help'], 0, /Until the first confirmation\s+nothing is changed/, /^$/],
    [[], 2, /Usage: lakeup/, /^$/],
    [['upgrad', 'x'], 2, /^$/, /unknown command 'upgrad'\n\(Did you mean upgrade\?\)/],
    [['upgrade', 'x'], 2, /^$/, /required option '-i, --inventory <file>'/],
    [
      ['upgrade', 'x', '-i', join(dir, 'none.yaml')],
      2,
      /^$/,
      /none\.yaml does not exist\nto do: give the inventory/,
    ],
    [['upgrade', 'x', '-i', dir], 2, /^$/, /is a directory/],
    [
      ['upgrade', 'w', '-i', GOOD],
      2,
      /^$/,
      /good\.yaml:1:1: clusters: there is no cluster "w"\n.*The file has: v/,
    ],
    [
      ['upgrade', 'v', '-i', GOOD],
      2,
      /^$/,
      /there is no terminal to press it on\nto do: run it in a terminal/,
    ],
    [['upgrade', 'v', '-i', GOOD, '--lang', 'zh'], 2, /^$/, /每个阶段都需要按键确认/],
    [['demo', '--speed', 'fast'], 2, /^$/, /a number from 0\.1 to 100/],
    [
      ['demo', '--scenario', 'nothing'],
      2,
      /^$/,
      /there is no scenario "nothing"\nto do: choose one of\n[\s\S]*\n {2}start /,
    ],
    [['help'], 0, /^Usage: lakeup/, /^$/],
    [['help', 'upgrade'], 0, /^Usage: lakeup upgrade/, /^$/],
    [['help', 'nope'], 2, /^$/, /Usage: lakeup/],
    [['undo'], 2, /^$/, /no run is open; one that has ended is taken back by its name: `lakeup undo RUN`/],
    [['resume'], 2, /^$/, /there is no run that could be resumed\nto do: `lakeup runs`/],
    [['resume', '20260101-000000-abcd'], 2, /^$/, /there is no run 20260101-000000-abcd/],
    [['runs'], 0, /^$/, /No runs in/],
    [['runs', '--json'], 0, /^\[\]\n$/, /^$/],
    [['--theme', 'pink', 'runs'], 2, /^$/, /Allowed choices are dark, light, plain, ascii/],
  ])('%j → %i', async (argv, code, stdout, stderr) => {
    const said = await runCli(argv);
    expect(said).toMatchObject({code});
    expect(said.stdout).toMatch(stdout);
    expect(said.stderr).toMatch(stderr);
  });

  it.each([
    [['--system', 'nothing'], /there is no system "nothing" to show\nto do: choose one of: vault/],
    [['--from', 'last'], /vault cannot be shown at "last"\nto do: versions are written like 1\.0 or 2\.0/],
    [['--system', 'vault', '--to', '2'], /vault cannot be shown at "2"/],
  ])('a demo of what cannot be shown: %j', async (asked, stderr) => {
    const said = await runCli(['demo', '--serve', ...asked], {}, {fakes: [vaultFake]});
    expect(said.code).toBe(2);
    expect(said.stderr).toMatch(stderr);
  });

  it('speaks the language of the locale', async () => {
    const {stderr} = await runCli(['resume'], {LANG: 'zh_CN.UTF-8'});
    expect(stderr).toMatch(/没有可以恢复的运行/);
  });

  it('tells a bug from an error of the operator, with its stack', async () => {
    const {code, stderr} = await runCli(
      ['status', 'v', '-i', GOOD],
      {},
      {
        systems: [
          Object.defineProperty({...vault}, 'name', {
            get: () => {
              throw new Error('broken system');
            },
          }),
        ],
      },
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/This is a bug of lakeup[\s\S]*broken system\n\s+at /);
  });
});

describe('a phase that nobody could confirm', () => {
  const upgrade = ['upgrade', 'v', '-i', GOOD];

  it.each([
    [
      'no terminal',
      upgrade,
      {},
      false,
      /there is no terminal to press it on\nto do: run it in a terminal \(over ssh/,
    ],
    [
      'neither a terminal nor a screen',
      [...upgrade, '--json'],
      {},
      false,
      /there is no terminal to press it on\nto do: run it in a terminal, without --json \(over ssh/,
    ],
    [
      'lines instead of the screen',
      [...upgrade, '--plain'],
      {},
      true,
      /confirmed by a key press on the screen, and --plain opens none\nto do: leave out --plain;/,
    ],
    [
      'JSON instead of the screen',
      ['demo', '--json', '--plain'],
      {},
      true,
      /and --plain and --json open none\nto do: leave out --plain and --json; .*`lakeup demo --autopilot`/,
    ],
    [
      'a terminal that can draw nothing',
      upgrade,
      {TERM: 'dumb'},
      true,
      /on this terminal \(TERM=dumb\)\nto do: set TERM/,
    ],
    [
      'the same in Chinese',
      [...upgrade, '--plain', '--lang', 'zh'],
      {},
      true,
      /而 --plain 不打开屏幕\n处理: 请去掉 --plain/,
    ],
  ])('%s: says what is so', async (_, argv, env, terminal, words) => {
    const {code, stdout, stderr} = await runCli(argv, env, {terminal});
    expect({code, stdout}).toEqual({code: 2, stdout: ''});
    expect(stderr).toMatch(words);
  });
});

describe('a host that cannot be reached', () => {
  it('is shown as unseen by status, which changes and leaves nothing', async () => {
    write('known_hosts', '');
    const {code, stdout, state} = await runCli(['status', 'v', '-i', GOOD, '--json'], {HOME: dir});
    expect(code).toBe(1);
    const {nodes} = JSON.parse(stdout);
    expect(nodes).toHaveLength(2);
    expect(nodes[0]).toMatchObject({node: 's-1', role: 'store', host: '127.0.0.1', group: null});
    expect(nodes[0].silent).toMatch(/./);
    expect(readdirSync(state)).toEqual([]);
  });
});

describe('doctor', () => {
  it('says what is missing here, and fails only where lakeup cannot work', async () => {
    const {code, stdout} = await runCli(['doctor'], {HOME: dir, LANG: 'C'});
    expect(code).toBe(0);
    expect(stdout).toMatch(/✓ node: v\d+/);
    expect(stdout).toMatch(/! terminal: none/);
    expect(stdout).toMatch(/! characters: "C" does not say UTF-8: use --ascii/);
    expect(stdout).toMatch(/! agent: SSH_AUTH_SOCK is not set/);
    expect(stdout).toMatch(/✓ ssh2: with/);
  });

  it('fails where runs cannot be kept', async () => {
    const file = write('not-a-directory', '');
    const {code, stdout} = await runCli(['doctor'], {HOME: dir, XDG_STATE_HOME: join(file, 'below')});
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ state directory: .* cannot be written: set XDG_STATE_HOME/);
  });
});

describe('a run that cannot be read', () => {
  it('contradicts itself: listed with the reason, and the other runs with it', async () => {
    const state = join(dir, 'state-contradicting');
    const run = join(state, 'lakeup/runs/20260101-000000-dcba');
    mkdirSync(run, {recursive: true});
    writeFileSync(join(run, 'journal.ndjson'), '{"seq":0,"at":1,"type":"run.left"}\n');
    const list = await runCli(['runs'], {XDG_STATE_HOME: state});
    expect(list.stdout).toMatch(/20260101-000000-dcba .*contradicts itself/);
    expect(list.code).toBe(0);
  });

  it('is listed with the reason, and not resumed', async () => {
    const state = join(dir, 'state');
    const run = join(state, 'lakeup/runs/20260101-000000-abcd');
    mkdirSync(run, {recursive: true});
    writeFileSync(join(run, 'journal.ndjson'), '{"not": "an event"}\n{"nor": "this"}\n');
    const list = await runCli(['runs'], {XDG_STATE_HOME: state});
    expect(list.stdout).toMatch(/20260101-000000-abcd {2}\S/);
    const {code, stderr} = await runCli(['resume', '20260101-000000-abcd'], {XDG_STATE_HOME: state});
    expect(code).toBe(2);
    expect(stderr).toMatch(/run 20260101-000000-abcd: \S/);
  });
});
