import {describe, expect, test} from 'vitest';
import {listOf} from '../../../../src/model/facts.ts';
import {NodeId} from '../../../../src/model/ids.ts';
import {parseBackend, type Row} from '../../../../src/systems/doris/parse/rows.ts';
import {doris} from '../../../../src/systems/doris/system.ts';
import {outages, safeToStop} from '../../../../src/systems/doris/upgrade/safe.ts';
import {factsOf, STAMP, surveyAll} from './memory.ts';
import {rowsOf} from './recorded.ts';
import {changed, healthy, told} from './surveyed.ts';
import {boot, but, sqlOf, type World} from './worlds.ts';

const STATUS = {isQueryDisabled: false, isLoadDisabled: false, isActive: true, isShutdown: false};
const withStatus = (status: Readonly<Record<string, unknown>>): Row => ({
  Status: JSON.stringify({lastStreamLoadTime: -1, ...STATUS, ...status, currentFragmentNum: 0}),
});
const tagged = (tag: Readonly<Record<string, unknown>>): Row => ({
  Tag: JSON.stringify({compute_group_name: 'cg_etl', compute_group_status: 'NORMAL', ...tag}),
});

const [backend = {}] = rowsOf('4.1.0-cloud/sql/master-show-backends.txt');

describe('why a backend gets no work', () => {
  test.each<[string, Row, readonly string[]]>([
    ['nothing', {}, []],
    ['it is decommissioned', {SystemDecommissioned: 'true'}, ['decommissioned']],
    ['its queries are disabled', withStatus({isQueryDisabled: true}), ['query-disabled']],
    ['its loads are disabled', withStatus({isLoadDisabled: true}), ['load-disabled']],
    ['it drains', withStatus({isShutdown: true}), ['shutdown']],
    ['it is not active', withStatus({isActive: false}), ['inactive']],
    ['its group is suspended', tagged({compute_group_status: 'SUSPENDED'}), ['group-suspended']],
    [
      'several things',
      {SystemDecommissioned: 'true', ...withStatus({isQueryDisabled: true})},
      ['decommissioned', 'query-disabled'],
    ],
    ['nothing, as text', withStatus({isQueryDisabled: 'false', isActive: 'true'}), []],
    ['its queries are disabled, as text', withStatus({isQueryDisabled: 'true'}), ['query-disabled']],
    ['nothing that a row without a Status tells', {Status: ''}, []],
    ['nothing that a Status tells which is none', {Status: 'N/A'}, []],
    ['nothing that an older Status tells', {Status: '{"lastSuccessReportTabletsTime":"N/A"}'}, []],
  ])('%s', (_, row, unfit) => {
    expect(parseBackend({...backend, ...row}).unfit).toEqual(unfit);
  });
});

/** A cluster in whose rows some backends are otherwise; all of them answer, and are alive. */
const withRows = (rows: Readonly<Record<string, Row>>): World => {
  const world = boot();
  const hosts = new Map(world.cluster.nodes.map(({id, host}) => [String(host), rows[id] ?? {}]));
  return {
    ...world,
    ask: (async (host, request) => {
      const reply = await world.ask(host, request);
      if (reply.kind !== 'sql' || sqlOf(request) !== 'show backends') return reply;
      return {...reply, rows: reply.rows.map(row => ({...row, ...hosts.get(row.Host ?? '')}))};
    }) as World['ask'],
  };
};

const FALSE: readonly (readonly [string, Row, string])[] = [
  ['decommissioned', {SystemDecommissioned: 'true'}, 'decommissioned'],
  ['query-disabled', withStatus({isQueryDisabled: true}), 'query-disabled'],
  ['load-disabled', withStatus({isLoadDisabled: true}), 'load-disabled'],
  ['shut down, with a page that still says OK', withStatus({isShutdown: true}), 'shutdown'],
];

describe.each(FALSE)('a backend that is alive and %s', (_, row, word) => {
  const world = withRows({'be-2': row, 'be-3': row});

  test('is no stand-in, and the look says why', async () => {
    const facts = await factsOf(world, 'be-1', 'be-safe-to-stop');
    expect(facts).toMatchObject({standIns: 0, unfit: [`be-2 ${word}`, `be-3 ${word}`]});
    expect(await factsOf(world, 'be-4', 'be-safe-to-stop')).toMatchObject({standIns: 2, unfit: []});
  });

  test('still counts where one is left', async () => {
    const one = withRows({'be-2': row});
    expect(await factsOf(one, 'be-1', 'be-safe-to-stop')).toMatchObject({
      standIns: 1,
      unfit: [`be-2 ${word}`],
    });
  });

  test('is named before the plan is made, by its own name', async () => {
    const lines = told(await surveyAll(world)).filter(line => line.startsWith('stand-ins '));
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`^stand-ins warn be-2: .*${word}`)),
      expect.stringMatching(new RegExp(`^stand-ins warn be-3: .*${word}`)),
    ]);
  });

  test('an outage of the group is to be confirmed, and the gate asks for no stand-in that is none', async () => {
    const survey = await surveyAll(world);
    const context = {...survey, target: {from: '3.0.6', to: '3.1.2', stamp: STAMP}};
    const words = outages('be', context).map(({en}) => en);
    expect(words).toEqual([expect.stringMatching(/cg_etl.*be-1.*be-2.*be-3/)]);
    for (const [id, asked] of [
      ['be-1', undefined],
      ['be-2', {atLeast: 1}],
      ['be-4', {atLeast: 1}],
    ] as const) {
      const node = survey.cluster.nodes.find(found => found.id === id);
      if (node === undefined) throw new Error(`no node ${id}`);
      const gate = safeToStop(node, context).at(-1);
      expect(gate?.kind === 'check' ? gate.check.expect.standIns : null, id).toEqual(asked);
    }
  });
});

describe('a backend that drains', () => {
  test('is not well, whatever its page says, and counts as going down', async () => {
    const world = withRows({'be-2': withStatus({isShutdown: true})});
    expect(await factsOf(world, 'be-2', 'status')).toMatchObject({
      health: 'not-serving',
      unfit: ['shutdown'],
    });
    expect(await factsOf(world, 'be-1', 'be-safe-to-stop')).toMatchObject({othersDown: ['be-2']});
  });
});

describe('a backend that is decommissioned', () => {
  test('is well: an upgrade does not have to wait for it', async () => {
    const world = withRows({'be-2': {SystemDecommissioned: 'true'}});
    expect(await factsOf(world, 'be-2', 'status')).toMatchObject({health: 'ok', unfit: ['decommissioned']});
    expect((await factsOf(world, 'ms-1', 'cluster'))['be.unwell']).toEqual([]);
    expect(told(await surveyAll(world)).map(line => line.split(' ')[0])).toEqual(['stand-ins']);
  });
});

describe('a group in which all stand in for each other', () => {
  test('needs no confirmation; one of one does, as before', () => {
    const context = {...healthy, target: {from: '3.0.6', to: '3.1.2', stamp: STAMP}};
    expect(outages('be', context)).toEqual([]);
    const lone = changed(changed(healthy, 'be-2', {group: 'cg_two'}), 'be-3', {group: 'cg_three'});
    expect(outages('be', {...lone, target: context.target}).map(({en}) => en)).toEqual([
      expect.stringMatching(/cg_etl \(be-1\) has one backend/),
      expect.stringMatching(/cg_two \(be-2\) has one backend/),
      expect.stringMatching(/cg_three \(be-3\) has one backend/),
    ]);
    expect(listOf(healthy.facts.get(NodeId.parse('be-1')) ?? {}, 'unfit')).toEqual([]);
    expect(doris.preflight.map(({name}) => name)).toContain('stand-ins');
  });
});

describe('rows that nobody is asked about', () => {
  test('a backend that the inventory does not know cannot be asked, and is no stand-in', async () => {
    const world = boot();
    const nodes = world.cluster.nodes.filter(({id}) => id !== 'be-3');
    const without = {...but(world, () => null), cluster: {...world.cluster, nodes}};
    expect(await factsOf(without, 'be-1', 'be-safe-to-stop')).toMatchObject({standIns: 1, othersDown: []});
  });
});
