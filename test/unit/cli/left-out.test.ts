import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {servedAtMost} from '../../../src/cli/left-out.ts';
import type {Happening} from '../../../src/model/event.ts';
import {RunId} from '../../../src/model/ids.ts';
import type {Plan} from '../../../src/model/plan.ts';
import {runCli} from './outside.ts';
import {a, b, clusterOf, done, eventsOf, nodeId, planOf, RUN, started, systemWith} from './small-run.ts';
import {
  ALL,
  BACK,
  inStateDir,
  keep,
  look,
  lookSeeing,
  stateDir,
  through,
  undoable,
  upgrade,
} from './undoable.ts';

inStateDir();

const LATER = RunId.parse('20260201-000000-late');
const LAST = RunId.parse('20260301-000000-last');
const abandoned: Happening = {type: 'run.abandoned', because: 'no time'};
const failed: Happening = {type: 'run.held'};

const runs = async (...argv: readonly string[]): Promise<string> =>
  (await runCli(['runs', ...argv], {XDG_STATE_HOME: stateDir()})).stdout;
const lineOf = async (id: string, ...argv: readonly string[]): Promise<string> =>
  (await runs(...argv)).split('\n').find(line => line.startsWith(id)) ?? '';

/** A second goes by with each event; whenever this is read it is another day. */
const AT = String.raw`(2026-)?01-01 00:00:0\d`;
const OUT = new RegExp(
  String.raw`1 node was left out of service: a on 127\.0\.0\.1 since ${AT}; by its journal at most 1 of 2 stores served$`,
);
const SKIPPED: Happening = {
  type: 'nodes.skipped',
  nodes: [{node: a, as: 'out', agreedDown: true}],
  because: 'its disk is broken',
};
const skippedEnd: Happening = {
  type: 'run.ended',
  verdict: {verified: [b], skipped: [{node: a, as: 'out', because: 'its disk is broken'}]},
};

/** What an undo of that run is made of, as far as it counts here. */
const back = (): Plan => ({
  ...planOf([a, b]),
  direction: 'back',
  takesBack: {run: RUN, steps: [], whole: true},
  out: [a],
});

const surveyed = (health: string): Plan => ({...undoable(), survey: {[a]: {health}}});

describe('what a run left out of service', () => {
  const half = through(a, 'stage', 'stop');

  it('is told of one that was given up, with host and since when, in both languages', async () => {
    await keep(RUN, eventsOf(undoable(), ...half, abandoned));
    expect(await lineOf(RUN)).toMatch(new RegExp(`given up: no time; ${OUT.source}`));
    expect(await lineOf(RUN, '--lang', 'zh')).toMatch(
      new RegExp(
        `已放弃：“no time”；1 个节点被留在停服状态：a（127.0.0.1，自 ${AT} 起）；据其日志，2 个存储中最多有 1 个在提供服务$`,
      ),
    );
  });

  it('is told as what is only possible, where the end of the stop was not seen', async () => {
    await keep(RUN, eventsOf(undoable(), ...half, started('stop', b), abandoned));
    expect(await lineOf(RUN)).toMatch(
      /given up: no time; begun, and its end not seen: "stop" on b at .*, which may be at work there still; 1 node was left out of service: a on .*; perhaps also b on/,
    );
    await keep(LATER, eventsOf(undoable(), started('stop', b), abandoned));
    expect(await lineOf(LATER)).toMatch(/; 1 node was perhaps left out of service: b on 127\.0\.0\.1 since /);
  });

  it('is told of one that another run takes back, until that has brought it back', async () => {
    const yielded: Happening = {type: 'run.yielded', to: BACK};
    await keep(RUN, eventsOf(undoable(), ...half, yielded));
    expect(await lineOf(RUN)).toMatch(new RegExp(`being taken back by run ${BACK}; ${OUT.source}`));
    await keep(BACK, eventsOf(back(), failed));
    expect(await lineOf(RUN)).toMatch(OUT);
    expect(await lineOf(BACK)).toContain('a on 127.0.0.1 since before');
  });

  it('is not told any more once the run that takes it back has brought it back', async () => {
    await keep(RUN, eventsOf(undoable(), ...half, {type: 'run.yielded', to: BACK}));
    await keep(BACK, eventsOf(back(), ...Array<Happening>(6).fill(failed), started('start'), done('start')));
    expect(await lineOf(RUN)).toMatch(new RegExp(`being taken back by run ${BACK}$`));
  });

  it('is told of a node that was skipped while it was out, and not of one that was not', async () => {
    await keep(RUN, eventsOf(undoable(), ...half, SKIPPED, ...through(b, ...ALL), skippedEnd));
    expect(await lineOf(RUN)).toMatch(new RegExp(String.raw`a \(its disk is broken\); ${OUT.source}`));
    await keep(LATER, eventsOf(undoable(), SKIPPED, ...through(b, ...ALL), skippedEnd));
    expect(await lineOf(LATER)).toMatch(/a \(its disk is broken\)$/);
  });

  it('is told of a run that was left and can be resumed: nobody looks at it meanwhile', async () => {
    await keep(RUN, eventsOf(undoable(), ...half, {type: 'run.left'}));
    expect(await lineOf(RUN)).toMatch(new RegExp(`not ended, can be resumed; ${OUT.source}`));
  });

  it.each<[why: string, plan: Plan, happenings: readonly Happening[]]>([
    ['has verified it', undoable(), [{type: 'node.verified', node: a, facts: {}}]],
    ['has started it', undoable(), [...through(a, ...ALL), abandoned]],
    ['saw it well before its plan was made', surveyed('ok'), []],
  ])('is not told any more once a later run %s', async (_, plan, happenings) => {
    await keep(RUN, eventsOf(undoable(), ...half, abandoned));
    await keep(LATER, eventsOf(plan, ...Array<Happening>(6).fill(failed), ...happenings).map(later));
    expect(await lineOf(RUN)).toMatch(/given up: no time$/);
  });

  it.each<[why: string, plan: Plan, happenings: readonly Happening[]]>([
    ['has seen it down', surveyed('down'), []],
    ['has verified the others only', undoable(), [{type: 'node.verified', node: b, facts: {}}]],
    ['has done a step that leaves it where it was', undoable(), [done('stage')]],
    ['is an undo whose survey is that of the run before', {...back(), survey: {[a]: {health: 'ok'}}}, []],
  ])('stays told where a later run %s', async (_, plan, happenings) => {
    await keep(RUN, eventsOf(undoable(), ...half, abandoned));
    await keep(LATER, eventsOf(plan, ...happenings).map(later));
    expect(await lineOf(RUN)).toMatch(OUT);
  });

  it('is told where an earlier run had seen it serve, and through later ones that cannot be read', async () => {
    await keep(RUN, eventsOf(undoable(), ...through(a, ...ALL), abandoned));
    await keep(LATER, eventsOf(undoable(), ...half, abandoned).map(later));
    const broken = await keep(LAST, eventsOf(surveyed('ok')).map(later));
    writeFileSync(broken.journal, 'x\n');
    expect(await lineOf(LATER)).toContain('1 node was left out of service: a on 127.0.0.1');
  });

  it('is the same in JSON', async () => {
    await keep(RUN, eventsOf(undoable(), ...half, abandoned));
    const out = async () => JSON.parse(await runs('--json')).find(({run}: {run: string}) => run === RUN);
    expect((await out()).outOfService).toMatchObject([{node: 'a', certain: true}]);
    await keep(LATER, eventsOf(surveyed('ok')).map(later));
    expect((await out()).outOfService).toEqual([]);
  });
});

describe('where a cluster is looked at', () => {
  const half = through(a, 'stage', 'stop');
  const said = `run ${RUN} (1 → 2) was given up: no time; 1 node was left out of service: a on 127.0.0.1`;

  it('a run that was given up is named with what it left, as long as that is not seen well', async () => {
    await keep(RUN, eventsOf(undoable(), ...half, abandoned));
    expect((await look()).stderr).toContain(said);
    expect((await upgrade()).stderr, 'a new one looks at every node itself').not.toContain(RUN);
  });

  it.each([
    ['ok', false],
    ['down', true],
  ] as const)('it is looked whether they are well: %s', async (health, told) => {
    await keep(RUN, eventsOf(undoable(), ...half, abandoned));
    const {stdout, stderr} = await lookSeeing(health);
    expect(stdout).toMatch(new RegExp(`a +127.0.0.1 +${health}`));
    if (told) expect(stderr).toContain(said);
    else expect(stderr).not.toContain(RUN);
  });

  it.each([
    ['ok', true],
    ['down', false],
  ] as const)(
    'of one that was left in the middle it is said who is seen to serve all the same: %s',
    async (health, told) => {
      await keep(RUN, eventsOf(undoable(), ...through(a, 'stage'), started('stop', a), {type: 'run.left'}));
      const {stderr} = await lookSeeing(health);
      expect(stderr).toContain('1 node was perhaps left out of service: a on 127.0.0.1');
      const serves = `a is seen to serve now, and what run ${RUN} has begun on it may be at work still and take it out of service: its end was not seen.`;
      expect(stderr.includes(serves)).toBe(told);
    },
  );

  it('so is one that ended with a node that was skipped while out', async () => {
    await keep(RUN, eventsOf(undoable(), ...half, SKIPPED, ...through(b, ...ALL), skippedEnd));
    expect((await look()).stderr).toContain(
      `run ${RUN} (1 → 2) has ended; 1 node was left out of service: a on 127.0.0.1`,
    );
  });

  it('not one that left nobody so, or whose nodes a later run saw serve', async () => {
    await keep(RUN, eventsOf(undoable(), ...half, abandoned));
    await keep(
      LATER,
      eventsOf(undoable(), ...Array<Happening>(6).fill(failed), ...through(a, ...ALL), abandoned).map(later),
    );
    expect((await look()).stderr).not.toContain('given up');
  });

  it('of one that is being taken back, the run to go on with is the one that does that', async () => {
    await keep(RUN, eventsOf(undoable(), ...half, {type: 'run.yielded', to: BACK}));
    const line = async (): Promise<string> =>
      (await look()).stderr.split('\n').find(words => words.startsWith(`run ${RUN}`)) ?? '';
    expect(await line()).toMatch(new RegExp(`go on with it: lakeup resume ${RUN}$`));
    await keep(BACK, eventsOf(back(), started('start')));
    expect(await line()).toMatch(
      new RegExp(`it is being taken back; go on with that: lakeup resume ${BACK}$`),
    );
  });

  it('nor one of other homes', async () => {
    await keep(RUN, eventsOf(undoable(), ...half, abandoned));
    const file = join(stateDir(), 'other.yaml');
    writeFileSync(
      file,
      `clusters:
  toys:
    system: vault
    ssh: {user: nobody, port: 1, identityFile: ${stateDir()}/key, knownHosts: ${stateDir()}/known_hosts}
    roles:
      store: {package: /srv/package, nodes: [{name: a, host: 127.0.0.2, home: /srv/a}]}
      router: {package: /srv/package, nodes: [{name: c, host: 127.0.0.2, home: /srv/c}]}
`,
    );
    const {stderr} = await runCli(['status', 'toys', '-i', file], {XDG_STATE_HOME: stateDir()});
    expect(stderr).not.toContain(RUN);
  });
});

it('of how many of each kind can have served it is said of each, and where there are many, that there are more', () => {
  const served = (n: number): readonly string[] => {
    const plain = clusterOf(Array.from({length: n}, (_, i) => nodeId(`n-${i}`)));
    const cluster = {...plain, nodes: plain.nodes.map(node => ({...node, group: `g-${node.id}`}))};
    const ids = cluster.nodes.map(({id}) => id);
    return servedAtMost({cluster, system: systemWith({})}, new Set(ids))(ids).map(({en}) => en);
  };
  expect(served(5)).toHaveLength(5);
  expect(served(5).join()).not.toContain('more');
  expect(served(7).at(-1)).toBe('and 1 more kind of nodes');
  expect(served(9).at(-1)).toBe('and 3 more kinds of nodes');
});

describe('who was down by itself when a run watched last', () => {
  const down: Happening = {type: 'node.down', node: b, since: Date.UTC(2026, 0, 1)};
  const up: Happening = {type: 'node.up', node: b, last: Date.UTC(2026, 0, 1), health: 'ok'};
  const left: Happening = {type: 'run.left'};
  const DOWN = String.raw`1 node was down by itself, as seen last at ${AT}: b on 127\.0\.0\.1 since ${AT}`;

  it('is told of one that was left, with host, since when, when that was, and how many served at most', async () => {
    await keep(RUN, eventsOf(undoable(), ...through(a, 'stage'), down, left));
    expect(await lineOf(RUN)).toMatch(
      new RegExp(`can be resumed; ${DOWN}; by its journal at most 1 of 2 stores served$`),
    );
    expect(await lineOf(RUN, '--lang', 'zh')).toMatch(
      new RegExp(
        `；${AT} 最后看到时，1 个节点自行宕机：b（127.0.0.1，自 ${AT} 起）；据其日志，2 个存储中最多有 1 个在提供服务$`,
      ),
    );
    expect(JSON.parse(await runs('--json'))).toMatchObject([
      {down: [{node: 'b', since: Date.UTC(2026, 0, 1)}], watchedAt: expect.any(Number), outOfService: []},
    ]);
  });

  it('is told beside whom the run took out, who count as not serving too', async () => {
    await keep(RUN, eventsOf(undoable(), ...through(a, 'stage', 'stop'), down, left));
    expect(await lineOf(RUN)).toMatch(
      /left out of service: a on .*; by its journal at most 0 of 2 stores served; 1 node was down by itself/,
    );
  });

  it('is told of a run that died, at the time of its last event, whatever others wrote into its journal since', async () => {
    const events = eventsOf(undoable(), ...through(a, 'stage'), down);
    const last = events.at(-1)?.at ?? 0;
    const gaveUp = eventsOf(undoable(), ...through(a, 'stage'), down, abandoned)
      .slice(-1)
      .map(later);
    await keep(RUN, [...events, ...gaveUp]);
    expect(JSON.parse(await runs('--json'))).toMatchObject([{down: [{node: 'b'}], watchedAt: last}]);
    expect(await lineOf(RUN)).toMatch(new RegExp(DOWN));
  });

  it.each([
    ['it was up again', [down, up, left]],
    [
      'nobody has seen it so since the run was resumed',
      [down, left, {type: 'run.resumed', lakeup: '1'}, left],
    ],
  ] as const)('is not told where %s', async (_, happenings) => {
    await keep(RUN, eventsOf(undoable(), ...through(a, 'stage'), ...happenings));
    expect(await lineOf(RUN)).not.toContain('down');
  });

  it('nor where a later run has verified it', async () => {
    await keep(RUN, eventsOf(undoable(), ...through(a, 'stage'), down, abandoned));
    const verified: Happening = {type: 'run.ended', verdict: {verified: [a, b]}};
    await keep(
      LATER,
      eventsOf(undoable(), ...through(a, ...ALL), ...through(b, ...ALL), verified).map(later),
    );
    expect(await lineOf(RUN)).not.toContain('down');
  });
});

describe('who is seen down by a look at the cluster', () => {
  const down: Happening = {type: 'node.down', node: b, since: Date.UTC(2026, 0, 1)};

  it('is said in a sentence with its host and who serves; since when is not known by looking once', async () => {
    const {stderr} = await lookSeeing({b: 'down'});
    expect(stderr).toContain('Down now: b on 127.0.0.1 (since when is not known); 1 of 2 stores serve: a.\n');
  });

  it('nor is it where nobody else is of its kind', async () => {
    const {stderr} = await lookSeeing({c: 'down'});
    expect(stderr).toContain(
      'Down now: c on 127.0.0.1 (since when is not known); nobody else of its kind.\n',
    );
  });

  it('says since when, as far as the journal of a run knows it', async () => {
    await keep(RUN, eventsOf(undoable(), ...through(a, 'stage', 'stop'), down, abandoned));
    const {stderr} = await lookSeeing({a: 'down', b: 'down'});
    expect(stderr).toMatch(
      new RegExp(
        String.raw`Down now: a on 127\.0\.0\.1 \(out of service by run ${RUN} since ${AT}\), b on 127\.0\.0\.1 \(as run ${RUN} saw it since ${AT}\); none of 2 stores is seen to serve`,
      ),
    );
  });

  it('also in JSON, of those that are down', async () => {
    await keep(RUN, eventsOf(undoable(), ...through(a, 'stage'), down, abandoned));
    const {nodes} = JSON.parse((await lookSeeing({b: 'down', c: 'down'}, '--json')).stdout);
    expect(nodes).toMatchObject([
      {node: 'a'},
      {
        node: 'b',
        down: {since: Date.UTC(2026, 0, 1), run: RUN, by: 'itself', atLeast: false},
        kind: {all: 2, serving: 1},
      },
      {node: 'c', down: {since: null}, kind: {all: 1, serving: 0}},
    ]);
    expect(nodes[0]).not.toHaveProperty('down');
  });
});

/** As of a run that was made a month later. */
function later<T extends {readonly at: number}>(event: T): T {
  return {...event, at: event.at + 31 * 24 * 3_600_000};
}
