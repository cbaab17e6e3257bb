import {describe, expect, it} from 'vitest';
import {cluster, leavingAt, walk} from '../../walks/alluxio/walk.ts';
import type {AlluxioWorld} from '../../walks/alluxio/world-state.ts';

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
      afterLinking('process', world => world.servers.set('jw-1', {running: '2.3.0', startedAt: 0})),
    ],
  ])('%s holds the run at %s, and no journal is touched', async (_name, gate, turn) => {
    const {held, did, world} = await walk({turn});
    expect(held).toEqual([gate]);
    expect(did.filter(line => line.endsWith(' format'))).toEqual([]);
    expect([...world.journals.values()].map(({state}) => state)).toEqual(['old', 'old', 'old']);
  });

  it('nor a stop after something was written since the backup', async () => {
    const {held, did} = await walk({
      turn: world => {
        world.onAsk = (_node, name) => {
          if (name === 'proof') world.sequence = 4712;
        };
      },
    });
    // The first look was before the proofs; the one after the key press sees it.
    expect(held).toEqual(['stop#5']);
    expect(did.filter(line => / (stop|format)$/.test(line))).toEqual([]);
  });

  it('nor a backup during which something was written', async () => {
    const {held, did} = await walk({
      turn: world => {
        world.onAsk = (_node, name) => {
          if (name === 'backup' && world.did.includes('m-1 backup')) world.sequence = 4712;
        };
      },
    });
    expect(held).toEqual(['backup/backup@m-1']);
    expect(did.filter(line => / (stop|format)$/.test(line))).toEqual([]);
  });

  it('what was proved before the key press is looked at once more after it', async () => {
    let world: AlluxioWorld | null = null;
    const {held, did} = await walk({
      turn: made => {
        world = made;
      },
      operator: {
        confirm: async gate => {
          if (gate === 'format/format@m-2#7') world?.unreadable.add('m-1');
          return {answer: 'yes', typed: cluster.name};
        },
      },
    });
    expect(held).toEqual(['format/format@m-2#8']);
    expect(did.filter(line => line.endsWith(' format'))).toEqual(['m-1 format']);
  });
});

describe('a destructive gate', () => {
  const formats = (did: readonly string[]): string[] => did.filter(line => line.endsWith(' format'));

  it('answered no leaves, with everything as it was', async () => {
    const {events, did} = await walk({operator: leavingAt('format/')});
    expect(events.at(-1)?.type).toBe('run.left');
    expect(formats(did)).toEqual([]);
  });

  it('is not opened by another word', async () => {
    const words = ['lake', '', 'LAKE-ALLUXIO'];
    const {did} = await walk({
      operator: {
        confirm: async gate => {
          if (!gate.startsWith('format/')) return {answer: 'yes', typed: cluster.name};
          const typed = words.shift();
          return typed === undefined ? {answer: 'leave'} : {answer: 'yes', typed};
        },
      },
    });
    expect(words).toEqual([]);
    expect(formats(did)).toEqual([]);
  });

  it('is shown and asked again when what it would hit has changed meanwhile', async () => {
    const asked: string[] = [];
    let world: AlluxioWorld | null = null;
    const {events, did} = await walk({
      turn: made => {
        world = made;
      },
      operator: {
        confirm: async gate => {
          asked.push(gate);
          const journal = world?.journals.get('m-2');
          if (gate === 'format/format@m-2#7' && journal !== undefined && journal.files === 9)
            journal.files = 10;
          return {answer: 'yes', typed: cluster.name};
        },
      },
    });
    expect(events.filter(({type}) => type === 'gate.drifted')).toMatchObject([
      {gate: 'format/format@m-2#7', blast: [{files: 10}]},
    ]);
    expect(asked.filter(gate => gate === 'format/format@m-2#7')).toHaveLength(2);
    expect(formats(did)).toEqual(['m-1 format', 'm-2 format', 'm-3 format']);
  });
});

describe('masters before workers', () => {
  it('a restore that lost entries holds the run before anything else is started, with every cache kept', async () => {
    const {held, did, world} = await walk({
      turn: made => {
        made.loses = 1;
      },
    });
    expect(held).toEqual(['rest#0']);
    expect(did.filter(line => / start$/.test(line))).toEqual([]);
    expect([...world.blocks.values()]).toEqual([6, 6]);
  });

  it('a master that lost its content after the key press holds the run before the first worker', async () => {
    const {held, did, world} = await walk({
      turn: made => {
        made.onAsk = (node, name) => {
          if (node === 'jm-1' && name === 'start') made.restored = 0;
        };
      },
    });
    expect(held).toEqual(['rest/start@w-1#1']);
    expect(did.filter(line => /^w-\d start$/.test(line))).toEqual([]);
    expect([...world.blocks.values()]).toEqual([6, 6]);
  });
});

it('goes on after lakeup died between format and start: the journals are empty and the backup still proved', async () => {
  const stopped = await walk({operator: leavingAt('masters#')});
  const events = stopped.events.filter(({type}) => type !== 'run.left');
  const {state, did, world} = await walk({after: {world: stopped.world, events}});
  expect(state.verdict).not.toBeNull();
  expect(did.filter(line => line.endsWith(' format'))).toHaveLength(3);
  expect([...world.blocks.values()]).toEqual([6, 6]);
});
