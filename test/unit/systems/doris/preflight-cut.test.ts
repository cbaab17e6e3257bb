import {describe, expect, test} from 'vitest';
import type {Facts} from '../../../../src/model/facts.ts';
import {changedEach, notPassed} from './preflight/support.ts';

// A node that is down in the middle of an upgrade whose journal nobody has: what is told of it, and what to type.

const S = '20260101_000000';
const STAGE = `.lakeup-stage-${S}`;
const [BIN, LIB] = [`bin_backup_${S}`, `lib_backup_${S}`];
const down = {process: 'none', count: 0, pidFile: 'none', health: 'down', http: 'closed', version: undefined};
const done = {version: '3.1.2', leftovers: [BIN, LIB]};

type Case = readonly [what: string, facts: Record<string, Facts[string] | undefined>, command: string | null];
const cases: readonly Case[] = [
  ['stopped, nothing moved', {leftovers: [STAGE]}, 'cd /opt/doris/be && START'],
  ['bin moved away', {leftovers: [STAGE, BIN], bin: 'none'}, `cd /opt/doris/be && mv ${BIN} bin && START`],
  [
    'both moved away',
    {leftovers: [STAGE, BIN, LIB], bin: 'none', lib: 'none'},
    `cd /opt/doris/be && mv ${STAGE}/bin bin && mv ${STAGE}/lib lib && START`,
  ],
  [
    'the new bin in place',
    {leftovers: [STAGE, BIN, LIB], lib: 'none'},
    `cd /opt/doris/be && mv ${STAGE}/lib lib && START`,
  ],
  ['both new in place', {leftovers: [BIN, LIB]}, 'cd /opt/doris/be && START'],
  // The last upgrade has left its backups on every node: this one is down for a reason of its own.
  ['down by itself', {leftovers: ['bin_backup_20250101_000000', 'lib_backup_20250101_000000']}, null],
  ['its stage cut off while it was copied', {leftovers: [`${STAGE}.part`]}, null],
];

describe('a backend that is down in an upgrade that was cut', () => {
  test.each(cases)('%s', (_, facts, command) => {
    const old = ['bin_backup_20250101_000000', 'lib_backup_20250101_000000'];
    const found = notPassed(
      changedEach({
        ...Object.fromEntries(['ms-1', 'ms-2', 'ms-3', 'rc-1', 'be-1'].map(node => [node, done])),
        ...Object.fromEntries(['be-3', 'be-4'].map(node => [node, {leftovers: old}])),
        'be-2': {...down, ...facts, leftovers: facts.leftovers},
      }),
    );
    const blocks = found.filter(({level}) => level === 'block');
    const healthy = blocks.find(({check}) => check === 'healthy');
    if (command === null) {
      expect(healthy?.fix?.en).toMatch(/^Bring the node up and healthy first/);
      return;
    }
    expect(
      blocks.map(({check, node}) => `${check} ${node}`),
      'one thing, said once',
    ).toEqual(['healthy be-2']);
    const start = 'JAVA_HOME=/usr/lib/jvm/java-17 bash bin/start_be.sh --daemon';
    expect(healthy?.fix?.en).toContain(`(${S})`);
    expect(healthy?.fix?.en).toContain(`: ${command.replace('START', start)}. Once it is healthy`);
    expect(healthy?.fix?.zh).toContain(command.replace('START', start));
  });

  test('one that was only staged, and ended by itself later, is told of as that, with its last words', () => {
    const lastWords = ['be.out: *** SIGSEGV address not mapped', 'be.INFO: the last line'];
    const found = notPassed(
      changedEach({
        ...Object.fromEntries(['ms-1', 'ms-2', 'ms-3', 'rc-1', 'be-1'].map(node => [node, done])),
        'be-2': {...down, causes: ['process=none'], pidFile: '4711', leftovers: [STAGE], lastWords},
      }),
    );
    const blocks = found.filter(({level}) => level === 'block');
    expect(blocks.map(({check, node}) => `${check} ${node}`)).toEqual(['healthy be-2']);
    expect(blocks[0]?.seen?.en).toBe(
      'health=down process=none, its logs end with: be.out: *** SIGSEGV address not mapped | be.INFO: the last line',
    );
    expect(blocks[0]?.seen?.zh).toContain('be.out: *** SIGSEGV address not mapped');
    const start = 'JAVA_HOME=/usr/lib/jvm/java-17 bash bin/start_be.sh --daemon';
    expect(blocks[0]?.fix?.en).toBe(
      `It was not stopped by its stop script, or it ended by itself: its pid file is still there, which that script takes away, and of an upgrade only the copy of the new files lies there (${STAGE}); nothing was moved. Put right what its logs tell of. Then, on its host, as the user it runs as: cd /opt/doris/be && ${start}. Once it is healthy, \`lakeup upgrade\` takes on from there.`,
    );
    expect(blocks[0]?.fix?.zh).toContain(`cd /opt/doris/be && ${start}`);
  });

  describe('whose old bin is gone', () => {
    const gone = {
      ...down,
      bin: 'dir',
      lib: 'none',
      leftovers: [LIB],
      'cut.stamp': S,
      'cut.bin': 'old',
      'cut.lib': 'moved',
      'cut.stage': 'none',
      'cut.newAlone': ['bin'],
    };
    const start = 'JAVA_HOME=/usr/lib/jvm/java-17 bash bin/start_be.sh --daemon';
    const others = ['be-3', 'be-4', 'be-5', 'be-6'];
    const told = (doneToo: readonly string[], survey = {}) => {
      const all = ['ms-1', 'ms-2', 'ms-3', 'rc-1', 'be-1', ...doneToo];
      const found = notPassed(
        changedEach({...Object.fromEntries(all.map(node => [node, done])), 'be-2': gone, ...survey}),
      );
      const blocks = found.filter(({level}) => level === 'block');
      expect(blocks.map(({check, node}) => `${check} ${node}`)).toEqual(['healthy be-2']);
      return blocks[0]?.fix;
    };
    const what = `An upgrade was cut here between stop and start (${S}). lakeup does not take it on there: the files of bin are the package’s by name and size, and nothing is kept of the old ones: ${BIN} is missing; lib is moved away to ${LIB}.`;

    test('it comes back from a backup, or from one of its role that runs the old version still', () => {
      const fix = told([]);
      expect(fix?.en).toBe(
        `${what} Bring the old bin (3.0.6) back as /opt/doris/be/${BIN}, from a backup of yours, or as a copy of /opt/doris/be/bin of be-3 with its times and without its pid file; \`lakeup upgrade\` takes it on from there.`,
      );
      expect(fix?.zh).toContain(`/opt/doris/be/${BIN}`);
    });

    test('it goes straight to its place where the package’s lies in the stage too: a third one would be too many', () => {
      const fix = told([], {'be-2': {...gone, leftovers: [LIB, STAGE], 'cut.newTwice': ['bin']}});
      expect(fix?.en).toBe(
        `${what} Move /opt/doris/be/bin out of the home: the package’s lies in ${STAGE} too. Bring the old bin (3.0.6) back as /opt/doris/be/bin, from a backup of yours, or as a copy of /opt/doris/be/bin of be-3 with its times and without its pid file; \`lakeup upgrade\` takes it on from there.`,
      );
      expect(fix?.zh).toContain(`请将 /opt/doris/be/bin 移出安装目录：${STAGE} 中也有升级包的那一份`);
    });

    test.each([[[]], [others]])(
      'nothing is started beside a lib of which nobody knows which it is, with %j upgraded',
      doneToo => {
        const fix = told(doneToo, {
          'be-2': {...gone, lib: 'dir', leftovers: [LIB, STAGE], 'cut.lib': 'unclear'},
        });
        const places = [`/opt/doris/be/${LIB}`, '/opt/doris/be/lib', `/opt/doris/be/${STAGE}/lib`];
        expect(fix?.en).toBe(
          `An upgrade was cut here between stop and start (${S}). lakeup does not take it on there: nobody knows whether the old one or the package’s lies in the place of lib. Start nothing there: more than one version may lie in its home. See to it that the old one is ${places[0]}, that nothing is ${places[1]} (move it out of the home), and that ${places[2]} is a directory or is not there; then \`lakeup upgrade\` looks at it again.`,
        );
        for (const place of places) expect(fix?.zh).toContain(place);
      },
    );

    test('it is upgraded by hand where nobody of its role runs the old version any more', () => {
      const fix = told(others);
      expect(fix?.en).toBe(
        `${what} Nobody of its role runs the old version any more, so it goes forward; on its host, as the user it runs as: cd /opt/doris/be && [ ! -e lib ] && cp -a /opt/pkg/apache-doris-3.1.2-bin-x64/be/lib lib && ${start}. Once it is healthy, \`lakeup upgrade\` takes on from there.`,
      );
      expect(fix?.zh).toContain('cp -a /opt/pkg/apache-doris-3.1.2-bin-x64/be/lib lib');
    });
  });

  test('a frontend beside a master of the new version comes up with that alone', () => {
    const rest = 'ms-1 ms-2 ms-3 rc-1 be-1 be-2 be-3 be-4 be-5 be-6 fe-1 fe-4'.split(' ');
    const found = notPassed(
      changedEach({
        ...Object.fromEntries(rest.map(node => [node, {version: '3.1.2'}])),
        'fe-2': down,
      }),
    );
    const healthy = found.find(({check}) => check === 'healthy');
    expect(healthy?.fix?.en).toMatch(
      /comes up with the new version alone.*mv bin bin_backup_\$t && cp -a \S+\/bin \./,
    );
  });
});
