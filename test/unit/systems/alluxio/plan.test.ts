import {describe, expect, it} from 'vitest';
import type {Plan} from '../../../../src/model/plan.ts';
import {planSteps} from '../../../../src/model/plan.ts';
import {planProblems} from '../../../../src/plan/plan-problems.ts';
import {alluxio} from '../../../../src/systems/alluxio/system.ts';
import {bootAlluxio, type Setting} from '../../../walks/alluxio-cluster.ts';
import {retold} from '../../../walks/alluxio-story.ts';
import {planFor} from '../../../walks/drive.ts';
import {outline} from './outline.ts';

/** What a survey says of a property, instead of what the fake has. */
const withProperty = (key: string, value: string): NonNullable<Setting['turn']> =>
  retold('survey', line => (line.startsWith(`prop=${key}=`) ? `prop=${key}=${value} (SITE_PROPERTY)` : line));

const FROM_UFS = {from: '2.8.0', journalType: 'UFS'} as const;

const CLUSTERS: Readonly<Record<string, Setting>> = {
  'an embedded journal that the new version cannot read': {},
  'an embedded journal that it reads, homes that are directories': {before: {from: '2.8.0', homes: 'dir'}},
  'one master': {
    shape: {masters: 1},
    before: FROM_UFS,
    turn: withProperty('alluxio.zookeeper.enabled', 'false'),
  },
  'masters that share a journal': {before: FROM_UFS},
  'another type of journal': {
    shape: {masters: 1},
    before: FROM_UFS,
    settings: [
      'conf: {alluxio.master.journal.type: EMBEDDED, alluxio.master.journal.folder: /srv/alluxio/raft}',
    ],
    turn: withProperty('alluxio.zookeeper.enabled', 'false'),
  },
  'no job service and no proxies': {shape: {jobs: false}},
  'proxies on hosts of their own': {shape: {proxies: 2}},
  'a backup on the masters’ own disks': {settings: ['backupDirectory: /srv/bk']},
  'ramdisks that are copied': {shape: {jobs: false}, settings: ['caches: copy']},
  'ramdisks that the product’s own script copies': {
    shape: {jobs: false},
    settings: ['caches: copy', 'copyBy: scripts'],
    before: {from: '2.8.0'},
  },
  'tiers that are given up': {shape: {jobs: false}, settings: ['caches: drop', 'persist: true']},
  'workers that cache pages, given up': {
    shape: {jobs: false},
    settings: ['caches: drop', 'persist: true'],
    turn: retold('survey', line =>
      line.startsWith('prop=alluxio.worker.tieredstore.levels=')
        ? 'prop=alluxio.worker.block.store.type=PAGE (SITE_PROPERTY)'
        : line,
    ),
  },
  'a journal at a URI': {
    before: FROM_UFS,
    turn: withProperty('alluxio.master.journal.folder', 'hdfs://nn/journal'),
  },
};

const plans = new Map<string, {readonly plan: Plan; readonly problems: readonly string[]}>();
for (const [name, setting] of Object.entries(CLUSTERS)) {
  const booted = bootAlluxio(setting);
  const plan = await planFor(booted);
  plans.set(name, {plan, problems: planProblems(plan, booted.system, booted.cluster).map(({en}) => en)});
}
const planOf = (name: string): Plan => {
  const made = plans.get(name);
  if (made === undefined) throw new Error(`no plan of ${name}`);
  return made.plan;
};
const [RESTORE = '', IN_PLACE = ''] = Object.keys(CLUSTERS);

describe.each([...plans])('of %s', (_, {plan, problems}) => {
  it('has no problems', () => {
    expect(problems).toEqual([]);
  });

  it('is what an engineer has read', () => {
    expect(outline(plan)).toMatchSnapshot();
  });

  it('names no command that reaches another host', () => {
    // What is run of one node, and sentences, which are no commands.
    const own = /exec bash bin\/alluxio-stop\.sh "\$@"|(given_up|refuse) "[^"]*"/g;
    for (const body of Object.values(plan.scripts))
      expect(body.replaceAll(own, '')).not.toMatch(
        /\b(masters|workers|all)$|formatMasters|alluxio format\b|alluxio-stop\.sh/m,
      );
  });

  it('holds each script once; what differs between nodes are its variables', () => {
    const bodies = JSON.stringify(plan.scripts);
    expect(Object.keys(plan.scripts).every(name => name.startsWith('alluxio.'))).toBe(true);
    for (const word of ['/opt/', '/srv/', plan.stamp, '10.1.', plan.from, plan.to])
      expect(bodies, word).not.toContain(word);
  });
});

describe('the way back', () => {
  it('is there for every step of a plan that copies journals, but where nothing was changed', () => {
    for (const name of [RESTORE, IN_PLACE]) {
      const without = planSteps(planOf(name)).filter(({undo}) => undo.kind !== 'action');
      expect(without.map(({id, undo}) => `${id}: ${undo.kind}`)).toEqual([
        'backup/mark@m-1: nothing',
        'backup/list@m-1: nothing',
        'backup/backup@m-1: nothing',
      ]);
    }
  });

  it('ends where the new masters write in a journal that could not be copied, and says what to do instead', () => {
    const impossible = planSteps(planOf('a journal at a URI')).filter(({undo}) => undo.kind === 'impossible');
    expect(impossible.map(({id}) => id)).toEqual([
      'masters/start@m-1',
      'masters/start@m-2',
      'masters/start@m-3',
    ]);
    for (const {undo} of impossible)
      expect(undo).toMatchObject({instead: {en: expect.stringContaining('from the backup')}});
  });
});

it('speaks of Alluxio in the inventory’s words', () => {
  const {phases} = planOf('proxies on hosts of their own');
  const roles = new Set(alluxio.roles.map(({name}) => name));
  expect(phases.filter(({role}) => !roles.has(role))).toEqual([]);
});
