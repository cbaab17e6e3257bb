import {describe, expect, it} from 'vitest';
import {inventoryJsonSchema} from '../../../src/inventory/json-schema.ts';
import {formatProblem} from '../../../src/inventory/problem.ts';
import {parseCluster} from '../../../src/inventory/read-cluster.ts';
import {englishIn} from './english.ts';
import {toy} from './toy.ts';

type Line = readonly [role: string, name: string, host: string, home: string | null];

/** A node as one word: "store s-1 h1 /a", or without a home "client c-1 h1". */
const lineOf = (words: string): Line => {
  const [role = '', name = '', host = '', home = null] = words.split(' ');
  return [role, name, host, home];
};

/** An inventory of those nodes, each on a line of its own, below its role. */
const fileOf = (nodes: readonly string[]): string => {
  const byRole = new Map<string, Line[]>();
  for (const line of nodes.map(lineOf)) byRole.set(line[0], [...(byRole.get(line[0]) ?? []), line]);
  const roles = [...byRole].flatMap(([role, lines]) => [
    `      ${role}:`,
    ...(role === 'client' ? ['        command: run'] : ['        package: /opt/pkg']),
    '        nodes:',
    ...lines.map(
      ([, name, host, home]) =>
        `          - {name: ${name}, host: ${host}${home === null ? '' : `, home: ${home}`}}`,
    ),
  ]);
  return [
    'clusters:',
    '  lake:',
    '    system: toy',
    '    settings: {version: 3.1.2}',
    '    roles:',
    ...roles,
    '',
  ].join('\n');
};

const read = (nodes: readonly string[]) => parseCluster(fileOf(nodes), 'inv.yaml', 'lake', [toy]);

const problemsOf = (nodes: readonly string[]): readonly string[] => {
  const result = read(nodes);
  return result.kind === 'ok' ? [] : result.problems.map(problem => formatProblem(problem, 'en'));
};

/** Every cluster of the toy needs one. */
const STORE = 'store s-1 h0 /s';

describe('several nodes on one host', () => {
  it.each([
    ['homes apart', ['store s-2 h1 /a', 'store s-3 h1 /b']],
    ['one home on two hosts', ['store s-2 h1 /a', 'store s-3 h2 /a']],
    ['two roles that share', ['master m-1 h1 /a', 'jobs j-1 h1 /a']],
    ['two roles that share, written otherwise', ['master m-1 h1 /a', 'jobs j-1 h1 //a/']],
    ['roles that could share and do not', ['master m-1 h1 /a', 'jobs j-1 h1 /b']],
    ['a role without homes, twice', ['client c-1 h1', 'client c-2 h1']],
    [
      'a role without homes beside others',
      ['master m-1 h1 /a', 'jobs j-1 h1 /a', 'client c-1 h1', 'store s-2 h1 /b'],
    ],
  ])('%s', (_, nodes) => {
    expect(problemsOf([STORE, ...nodes])).toEqual([]);
  });

  it('make one host, and each is on it with its own home, or none', () => {
    const result = read([STORE, 'master m-1 h1 /a', 'jobs j-1 h1 /a', 'client c-1 h1']);
    if (result.kind !== 'ok') throw new Error('it has problems');
    const {hosts, nodes} = result.cluster;
    expect(hosts.map(({id}) => id)).toEqual(['h0', 'h1']);
    expect(nodes.map(({id, host, home}) => `${id} ${host} ${home}`)).toEqual([
      's-1 h0 /s',
      'm-1 h1 /a',
      'j-1 h1 /a',
      'c-1 h1 null',
    ]);
  });

  const CLASHES: readonly (readonly [string, readonly string[], RegExp])[] = [
    [
      'one role twice in a home',
      ['cache c-1 h1 /a', 'cache c-2 h1 /a'],
      /^inv\.yaml:14:\d+: .*cache\.nodes\[1\]\.host: c-2 is in the same place as c-1 \(line 13\): \/a on h1\n {2}→ give one of them its own host or its own home$/,
    ],
    [
      'one role twice in a home, although it shares with others',
      ['master m-1 h1 /a', 'master m-2 h1 /a'],
      /^inv\.yaml:14:\d+: .*m-2 is in the same place as m-1 \(line 13\): \/a on h1\n {2}→ give one of them its own host or its own home$/,
    ],
    [
      'two roles that do not share',
      ['cache c-1 h0 /s'],
      /^inv\.yaml:13:\d+: .*c-1 is in the same place as s-1 \(line 9\): \/s on h0\n {2}→ a node of role cache shares its home with no other: give one of them/,
    ],
    [
      'a role that shares and one that does not',
      ['master m-1 h0 /s'],
      /m-1 is in the same place as s-1 \(line 9\).*\n {2}→ a node of role store shares its home with no other: /,
    ],
    [
      'a third node in a shared home',
      ['master m-1 h1 /a', 'jobs j-1 h1 /a', 'jobs j-2 h1 /a'],
      /:18:\d+: .*j-2 is in the same place as j-1 \(line 17\): \/a on h1/,
    ],
  ];
  it.each(CLASHES)('may not be: %s', (_, nodes, words) => {
    const problems = problemsOf([STORE, ...nodes]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(words);
  });

  it.each(CLASHES)('may not be, said in Chinese: %s', (_, nodes) => {
    const result = read([STORE, ...nodes]);
    const [problem] = result.kind === 'ok' ? [] : result.problems;
    expect(problem?.message.zh).toMatch(/与 \w-1（第 \d+ 行）位置相同：/);
    expect(problem && englishIn(problem, fileOf([STORE, ...nodes]))).toEqual([]);
  });
});

describe('a role whose nodes have no home', () => {
  it.each([
    [
      'at a node',
      [STORE, 'client c-1 h1 /a'],
      /^inv\.yaml:13:\d+: .*client\.nodes\[0\]\.home: a node of role client has no home\n {2}→ remove "home"$/,
    ],
    ['at a node, however empty', [STORE, 'client c-1 h1 null'], /a node of role client has no home/],
  ])('is told so: %s', (_, nodes, words) => {
    const problems = problemsOf(nodes);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(words);
  });

  it('is told so once where it stands for the whole role', () => {
    const file = fileOf([STORE, 'client c-1 h1', 'client c-2 h2']).replace(
      'command: run',
      'command: run\n        home: /a',
    );
    const result = parseCluster(file, 'inv.yaml', 'lake', [toy]);
    const problems = result.kind === 'ok' ? [] : result.problems;
    expect(problems.map(problem => formatProblem(problem, 'en'))).toEqual([
      'inv.yaml:12:9: clusters.lake.roles.client.home: a node of role client has no home\n  → remove "home"',
    ]);
    expect(problems.map(problem => formatProblem(problem, 'zh'))).toEqual([
      'inv.yaml:12:9: clusters.lake.roles.client.home: 角色 client 的节点没有 home\n  → 请删除“home”',
    ]);
  });

  it('is not asked for one, while others are', () => {
    expect(problemsOf([STORE, 'client c-1 h1'])).toEqual([]);
    expect(problemsOf([STORE, 'master m-1 h1'])[0]).toMatch(
      /:13:\d+: .*home is missing\n {2}→ write "home: …" here/,
    );
  });

  it('has the fields that its own schema made', () => {
    const result = read([STORE, 'client c-1 h1']);
    const found = result.kind === 'ok' ? result.cluster.nodes.find(({role}) => role === 'client') : null;
    expect(found).toEqual({
      id: 'c-1',
      host: 'h1',
      role: 'client',
      home: null,
      fields: {command: 'run', read: true},
    });
  });

  it('has no home in the JSON Schema either', () => {
    const schema = JSON.stringify(inventoryJsonSchema([toy]));
    const ofRole = (name: string): string =>
      schema.split(`"${name}":{"type":"object"`)[1]?.split(`"description":"${name.toUpperCase()}"`)[0] ?? '';
    expect(ofRole('client')).toContain('"command"');
    expect(ofRole('client')).not.toContain('"home"');
    expect(ofRole('master').match(/"home"/g)).toHaveLength(2);
  });
});
