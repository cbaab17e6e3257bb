import {describe, expect, it} from 'vitest';
import {formatProblem} from '../../../src/inventory/problem.ts';
import {parseCluster} from '../../../src/inventory/read-cluster.ts';
import {englishIn} from './english.ts';
import {toy} from './toy.ts';

const GOOD = `clusters:
  lake:
    system: toy
    ssh: {user: ops, port: 2222, identityFile: ~/.ssh/id_ed25519}
    settings: {version: 3.1.2}
    roles:
      store:
        home: /opt/toy//store/
        package: /opt/pkg/toy
        nodes:
          - {name: s-1, host: 10.0.0.1}
          - name: s-2
            host: 10.0.0.2
            home: /data/toy
            port: 7100
            group: hot
            ssh: {user: root}
`;

const read = (file: string, cluster = 'lake') => parseCluster(file, 'inv.yaml', cluster, [toy]);

const problemsOf = (file: string, cluster = 'lake'): readonly string[] => {
  const result = read(file, cluster);
  return result.kind === 'ok' ? [] : result.problems.map(problem => formatProblem(problem, 'en'));
};

const swap = (from: string | RegExp, to: string): string => {
  const changed = GOOD.replace(from, to);
  if (changed === GOOD) throw new Error(`${from} is not in the file`);
  return changed;
};

describe('a good file', () => {
  it('becomes a cluster: defaults filled, role keys inherited, ssh laid over key by key', () => {
    expect(read(GOOD)).toEqual({
      kind: 'ok',
      cluster: {
        name: 'lake',
        system: 'toy',
        settings: {version: '3.1.2'},
        hosts: [
          {id: '10.0.0.1', port: 2222, user: 'ops', identityFiles: ['~/.ssh/id_ed25519']},
          {id: '10.0.0.2', port: 2222, user: 'root', identityFiles: ['~/.ssh/id_ed25519']},
        ],
        nodes: [
          {
            id: 's-1',
            host: '10.0.0.1',
            role: 'store',
            home: '/opt/toy/store',
            fields: {package: '/opt/pkg/toy', port: 7000, mode: 'safe'},
          },
          {
            id: 's-2',
            host: '10.0.0.2',
            role: 'store',
            home: '/data/toy',
            group: 'hot',
            fields: {package: '/opt/pkg/toy', port: 7100, mode: 'safe'},
          },
        ],
      },
    });
  });

  it('may use anchors and merge keys', () => {
    const file = GOOD.replace('ssh: {user: root}', 'ssh: &root {user: root}').concat(
      '          - {name: s-3, host: 10.0.0.3, ssh: *root}\n',
    );
    expect(read(file).kind).toBe('ok');
  });

  it('is not troubled by another cluster of the same file', () => {
    const file = `${GOOD}  other: {system: nonsense}\n`;
    expect(read(file).kind).toBe('ok');
  });
});

describe('a wrong file says where, what and what to write', () => {
  const cases: readonly (readonly [string, string, readonly RegExp[]])[] = [
    ['an empty file', '', [/^inv\.yaml:1:1: must be a block of keys, got nothing/]],
    [
      'no clusters',
      'systems: {}',
      [/1:1: systems: unknown key/, /1:1: clusters is missing\n {2}→ begin the file/],
    ],
    [
      'a tab',
      'clusters:\n\tlake: {}',
      [/^inv\.yaml:2:\d+: a tab stands where YAML wants spaces\n.*two spaces/],
    ],
    [
      'an open bracket',
      'clusters:\n  lake: {system: toy',
      [/^inv\.yaml:2:21: .*a bracket before it is not closed/],
    ],
    ['a bad indent', 'clusters:\n  lake:\n    system: toy\n   roles: {}', [/^inv\.yaml:4:\d+: /]],
    ['a key twice', swap('system: toy', 'system: toy\n    system: toy'), [/:4:5: this key stands twice/]],
    [
      'an unknown top key',
      `${GOOD}cluster: {}\n`,
      [/:18:1: cluster: unknown key "cluster"\n {2}→ did you mean "clusters"\?/],
    ],
    [
      'an unknown cluster key',
      swap('settings:', 'setings:'),
      [
        /settings\.version: version is missing/,
        /:5:5: .*unknown key "setings"\n {2}→ did you mean "settings"/,
      ],
    ],
    [
      'an unknown role',
      swap('store:', 'stroe:'),
      [/:7:7: .*\n.*did you mean "store"/, /roles: role store \(STORE\) is missing/],
    ],
    [
      'an unknown node key',
      swap('port: 7100', 'prot: 7100'),
      [/:15:13: .*nodes\[1\]\.prot: unknown key "prot"\n {2}→ did you mean "port"/],
    ],
    [
      'an unknown ssh key',
      swap('{user: root}', '{usr: root}'),
      [/:17:19: .*unknown key "usr"\n {2}→ did you mean "user"/],
    ],
    [
      'an unknown key far from all',
      swap('port: 7100', 'colour: red'),
      [/unknown key "colour"\n {2}→ remove it, or use one of: group, home/],
    ],
    [
      'an unknown system',
      swap('system: toy', 'system: tpy'),
      [/:3:13: clusters\.lake\.system: this system is not known\n {2}→ write "system: toy"/],
    ],
    ['no system', swap('    system: toy\n', ''), [/system is missing/]],
    ['an empty home', swap('home: /data/toy', 'home: ""'), [/:14:19: .*home: "" is empty/]],
    [
      'a relative home',
      swap('home: /data/toy', 'home: data/toy'),
      [/:14:19: .*is relative; write the whole path/],
    ],
    ['/ as home', swap('home: /data/toy', 'home: //'), [/:14:19: .*is the root directory/]],
    [
      'a system directory as home',
      swap('home: /opt/toy//store/', 'home: /usr/local/'),
      [/:8:15: .*is the system directory \/usr\/local/],
    ],
    ['a home with ..', swap('home: /data/toy', 'home: /opt/toy/../..'), [/holds \. or \.\./]],
    [
      'a missing package',
      swap('        package: /opt/pkg/toy\n', ''),
      [
        /:10:13: .*nodes\[0\]: package is missing\n {2}→ write "package: …" here, or once above "nodes"/,
        /nodes\[1\]: package is missing/,
      ],
    ],
    [
      'a role package that is wrong, said once',
      swap('package: /opt/pkg/toy', 'package: toy'),
      [/:9:18: .*roles\.store\.package: "toy" is relative/],
    ],
    [
      'a text for a number',
      swap('port: 7100', 'port: "7100"'),
      [/:15:19: .*must be a number, got "7100"\n {2}→ write a number without quotes/],
    ],
    [
      'a number for a text',
      swap('host: 10.0.0.2', 'host: 10'),
      [/:13:19: .*must be a text, got 10\n {2}→ write a text, in quotes/],
    ],
    [
      'a port out of range',
      swap('port: 7100', 'port: 70000'),
      [/is out of range: got 70000\n {2}→ write a number of at most 65535/],
    ],
    ['a word that is no option', swap('port: 7100', 'mode: quick'), [/is none of fast, safe: got "quick"/]],
    [
      'a value that is empty',
      swap('home: /data/toy', 'home:'),
      [/:14:\d+: .*home: must be a text, got nothing/],
    ],
    [
      'a version read as a number',
      swap('version: 3.1.2', 'version: 3.1'),
      [/:5:25: .*must be a text, got 3\.1\n.*in quotes/],
    ],
    [
      'a version in the wrong form',
      swap('version: 3.1.2', 'version: latest'),
      [/write: a version such as 3\.1\.2/],
    ],
    [
      'a bad node name',
      swap('name: s-1', 'name: "s 1"'),
      [/:11:20: .*name: "s 1" does not have the right form\n {2}→ write: letters, digits/],
    ],
    [
      'a bad host name',
      swap('host: 10.0.0.1', 'host: "a b"'),
      [/"a b" does not have .*\n.*write: a host name/],
    ],
    [
      'a host name with a port',
      swap('host: 10.0.0.1', 'host: "10.0.0.1:2222"'),
      [
        /"10\.0\.0\.1:2222" holds a port\n.*write "host: 10\.0\.0\.1"; if 2222 is the port of its sshd, "ssh: \{port: 2222\}" too/,
      ],
    ],
    [
      'a bad group',
      swap('group: hot', 'group: "a b"'),
      [/"a b" does not have .*\n.*write: letters.*at most 64/],
    ],
    [
      'two nodes of one name',
      swap('name: s-2', 'name: s-1'),
      [/:12:19: .*nodes\[1\]\.name: line 11 has a node named s-1 too\n.*a name of its own/],
    ],
    [
      'two nodes in one place',
      swap('home: /data/toy', 'home: /opt/toy/store')
        .replace('host: 10.0.0.2', 'host: 10.0.0.1')
        .replace('ssh: {user: root}', 'mode: fast'),
      [
        /:13:19: .*s-2 is in the same place as s-1 \(line 11\): \/opt\/toy\/store on 10\.0\.0\.1\n.*own host or its own home/,
      ],
    ],
    [
      'one host reached in two ways',
      swap('host: 10.0.0.2', 'host: 10.0.0.1'),
      [/10\.0\.0\.1 is reached in two different ways/],
    ],
    ['a role without nodes', swap(/nodes:[\s\S]*/, 'nodes: []\n'), [/:10:16: .*role store has no nodes/]],
    ['a role that is a list', swap(/store:[\s\S]*/, 'store: [a]\n'), [/must be a block of keys, got a list/]],
    [
      'a node that is a word',
      `${GOOD}          - s-3\n`,
      [/:18:13: .*nodes\[2\]: must be a block of keys, got "s-3"/],
    ],
    [
      'a missing role',
      swap(/roles:[\s\S]*/, 'roles: {}\n'),
      [/role store \(STORE\) is missing\n {2}→ add "store:"/],
    ],
    [
      'a relative key file',
      swap('~/.ssh/id_ed25519', 'id_ed25519'),
      [/:4:\d+: .*identityFile: "id_ed25519" is not a whole path/],
    ],
  ];
  it.each(cases)('%s', (_, file, expected) => {
    const problems = problemsOf(file);
    expect(problems).toHaveLength(expected.length);
    for (const [i, pattern] of expected.entries()) expect(problems[i]).toMatch(pattern);
  });

  it.each(cases)('%s, in Chinese without English words', (_, file) => {
    const result = read(file);
    if (result.kind === 'ok') throw new Error('nothing is wrong');
    for (const problem of result.problems) expect(englishIn(problem, file)).toEqual([]);
  });

  it('says in Chinese what a form of the system looks like, where the system says it only in English', () => {
    const result = read(swap('version: 3.1.2', 'version: latest'));
    const [problem] = result.kind === 'ok' ? [] : result.problems;
    expect(problem?.fix.zh).toBe('格式要求：/^\\d+\\.\\d+\\.\\d+$/');
  });

  it('names the clusters there are when the asked one is not', () => {
    expect(problemsOf(GOOD, 'lakes')[0]).toMatch(
      /there is no cluster "lakes"\n.*did you mean "lake"\? The file has: lake$/,
    );
    expect(problemsOf(GOOD, 'constructor')[0]).toMatch(/there is no cluster "constructor"/);
  });

  it('says everything at once, in the order of the file', () => {
    const file = swap('port: 7100', 'prot: 7100')
      .replace('home: /data/toy', 'home: data')
      .replace('name: s-1', 'name: ""');
    const lines = problemsOf(file).map(problem => Number(problem.split(':')[1]));
    expect(lines).toEqual([11, 14, 15]);
  });

  it.each([
    ['the second', swap('port: 7100', 'port: none').replace('name: s-2', 'name: s-1')],
    ['the first', GOOD.replace('host: 10.0.0.1}', 'host: "a b"}').replace('name: s-2', 'name: s-1')],
    ['the role', swap('package: /opt/pkg/toy', 'package: pkg').replace('name: s-2', 'name: s-1')],
  ])('tells two nodes of one name while %s has another fault', (_, file) => {
    const problems = problemsOf(file);
    expect(problems).toHaveLength(2);
    expect(problems).toContainEqual(expect.stringMatching(/line 11 has a node named s-1 too/));
  });

  it('tells two nodes in one place while one of them has another fault', () => {
    const file = swap('home: /data/toy', 'home: /opt/toy/store')
      .replace('10.0.0.2', '10.0.0.1')
      .replace('ssh: {user: root}', 'mode: slow');
    expect(problemsOf(file).join('\n')).toMatch(/s-2 is in the same place as s-1[\s\S]*mode/);
  });

  it('says it in Chinese too', () => {
    const result = read(swap('home: /data/toy', 'home: data/toy'));
    const [problem] = result.kind === 'problems' ? result.problems : [];
    expect(problem && formatProblem(problem, 'zh')).toMatch(
      /"data\/toy" 是相对路径；请写以 \/ 开头的完整路径/,
    );
  });
});

describe('secrets', () => {
  it('are refused, and point to the variable that holds them', () => {
    const [problem = ''] = problemsOf(swap('version: 3.1.2', 'version: 3.1.2, sqlPassword: hunter2'));
    expect(problem).toMatch(
      /unknown key "sqlPassword"\n.*secrets never stand in the file: write "sqlPasswordEnv: NAME"/,
    );
  });

  it.each([
    'sqlPassword: hunter2',
    'sqlPasswordEnv: hunter2',
    'sqlPasswordEnv: [hunter2]',
    'sqlPasswordEnv: "hunter2',
    'password: "hunter2": hunter2',
  ])('are never repeated: %s', line => {
    const problems = problemsOf(
      swap('settings: {version: 3.1.2}', `settings:\n      version: 3.1.2\n      ${line}`),
    );
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join('\n')).not.toContain('hunter2');
  });
});
