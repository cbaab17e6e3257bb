import {describe, expect, it} from 'vitest';
import type {Facts} from '../../../../src/model/facts.ts';
import {type HostId, NodeId} from '../../../../src/model/ids.ts';
import type {Operator} from '../../../../src/model/world.ts';
import {nodesOf} from '../../../../src/systems/alluxio/fields.ts';
import {JOURNAL} from '../../../fakes/alluxio/memory-journal.ts';
import {happened, misprinted, retold, type Story, walk} from '../../../walks/alluxio-story.ts';
import {seenBy} from '../../../walks/drive.ts';
import {wrongs} from './stories.ts';

const yes = {answer: 'yes', typed: 'lake-alluxio'} as const;

const HOSTS: Readonly<Record<string, string>> = {'m-1': '10.1.1.1', 'm-2': '10.1.1.2', 'm-3': '10.1.1.3'};
const isAt = (host: HostId, node: string): boolean => host === HOSTS[node];

/** What ended in "NODE EFFECT" of that kind. */
const ofKind = ({did}: Pick<Story, 'did'>, effect: string): string[] =>
  did.filter(line => line.endsWith(` ${effect}`));

/** What lies in the masters' journals, by the fake's own answers. */
const journalsOf = async (story: Story): Promise<unknown[]> => {
  const layouts: unknown[] = [];
  for (const {id} of nodesOf(story.cluster, 'master'))
    layouts.push(
      (await seenBy({...story, ask: story.fake.answer}, id, 'journal', {journal: JOURNAL})).layout,
    );
  return layouts;
};

/** Nobody's journal was touched, and no block was deleted. */
const untouched = (story: Story): void => {
  expect(ofKind(story, 'format')).toEqual([]);
  expect(wrongs(story).filter(words => !words.includes('written last'))).toEqual([]);
};

/** A worker as its host shows it. */
const WORKER = [
  ...[
    'process=77',
    'ticks=1',
    'comm=java',
    'exe=/usr/bin/java',
    'arg=java',
    'arg=-Dalluxio.home=/opt/alluxio-2.3.0',
  ],
  ...['arg=alluxio.worker.AlluxioWorker', 'procHome=/opt/alluxio-2.3.0', 'procVersion=2.3.0'],
];

describe('no proof, no format', () => {
  /** Lines of a look, once every home is the new version. */
  const afterInstall = (look: string, node: string | null, from: RegExp, to: string) =>
    retold(look, (line, host, fake) =>
      happened(fake, 'w-2 install') && (node === null || isAt(host, node)) ? line.replace(from, to) : line,
    );

  it.each([
    [
      'a master that cannot read the backup',
      'm-3',
      'format/format@m-1#2',
      'proof',
      /^readable=yes/,
      'readable=no',
    ],
    ['a backup that is torn', 'm-1', 'format/format@m-1#0', 'proof', /^gzip=ok/, 'gzip=broken'],
    ['a backup that is another one', 'm-2', 'format/format@m-1#1', 'proof', /^sha256=./, 'sha256=-'],
    [
      'a journal that was not copied',
      'm-1',
      'format/format@m-1#3',
      'journal-copy',
      /^journal.copy=dir/,
      'journal.copy=none',
    ],
  ] as const)('%s holds the run at %s, and no journal is touched', async (_, node, gate, look, from, to) => {
    // Masters prove the backup before they are formatted, and not before they are installed.
    const story = await walk({turn: afterInstall(look, node, from, to)});
    expect(story.held).toEqual([gate]);
    untouched(story);
    expect(await journalsOf(story)).toEqual(Array(3).fill('copycat'));
  });

  /** Says yes, and lets something happen at the question of one gate. */
  const meanwhile = (gate: string, happens: () => Promise<void>): Partial<Operator> => ({
    confirm: async asked => {
      if (asked.startsWith(gate)) await happens();
      return yes;
    },
  });

  it('a process that came back while the question stood there', async () => {
    const world = {started: false};
    const story = await walk({
      operator: meanwhile('format/format@m-2', async () => {
        world.started = true;
      }),
      turn: retold('process', (line, host) =>
        world.started && host === '10.1.2.1' && line.startsWith('self=')
          ? [line, ...WORKER].join('\n')
          : line,
      ),
    });
    expect(story.held).toEqual(['format/format@m-2#10']);
    expect(ofKind(story, 'format')).toEqual(['m-1 format']);
  });

  it('a proof that was good before the key press, and is not after it', async () => {
    const world = {lost: false};
    const story = await walk({
      operator: meanwhile('format/format@m-2', async () => {
        world.lost = true;
      }),
      turn: retold('proof', (line, host) =>
        world.lost && isAt(host, 'm-1') ? line.replace('readable=yes', 'readable=no') : line,
      ),
    });
    expect(story.held).toEqual(['format/format@m-2#6']);
    expect(ofKind(story, 'format')).toEqual(['m-1 format']);
  });
});

describe('nothing is stopped', () => {
  it('while somebody writes: it is counted and backed up again and again, and then the run is held', async () => {
    const story = await walk({faults: [{fault: 'writes-go-on', node: NodeId.parse('m-1')}]});
    expect(story.held).toEqual(['stop#0']);
    expect(ofKind(story, 'stop')).toEqual([]);
    expect(story.events.filter(({type}) => type === 'step.reopened').length).toBeGreaterThan(3);
    expect(ofKind(story, 'backup').length).toBeGreaterThan(3);
  });

  it('for a backup that only the others can read', async () => {
    const story = await walk({
      turn: retold('proof', (line, host) =>
        isAt(host, 'm-2') ? line.replace('file=yes', 'file=no').replace('readable=yes', 'readable=no') : line,
      ),
    });
    expect(story.held).toEqual(['stop#5']);
    expect(ofKind(story, 'stop')).toEqual([]);
  });

  it('where the backup is what a dying master leaves', async () => {
    const story = await walk({
      turn: retold('backup', line =>
        line.replace(/^bytes=.*/, 'bytes=32').replace(/^gzip=ok/, 'gzip=broken'),
      ),
    });
    expect(story.held).toEqual(['backup/backup@m-1']);
    expect(ofKind(story, 'stop')).toEqual([]);
  });

  it('where the new version does not know what it is configured with', async () => {
    const story = await walk({
      turn: retold('conf', line =>
        line.startsWith('asked=') ? `${line}\nunknown=alluxio.user.file.x` : line,
      ),
    });
    expect(story.held.length).toBeGreaterThan(0);
    expect(story.held.every(step => step.startsWith('stage/'))).toBe(true);
    expect(ofKind(story, 'stop')).toEqual([]);
  });
});

describe('a destructive gate', () => {
  it('answered no leaves, with everything as it was', async () => {
    const story = await walk({left: 'format/'});
    expect(story.events.at(-1)?.type).toBe('run.left');
    untouched(story);
  });

  it('is not opened by another word', async () => {
    const words = ['lake', '', 'LAKE-ALLUXIO'];
    const story = await walk({
      operator: {
        confirm: async gate => {
          if (!gate.startsWith('format/')) return yes;
          const typed = words.shift();
          return typed === undefined ? {answer: 'leave'} : {answer: 'yes', typed};
        },
      },
    });
    expect(words).toEqual([]);
    untouched(story);
  });

  it('asks for every journal by itself, with what it hits and the backup that covers it', async () => {
    const {events} = await walk();
    const shown = events.filter(event => event.type === 'gate.reached' && event.gate.startsWith('format/'));
    expect(shown).toMatchObject(
      ['m-1', 'm-2', 'm-3'].map(node => ({
        gate: `format/format@${node}#5`,
        blast: [{path: '/srv/alluxio/journal', filesystem: 'ext4', files: 3, copied: true}],
      })),
    );
  });

  it('is shown and asked again when what it would hit has changed meanwhile', async () => {
    const asked: string[] = [];
    const world = {grown: false};
    const story = await walk({
      operator: {
        confirm: async gate => {
          asked.push(gate);
          world.grown ||= gate.startsWith('format/format@m-2');
          return yes;
        },
      },
      turn: retold('journal-blast', line => (world.grown ? line.replace(/^files=3/, 'files=4') : line)),
    });
    expect(story.events.filter(({type}) => type === 'gate.drifted')).toMatchObject([
      {gate: 'format/format@m-2#5', blast: [{files: 4}]},
    ]);
    expect(asked.filter(gate => gate === 'format/format@m-2#5')).toHaveLength(2);
    expect(ofKind(story, 'format')).toEqual(['m-1 format', 'm-2 format', 'm-3 format']);
  });
});

/** As many blocks as when the workers stopped. */
const untouchedBlocks = (story: Story): void => {
  expect(ofKind(story, 'blocks-deleted')).toEqual([]);
  expect(ofKind(story, 'start-unproved')).toEqual([]);
};

describe('masters before workers', () => {
  it('a restore that lost entries holds the run before anything else is started, with every block kept', async () => {
    const story = await walk({
      turn: misprinted('/metrics/json/', body =>
        body.replace(
          /("Master.LastBackupRestoreCount":\{"value":)(\d+)/,
          (_, name, many) => `${name}${Number(many) - 1}`,
        ),
      ),
    });
    expect(story.held).toEqual(['masters/start@m-1']);
    expect(ofKind(story, 'start')).toEqual(['m-1 start', 'm-2 start', 'm-3 start']);
    untouchedBlocks(story);
  });

  it('a restore that was seen is a fact: a leader that was started again, and logs that are gone, hold nobody', async () => {
    let seen = false;
    const metrics = misprinted('/metrics/json/', body =>
      seen ? body.replace(/("Master.LastBackupRestoreCount":\{"value":)\d+/, '$1-1') : body,
    );
    const logs = retold('restore', line => (seen ? '' : line));
    const story = await walk({
      turn: (ask, fake) => metrics(logs(ask, fake), fake),
      operator: {
        confirm: async gate => {
          seen ||= gate.startsWith('rest');
          return {answer: 'yes', typed: 'lake-alluxio'};
        },
      },
    });
    expect(seen).toBe(true);
    expect(story.held).toEqual([]);
    expect(story.did).toContain('w-2 start');
  });

  it('a restore is known from the logs of those that did it, whoever leads by now', async () => {
    const story = await walk({
      turn: misprinted('/metrics/json/', body =>
        body.replace(/("Master.LastBackupRestoreCount":\{"value":)\d+/, '$1-1'),
      ),
    });
    expect(story.held).toEqual([]);
  });

  it('a restore of which nobody tells holds the masters', async () => {
    const metrics = misprinted('/metrics/json/', body =>
      body.replace(/("Master.LastBackupRestoreCount":\{"value":)\d+/, '$1-1'),
    );
    const logs = retold('restore', () => '');
    const story = await walk({turn: (ask, fake) => metrics(logs(ask, fake), fake)});
    expect(story.held).toEqual(['masters/start@m-1']);
    untouchedBlocks(story);
  });

  it.each([
    ['2.8.0, which tells how many paths there are', {from: '2.8.0', homes: 'dir'}],
    ['2.3.0, which does not', {from: '2.3.0', journalType: 'UFS'}],
  ] as const)('an empty namespace is no healthy one, after %s', async (_, before) => {
    const story = await walk({
      before,
      turn: misprinted('/metrics/json/', (body, fake) =>
        happened(fake, 'm-1 start') ? body.replace(/("Master.TotalPaths":\{"value":)\d+/, '$12') : body,
      ),
    });
    expect(story.held).toEqual(['rest#0']);
    expect(ofKind(story, 'start')).toEqual(['m-1 start', 'm-2 start', 'm-3 start']);
  });

  it('masters that lost their content after the key press hold the run before the first worker', async () => {
    const story = await walk({
      turn: misprinted('/api/v1/master/info', (body, fake) =>
        happened(fake, 'jm-1 start') ? body.replace('"/cold"', '"/other"') : body,
      ),
    });
    expect(story.held.every(gate => gate.startsWith('rest/start@w-'))).toBe(true);
    expect(story.held).toContain('rest/start@w-1#1');
    expect(story.did.filter(line => /^w-\d start$/.test(line))).toEqual([]);
    untouchedBlocks(story);
  });

  it('a ramdisk that was emptied meanwhile holds its worker', async () => {
    const story = await walk({
      turn: retold('cache', (line, host, fake) =>
        host === '10.1.2.2' && happened(fake, 'm-1 start') ? line.replace(/^dir=\d+ \d+/, 'dir=0 0') : line,
      ),
    });
    expect(story.held).toEqual(['rest/start@w-2#0']);
    expect(story.did).not.toContain('w-2 start');
  });

  it.each(['missing', 'lost'])(
    'a worker that went away once all were back holds the job workers, who would take its pins away: %s',
    async how => {
      const away = (body: string): string => {
        const info = JSON.parse(body);
        const gone = info.workers.filter(
          ({address: {host}}: {address: {host: string}}) => host === '10.1.2.2',
        );
        info.workers = info.workers.filter((each: unknown) => !gone.includes(each));
        if (how === 'lost') info.lostWorkers = gone;
        return JSON.stringify(info);
      };
      const story = await walk({
        turn: misprinted('/api/v1/master/info', (body, fake) =>
          fake.effects.some(({node, effect}) => node === 'w-2' && effect === 'start') ? away(body) : body,
        ),
      });
      expect(story.did.filter(line => /^jw-\d start$/.test(line))).toEqual([]);
      expect(story.held.length).toBeGreaterThan(0);
      const seen = (given: Facts) => seenBy(story, NodeId.parse('m-1'), 'workers', given);
      const [missing, lost] = how === 'lost' ? [['w-2'], ['w-2']] : [['w-2'], []];
      expect(await seen({})).toMatchObject({leaders: 1, missing, lost});
      expect(await seen({skipped: ['w-2']})).toMatchObject({leaders: 1, missing: [], lost: []});
    },
  );
});
