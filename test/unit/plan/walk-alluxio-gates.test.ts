import {describe, expect, it} from 'vitest';
import {cluster} from '../../walks/alluxio/cluster.ts';
import {plan} from '../../walks/alluxio/plan.ts';
import {system} from '../../walks/alluxio/system.ts';
import {byHand, walk} from '../../walks/alluxio/walk.ts';
import {type AlluxioWorld, makeAlluxio} from '../../walks/alluxio/world.ts';
import {drive, fresh} from '../../walks/drive.ts';

describe('no proof, no format', () => {
  /** Turns the world at the first look or action of that name once the new version is linked in. */
  const afterLinking =
    (asked: string, turn: (world: AlluxioWorld) => void) =>
    (world: AlluxioWorld): void => {
      world.onAsk = (_node, name) => {
        if (name === asked && world.did.includes('w-2 link-new')) turn(world);
      };
    };
  const loseCopies = ({journals}: AlluxioWorld): void => {
    for (const journal of journals.values()) journal.copied = false;
  };

  it.each<[string, string, (world: AlluxioWorld) => void]>([
    [
      'a master that cannot read the backup',
      'format/format@m-1#2',
      afterLinking('proof', world => world.unreadable.add('m-3')),
    ],
    ['a journal that was not copied', 'format/format@m-1#3', afterLinking('journal-copy', loseCopies)],
    [
      'a cache copy that lost a file',
      'format/format@m-1#4',
      afterLinking('cache-copy', world => world.copies.set('w-1', 5)),
    ],
    [
      'a cache copy that is gone',
      'format/format@m-1#5',
      afterLinking('cache-copy', world => world.copies.delete('w-2')),
    ],
    [
      'a process that came back',
      'format/format@m-1#6',
      afterLinking('processes', world => world.servers.set('jw-1', {running: '2.3.0', startedAt: 0})),
    ],
  ])('%s holds the run at %s, and no journal is touched', async (_name, gate, turn) => {
    const {held, did, world} = await walk(turn);
    expect(held).toEqual([gate]);
    expect(did.filter(line => line.endsWith(' format'))).toEqual([]);
    expect([...world.journals.values()].map(({state}) => state)).toEqual(['old', 'old', 'old']);
  });

  it('nor a stop after something was written since the backup', async () => {
    const {held, did} = await walk(world => {
      world.onAsk = (_node, name) => {
        if (name === 'proof') world.sequence = 4712;
      };
    });
    // The first look was before the proofs; the one after the key press sees it.
    expect(held).toEqual(['stop#5']);
    expect(did.filter(line => /stop|format/.test(line))).toEqual([]);
  });

  it('nor a backup during which something was written', async () => {
    const {held, did} = await walk(world => {
      world.onAsk = (_node, name) => {
        if (name === 'backup' && world.did.includes('m-1 backup')) world.sequence = 4712;
      };
    });
    expect(held).toEqual(['backup/backup@m-1']);
    expect(did.filter(line => /stop|format/.test(line))).toEqual([]);
  });

  it('what was proved before the key press is looked at once more after it', async () => {
    const world = makeAlluxio();
    const {state} = await drive(fresh(plan), {
      ...world,
      system,
      cluster,
      operator: {
        ...byHand(world),
        confirm: async gate => {
          if (gate === 'format/format@m-2#7') world.unreadable.add('m-1');
          return {answer: 'yes', typed: cluster.name};
        },
      },
    });
    expect(state.holds).toEqual([{kind: 'gate', gate: 'format/format@m-2#8'}]);
    expect(world.did.filter(line => line.endsWith(' format'))).toEqual(['m-1 format']);
  });
});

describe('a destructive gate', () => {
  const formatting = (gate: string): boolean => gate.startsWith('format/');
  const formats = (did: readonly string[]): string[] => did.filter(line => line.endsWith(' format'));

  it('answered no leaves, with everything as it was', async () => {
    const {events, did} = await walk(undefined, {
      confirm: async gate => (formatting(gate) ? {answer: 'leave'} : {answer: 'yes', typed: cluster.name}),
    });
    expect(events.at(-1)?.type).toBe('run.left');
    expect(formats(did)).toEqual([]);
  });

  it('is not opened by another word', async () => {
    const words = ['lake', '', 'LAKE-ALLUXIO'];
    const {did} = await walk(undefined, {
      confirm: async gate => {
        if (!formatting(gate)) return {answer: 'yes', typed: cluster.name};
        const typed = words.shift();
        return typed === undefined ? {answer: 'leave'} : {answer: 'yes', typed};
      },
    });
    expect(words).toEqual([]);
    expect(formats(did)).toEqual([]);
  });

  it('is shown and asked again when what it would hit has changed meanwhile', async () => {
    const asked: string[] = [];
    let world: AlluxioWorld | null = null;
    const {events, did} = await walk(
      made => {
        world = made;
      },
      {
        confirm: async gate => {
          asked.push(gate);
          const journal = world?.journals.get('m-2');
          if (gate === 'format/format@m-2#7' && journal !== undefined && journal.files === 9)
            journal.files = 10;
          return {answer: 'yes', typed: cluster.name};
        },
      },
    );
    expect(events.filter(({type}) => type === 'gate.drifted')).toMatchObject([
      {gate: 'format/format@m-2#7', blast: [{files: 10}]},
    ]);
    expect(asked.filter(gate => gate === 'format/format@m-2#7')).toHaveLength(2);
    expect(formats(did)).toEqual(['m-1 format', 'm-2 format', 'm-3 format']);
  });
});

describe('masters before workers', () => {
  it('a restore that lost entries holds the run before anything else is started, with every cache kept', async () => {
    const {held, did, world} = await walk(made => {
      made.loses = 1;
    });
    expect(held).toEqual(['rest#0']);
    expect(did.filter(line => /\.start$/.test(line))).toEqual([]);
    expect([...world.blocks.values()]).toEqual([6, 6]);
  });

  it('a master that lost its content after the key press holds the run before the first worker', async () => {
    const {held, did, world} = await walk(made => {
      made.onAsk = (_node, name) => {
        if (name === 'job-master.start') made.restored = 0;
      };
    });
    expect(held).toEqual(['rest/start@w-1#1']);
    expect(did.filter(line => line.endsWith(' worker.start'))).toEqual([]);
    expect([...world.blocks.values()]).toEqual([6, 6]);
  });
});

it('goes on after lakeup died between format and start: the journals are empty and the backup still proved', async () => {
  const world = makeAlluxio();
  const driving = {...world, system, cluster};
  const stopped = await drive(fresh(plan), {
    ...driving,
    operator: {
      ...byHand(world),
      confirm: async gate =>
        gate.startsWith('masters#') ? {answer: 'leave'} : {answer: 'yes', typed: cluster.name},
    },
  });
  const journal = stopped.events.filter(({type}) => type !== 'run.left');
  const {state} = await drive(
    {kind: 'resumed', events: journal, lakeup: 'test'},
    {...driving, operator: byHand(world)},
  );
  expect(state.verdict).not.toBeNull();
  expect(world.did.filter(line => line.endsWith(' format'))).toHaveLength(3);
  expect([...world.blocks.values()]).toEqual([6, 6]);
});
