import {describe, expect, it} from 'vitest';
import {type Members, neverSeen, type View} from '../../../src/fakes/doris/process-members.ts';
import {
  type Answerer,
  showBackends,
  showFrontends,
  type Table,
} from '../../../src/fakes/doris/process-tables.ts';
import {readRecording, rowsOf} from '../systems/doris/recorded.ts';

const fe = (name: string, role: 'FOLLOWER' | 'OBSERVER'): Members['frontends'][number] => ({
  ...{name, host: `10.77.0.${name.length}`, role, editLogPort: 9010},
  ...{httpPort: 8030, queryPort: 9030, rpcPort: 9020},
});
const seen = {
  ...neverSeen,
  alive: true,
  beatAt: 1,
  startedAt: 1,
  version: 'doris-3.0.6.1-rc01-0',
  journal: 5,
};
const members: Members = {
  clusterId: 1,
  token: 't',
  frontends: [fe('a', 'FOLLOWER'), fe('bb', 'OBSERVER')],
  backends: [{id: '1', host: '10.77.0.9', heartbeatPort: 9050, group: 'cg', uniqueId: 'u'}],
};
const view: View = {a: seen, bb: seen, '1': seen};

const asked = (name: string, version: string): Answerer => {
  const me = members.frontends.find(peer => peer.name === name);
  if (me === undefined) throw new Error(`no frontend ${name}`);
  return {me, connected: me.host, master: 'a', members, view, own: {version, startedAt: 1, journal: 5}};
};

const columnsOf = (path: string): string[] => (readRecording(path).stdout.split('\n')[0] ?? '').split('\t');
const column = ({columns, rows}: Table, name: string): (string | null | undefined)[] =>
  rows.map(row => row[columns.indexOf(name)]);

describe('the fake frontend’s tables', () => {
  it.each([
    ['doris-3.0.6.1-rc01-0', '3.0.6.1-cloud'],
    ['doris-4.1.0-rc01-0', '4.1.0-cloud'],
  ])('have the columns that %s was recorded with', (version, folder) => {
    expect(showFrontends(asked('a', version), 1).columns).toEqual(
      columnsOf(`${folder}/sql/master-show-frontends.txt`),
    );
    expect(showBackends(asked('a', version)).columns).toEqual(
      columnsOf(`${folder}/sql/master-show-backends.txt`),
    );
  });

  it.each(['Version', 'LastStartTime'])(
    'a frontend that is no master holds no %s of anybody, as recorded',
    name => {
      const recorded = rowsOf('3.0.6.1-cloud/sql/observer-own-show-frontends.txt').map(row => row[name]);
      expect(new Set(recorded)).toEqual(new Set([null]));
      expect(new Set(column(showFrontends(asked('bb', 'doris-3.0.6.1'), 1), name))).toEqual(new Set([null]));
      expect(column(showFrontends(asked('a', 'doris-3.0.6.1'), 1), name)).not.toContain(null);
    },
  );

  it.each([
    ['master', 'a'],
    ['observer', 'bb'],
  ])('the master marks the frontend that the client of the %s is connected to, as recorded', (role, name) => {
    const host = readRecording(`3.0.6.1-cloud/sql/${role}-show-frontends.txt`).command.match(/-h (\S+)/)?.[1];
    const recorded = rowsOf(`3.0.6.1-cloud/sql/${role}-show-frontends.txt`);
    expect(recorded.filter(row => row.CurrentConnected === 'Yes').map(row => row.Host)).toEqual([host]);
    const connected = members.frontends.find(peer => peer.name === name)?.host ?? '';
    const marked = showFrontends({...asked('a', 'doris-3.0.6.1'), connected}, 1);
    expect(column(marked, 'CurrentConnected')).toEqual(
      members.frontends.map(peer => (peer.name === name ? 'Yes' : 'No')),
    );
  });
});
