import {describe, expect, test} from 'vitest';
import {z} from 'zod';
import type {Problem} from '../../../src/inventory/problem.ts';
import {parseCluster} from '../../../src/inventory/read-cluster.ts';
import type {Described} from '../../../src/inventory/shape.ts';
import {toy} from '../inventory/toy.ts';
import {textsIn} from './sentences.ts';

/*
 * What the reader of inventories tells somebody to write is written, by the very words where it prints any, and the file is read.
 */

const system = {
  ...toy,
  settings: z.strictObject({
    version: z.string().regex(/^\d+\.\d+\.\d+$/, 'a version such as 3.1.2'),
    sqlPasswordEnv: z.string().optional(),
    isFast: z.boolean().optional(),
    names: z.array(z.string()).min(1).optional(),
    times: z.int().min(2).optional(),
    share: z.number().min(1).optional(),
    word: z.string().min(1).optional(),
    either: z.union([z.literal('a'), z.int()]).optional(),
    never: z.date().optional(),
  }),
};
/** One without a password at all. */
const bare = {...system, settings: system.settings.omit({sqlPasswordEnv: true})};
/** One whose clients have to be there. */
const needsClients = {
  ...system,
  roles: system.roles.map(role => (role.name === 'client' ? {...role, optional: false} : role)),
};

const GOOD = `clusters:
  lake:
    system: toy
    ssh: {user: ops, port: 2222, identityFile: ~/.ssh/id_ed25519}
    settings: {version: 3.1.2}
    roles:
      store:
        home: /opt/toy/store
        package: /opt/pkg/toy
        nodes:
          - {name: s-1, host: 10.0.0.1}
          - {name: s-2, host: 10.0.0.2, home: /data/toy, port: 7100, ssh: {user: root}}
`;

const problemsOf = (file: string, cluster: string, of: Described): readonly Problem[] => {
  const read = parseCluster(file, 'inv.yaml', cluster, [of]);
  return read.kind === 'ok' ? [] : read.problems;
};

const swap =
  (from: string | RegExp, to: string) =>
  (file: string): string => {
    const changed = file.replace(from, to);
    if (changed === file) throw new Error(`${from} is not in the file`);
    return changed;
  };

type Row = {
  readonly wrong: (good: string) => string;
  readonly says: RegExp;
  /** What somebody writes who reads that; `said`: what it says. */
  readonly follows: (wrong: string, said: RegExpExecArray) => string;
  readonly cluster?: string;
  readonly of?: Described;
};

/** It is done by undoing what was wrong, as the words say. */
const row = (from: string | RegExp, to: string, says: RegExp, follows: Row['follows']): Row => ({
  ...{wrong: swap(from, to), says, follows},
});
const setting = (line: string, says: RegExp, right: string): Row =>
  row('version: 3.1.2', `version: 3.1.2, ${line}`, says, swap(line, right));
/** What is printed between the first quotes takes its place. */
const printed =
  (place: string | RegExp): Row['follows'] =>
  (file, [, words = '']) =>
    swap(place, words)(file);

const NEW_NODE = '          - {name: s-1, host: 10.0.0.9}\n';

const CLIENT = '      client: {nodes: [{name: c-1, host: 10.0.0.3, command: x}]}\n';

const ROWS: readonly Row[] = [
  // YAML.
  row('    system', '\tsystem', /^indent with two spaces instead of the tab$/, swap('\t', '    ')),
  row(
    '    system',
    '     system',
    /^begin it in the same column as the other keys of its block/,
    swap('     system', '    system'),
  ),
  row('system: toy', 'system: toy\n    system: toy', /^keep one of the two$/, swap('    system: toy\n', '')),
  row(
    '{version: 3.1.2}',
    '{version: "3.1.2}',
    /^close what was opened before this place/,
    swap('"3.1.2', '"3.1.2"'),
  ),
  row(
    'system: toy',
    '"system\n      x": toy',
    /^write "key: value" on one line/,
    swap('"system\n      x": toy', 'system: toy'),
  ),
  row(
    'system: toy',
    'system: toy: x',
    /^put the block on the next line, indented, or quote a value that holds ": "$/,
    swap('toy: x', '"toy"'),
  ),
  row(
    'clusters:',
    'x: 1\n---\nclusters:',
    /^remove the "---" line, or split the file$/,
    swap('x: 1\n---\n', ''),
  ),
  row(
    '{user: root}',
    '*root',
    /^define the anchor first, or write the value out$/,
    swap('*root', '{user: root}'),
  ),
  row(
    'system: toy',
    'system: @toy',
    /quote values that hold : # \{ \} \[ \] , & \* or @$/,
    swap('@toy', '"toy"'),
  ),
  {
    wrong: good =>
      `${['a: &a0 [x, x, x, x, x]', ...Array.from({length: 9}, (_, i) => `b${i}: &a${i + 1} [${`*a${i}, `.repeat(5)}]`)].join('\n')}\n${good}`,
    says: /^write the values out$/,
    follows: swap(/a: &a0[\s\S]*(?=clusters:)/, ''),
  },
  row(
    'ssh: {user: root}',
    'ssh: &ssh {user: *ssh}',
    /^write the value out$/,
    swap('&ssh {user: *ssh}', '{user: root}'),
  ),
  row(
    'ssh: {user: root}',
    'ssh: {<<: root}',
    /^name an &anchor that stands before a block of keys, or a list of such$/,
    file => swap('{<<: root}', '{<<: *own}')(swap('ssh: {user: ops', 'ssh: &own {user: ops')(file)),
  ),
  // Keys and blocks.
  row('clusters:', 'systems:', /^begin the file with "(clusters:)"$/, printed('systems:')),
  row('settings:', 'setings:', /^did you mean "(settings)"\?$/, printed('setings')),
  row(', port: 7100', ', colour: red', /^remove it, or use one of: /, swap(', colour: red', '')),
  setting(
    'sqlPassword: x',
    /write "(sqlPasswordEnv: NAME)" with the name of an environment variable$/,
    'sqlPasswordEnv: NAME',
  ),
  {...setting('sqlPassword: x', /^remove it: secrets never stand in the file$/, 'word: x'), of: bare},
  row('system: toy', 'system: tpy', /^write "(system: toy)"$/, printed('system: tpy')),
  row(
    '{version: 3.1.2}',
    'x',
    /^write "key: value" lines, indented$/,
    swap('settings: x', 'settings:\n      version: 3.1.2'),
  ),
  row(
    '        package: /opt/pkg/toy\n',
    '',
    /^write "(package): …" here, or once above "nodes"/,
    swap('        nodes:', '        package: /opt/pkg/toy\n        nodes:'),
  ),
  row(
    /nodes:[\s\S]*/,
    'nodes: []\n',
    /^write "nodes:" and under it one "(- \{name: …, host: …\})" per node$/,
    (file, [, node = '']) =>
      swap('nodes: []', `nodes:\n          ${node.replace('…', 's-1').replace('…', '10.0.0.1')}`)(file),
  ),
  row(/roles:[\s\S]*/, 'roles: {}\n', /^add "(store:)" with its home and nodes$/, (file, [, role = '']) =>
    swap(
      'roles: {}',
      `roles:\n      ${role}\n        home: /opt/toy\n        package: /opt/pkg/toy\n        nodes:\n${NEW_NODE.trimEnd()}`,
    )(file),
  ),
  // Values.
  row(
    'host: 10.0.0.2',
    'host: 10',
    /^write a text, in quotes if it looks like a number$/,
    swap('host: 10,', 'host: "10",'),
  ),
  row('port: 7100', 'port: "7100"', /^write a number without quotes$/, swap('"7100"', '7100')),
  setting('times: 2.5', /^write a whole number without quotes$/, 'times: 3'),
  setting('isFast: quick', /^write true or false$/, 'isFast: true'),
  setting('names: a', /^write a list: one "- …" per line$/, 'names: [a]'),
  setting('names: []', /^write at least 1$/, 'names: [a]'),
  setting('times: 1', /^write a number of at least (2)$/, 'times: 2'),
  row('port: 7100', 'port: 70000', /^write a number of at most (65535)$/, printed('70000')),
  setting('word: ""', /^write at least one character$/, 'word: x'),
  row('port: 7100', 'mode: quick', /^write one of: (fast), safe$/, printed('quick')),
  row('version: 3.1.2', 'version: latest', /^write: a version such as (3\.1\.2)$/, printed('latest')),
  row('name: s-1', 'name: "s 1"', /^write: letters, digits, /, swap('"s 1"', 's-1')),
  setting('either: [x]', /^compare it with inventory\.example\.yaml$/, 'either: a'),
  setting('never: x', /^compare it with inventory\.example\.yaml$/, 'word: x'),
  row(
    'home: /data/toy',
    'home: data/toy',
    /^write it like in inventory\.example\.yaml$/,
    swap('data/toy', '/data/toy'),
  ),
  row(
    'host: 10.0.0.1',
    'host: "10.0.0.1:2222"',
    /^write "(host: 10\.0\.0\.1)"; if 2222 is the port of its sshd, "(ssh: \{port: 2222\})" too$/,
    (file, [, host = '', ssh = '']) => swap('host: "10.0.0.1:2222"', `${host}, ${ssh}`)(file),
  ),
  // Nodes beside each other.
  row(
    'name: s-2',
    'name: s-1',
    /^give each node of the cluster a name of its own$/,
    swap(/name: s-1(?=, host: 10\.0\.0\.2)/, 'name: s-2'),
  ),
  row(
    'host: 10.0.0.2, home: /data/toy, port: 7100, ssh: {user: root}',
    'host: 10.0.0.1',
    /^give one of them its own host or its own home$/,
    swap('s-2, host: 10.0.0.1', 's-2, host: 10.0.0.1, home: /data/toy'),
  ),
  row(
    'host: 10.0.0.2',
    'host: 10.0.0.1',
    /^give all nodes of one host the same ssh keys$/,
    swap(', ssh: {user: root}', ''),
  ),
  row(
    '      store:',
    '      master: {home: /opt/toy/store, package: /opt/pkg/toy, nodes: [{name: m-1, host: 10.0.0.1}]}\n      store:',
    /^a node of role store shares its home with no other: give one of them its own host or its own home$/,
    swap('master: {home: /opt/toy/store', 'master: {home: /opt/toy/master'),
  ),
  {
    wrong: swap('      store:', `${CLIENT.replace('host:', 'home: /opt/x, host:')}      store:`),
    says: /^(remove) "home"$/,
    follows: swap('home: /opt/x, ', ''),
  },
  {
    ...{wrong: good => good, of: needsClients, says: /^add "(client:)" with its nodes$/},
    follows: swap('      store:', `${CLIENT}      store:`),
  },
  {
    ...{wrong: good => good, cluster: 'lakes', says: /^did you mean "lake"\? The file has: lake$/},
    follows: swap('  lake:', '  lakes:'),
  },
];

const said = ({wrong, cluster = 'lake', of = system}: Row): readonly string[] =>
  problemsOf(wrong(GOOD), cluster, of).map(({fix}) => fix.en);

describe('what the reader of inventories says to write is written, and the file is read', () => {
  test.each(ROWS.map(each => [each.says.source, each] as const))('%s', (_, each) => {
    const {wrong, says, follows, cluster = 'lake', of = system} = each;
    const problem = problemsOf(wrong(GOOD), cluster, of).find(({fix}) => says.test(fix.en));
    expect(problem, said(each).join('\n')).toBeDefined();
    expect(problem?.fix.zh).toMatch(/[\u4e00-\u9fff]/);
    const words = says.exec(problem?.fix.en ?? '');
    if (words === null) return;
    expect(
      problemsOf(follows(wrong(GOOD), words), cluster, of).map(({message, fix}) => [message.en, fix.en]),
    ).toEqual([]);
  });
});

const TELLS =
  /^(?:indent|begin|keep|close|write|put|remove|define|compare|add|give|name|did you mean|a node of role .* shares)\b|secrets never stand/;

test('every advice of the reader has a row that prints it', () => {
  const all = ROWS.flatMap(said);
  const escaped = (words: string): string => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const unheard = textsIn('src/inventory/*.ts').filter(({pieces}) => {
    const isAdvice = TELLS.test(pieces.join('…'));
    return (
      isAdvice && !all.some(words => new RegExp(`^${pieces.map(escaped).join('[\\s\\S]*')}$`).test(words))
    );
  });
  expect(unheard.map(({file, pieces}) => `${file}: ${pieces.join('…')}`)).toEqual([]);
});
