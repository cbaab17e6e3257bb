import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {parseAbsPath} from '../../../../src/lib/abs-path.ts';
import type {Facts} from '../../../../src/model/facts.ts';
import {HostId, NodeId} from '../../../../src/model/ids.ts';
import {type AlluxioNode, ROLE_FIELDS, Settings} from '../../../../src/systems/alluxio/fields.ts';
import {alluxio} from '../../../../src/systems/alluxio/system.ts';
import {callsOf, commandsIn} from '../../typed.ts';

// The commands that preflight prints, typed as they are printed, about homes and folders that hold what shells trip over.

const ROOT = mkdtempSync(join(tmpdir(), 'lakeup-advice-'));
afterAll(() => rmSync(ROOT, {recursive: true, force: true}));

const HOME = '/opt/it\'s "$HOME"/all uxio';
const base = {id: NodeId.parse('n-1'), host: HostId.parse('host-1')};
const worker: AlluxioNode = {
  ...base,
  role: 'worker',
  home: parseAbsPath(HOME),
  fields: ROLE_FIELDS.worker.parse({}),
};
const client: AlluxioNode = {
  ...base,
  role: 'client',
  home: null,
  fields: ROLE_FIELDS.client.parse({kind: 'spark', jar: '/opt/a b', newJar: '/opt/c.jar', restart: 'x'}),
};

const printed = (check: string, node: AlluxioNode, facts: Facts): string => {
  const cluster = {
    ...{name: 'lake', system: 'alluxio', hosts: [], nodes: [node]},
    settings: Settings.parse({version: '2.9.4', package: '/srv/a.tar.gz'}),
  };
  const found = alluxio.preflight
    .filter(({name}) => name === check)
    .flatMap(({find}) => find({cluster, facts: new Map([[node.id, facts]])}))
    .find(({level}) => level !== 'pass');
  if (found?.fix == null) throw new Error(`${check} finds nothing`);
  return found.fix.en;
};

describe('what is typed on a host', () => {
  const LOGIN = {login: '1000', loginName: 'allu xio'};
  test.each<[string, string, AlluxioNode, Facts, readonly (readonly string[])[]]>([
    [
      'the folder above a home',
      'beside',
      worker,
      {...LOGIN, parentWritable: false},
      [['setfacl', '-m', 'u:allu xio:rwx', '/opt/it\'s "$HOME"']],
    ],
    [
      'every folder of a client’s jar',
      'client-writable',
      client,
      {...LOGIN, unwritable: ['/opt/a b', '/opt/$c']},
      [
        ['setfacl', '-m', 'u:allu xio:rwx', '/opt/a b'],
        ['setfacl', '-m', 'u:allu xio:rwx', '/opt/$c'],
      ],
    ],
    [
      'whose a home is to be',
      'writable',
      worker,
      {...LOGIN, owner: '1000', homeOwner: '0', writable: false},
      [['chown', '-R', '1000', HOME]],
    ],
  ])('%s', (_, check, node, facts, wanted) => {
    const [command = ''] = commandsIn(printed(check, node, facts));
    const root = mkdtempSync(join(ROOT, 'host-'));
    expect(callsOf(root, command, ['setfacl', 'chown'])).toEqual(wanted);
  });
});
