import {describe, expect, test} from 'vitest';
import {NodeId} from '../../../../src/model/ids.ts';
import {PREFLIGHT} from '../../../../src/systems/alluxio/preflight/list.ts';
import {CACHE_ROWS} from './preflight/rows-caches.ts';
import {CLIENT_ROWS} from './preflight/rows-clients.ts';
import {FAN_OUT_ROWS} from './preflight/rows-fan-out.ts';
import {NODE_ROWS} from './preflight/rows-nodes.ts';
import {WHOLE_ROWS} from './preflight/rows-whole.ts';
import {changed, healthy, notPassed, silenced} from './preflight/support.ts';

const ROWS = [...NODE_ROWS, ...WHOLE_ROWS, ...CACHE_ROWS, ...CLIENT_ROWS, ...FAN_OUT_ROWS];

describe('preflight of Alluxio', () => {
  test('a healthy cluster passes everything', () => {
    expect(notPassed(healthy)).toEqual([]);
  });

  test.each(ROWS)('$check says so: $name', ({check, level, node, wrong, seen, fix}) => {
    const found = notPassed(changed(wrong)).find(
      finding => finding.check === check && finding.node === node && seen.test(finding.seen?.en ?? ''),
    );
    expect(found, JSON.stringify(notPassed(changed(wrong)), null, 2)).toMatchObject({level});
    if (fix !== undefined) expect(found?.fix?.en).toMatch(fix);
    expect(found?.fix?.zh).toMatch(/[\u4e00-\u9fff]/);
    for (const words of [found?.seen, found?.fix, found?.title]) {
      expect(words?.en).toMatch(/./);
      expect(words?.zh).toMatch(/./);
    }
  });

  test.each(ROWS)('and does not where it is right: $name', ({check, node, right}) => {
    const found = notPassed(changed(right)).filter(
      finding => finding.check === check && finding.node === node,
    );
    expect(found).toEqual([]);
  });

  test('a worker without its configuration is not said to lack a ramdisk: its tiers are none of its own', () => {
    const unmounted = {unmounted: ['/mnt/ramdisk']};
    const checks = (more: object) =>
      notPassed(changed({facts: {'w-1': {...unmounted, ...more}}})).map(({check}) => check);
    expect(checks({})).toEqual(['ramdisk']);
    expect(checks({confFiles: ['log4j.properties']})).toEqual(['site']);
  });

  test('a node that did not answer blocks by that alone', () => {
    for (const id of healthy.cluster.nodes.map(node => node.id)) {
      const found = notPassed(silenced(healthy, id));
      expect(found.filter(({check}) => check === 'reachable')).toMatchObject([{level: 'block', node: id}]);
    }
    expect(notPassed(silenced(healthy, 'w-1'))).toHaveLength(1);
  });

  test('nothing is said of an upgrade that was cut where somebody may run', () => {
    const down = {process: 'none', health: 'down', servers: [], newPlace: 'dir', staged: true} as const;
    const all = changed({facts: {all: down}});
    const says = (survey: typeof all): readonly string[] =>
      notPassed(survey).flatMap(({check}) => (check === 'cut-off' ? [check] : []));
    expect(notPassed(all).map(({check}) => check)).toEqual(['cut-off']);
    expect(says(silenced(all, 'm-2')), 'a master that nobody saw').toEqual([]);
    const stray = '9 1 alluxio.master.AlluxioMaster /opt/alluxio-2.3.0';
    expect(says(changed({facts: {all: down, 'w-1': {servers: [stray]}}})), 'one beside a worker').toEqual([]);
    expect(says(changed({facts: {all: down, 'm-1': {process: 'running'}}})), 'one that runs').toEqual([]);
    expect(says(changed({facts: {all: {...down, staged: undefined}}})), 'unpacked by hand').toEqual([]);
  });

  test.each([
    [
      'of a run that ended',
      {homeKind: 'dir', leftovers: ['alluxio_backup_20250101_010203'], asides: ['20250101_010203 2.2.0']},
    ],
    ['of a run that was taken back', {leftovers: ['.lakeup-20250101_010203']}],
    ['of a run that still stages', {homeKind: 'dir', leftovers: ['alluxio.lakeup-20250101_010203.part']}],
    ['of nothing', {}],
  ] as const)('a cluster that is merely down is told as that, with what is left %s', (_, left) => {
    const down = {process: 'none', health: 'down', servers: []} as const;
    const told = notPassed(changed({facts: {all: {...down, ...left}}}));
    expect(told.filter(({check}) => check === 'cut-off')).toEqual([]);
    expect(told.filter(({check}) => check === 'healthy').map(({node}) => node)).toEqual(
      expect.arrayContaining(['m-1', 'm-2', 'w-1', 'w-2']),
    );
  });

  test('every host on which something is typed is named before it', () => {
    const down = {process: 'none', health: 'down', servers: [], newPlace: 'dir', staged: true} as const;
    const survey = changed({facts: {all: down}});
    const worker = survey.cluster.nodes.find(({id}) => id === 'w-1');
    if (worker === undefined) throw new Error('no worker');
    const ids = Array.from({length: 1_000}, (_, at) => NodeId.parse(`many-${at}`));
    const of = survey.facts.get(worker.id) ?? {};
    const [told] = notPassed({
      cluster: {...survey.cluster, nodes: [...survey.cluster.nodes, ...ids.map(id => ({...worker, id}))]},
      facts: new Map([...survey.facts, ...ids.map(id => [id, of] as const)]),
    });
    expect(told?.check).toBe('cut-off');
    for (const id of ids) {
      expect(told?.fix?.en).toMatch(new RegExp(`\\b${id}[,:]`));
      expect(told?.fix?.zh).toMatch(new RegExp(`\\b${id}[、：]`));
    }
  });

  test('every check but that has a row, and every name is there once', () => {
    const names = PREFLIGHT.map(({name}) => name);
    expect(new Set(names).size).toBe(names.length);
    const shown = new Set(ROWS.map(({check}) => check));
    expect(names.filter(name => !shown.has(name))).toEqual(['reachable']);
  });
});
