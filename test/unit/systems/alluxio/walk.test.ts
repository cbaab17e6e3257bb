import {describe, expect, it} from 'vitest';
import {planSteps} from '../../../../src/model/plan.ts';
import {foldEvents} from '../../../../src/model/reduce.ts';
import {outOfService} from '../../../../src/model/state.ts';
import {holdingsOf, resumed, walk} from '../../../walks/alluxio-story.ts';
import {first, KINDS, last, once, wrongs} from './stories.ts';

describe.each(KINDS)('%s', (_, setting) => {
  const whole = once(() => walk(setting));

  it('comes to its end with every node verified, every block kept and the content proved', async () => {
    // What there was when everything was backed up: nothing is written from then on.
    const was = await holdingsOf(await walk({...setting, left: 'stop#'}));
    const story = await whole();
    const end = story.events.at(-1);
    expect(story.held).toEqual([]);
    expect(end?.type === 'run.ended' && end.verdict.verified).toHaveLength(story.cluster.nodes.length);
    expect(wrongs(story)).toEqual([]);
    const is = await holdingsOf(story);
    expect(is.blocks).toEqual(was.blocks);
    expect(is.mounts).toEqual(was.mounts);
    expect(is.versions).toEqual(['2.9.4']);
    for (const [line, many] of Map.groupBy(story.did, line => line))
      if (/ (stop|start|format|stage|install|keep-journal)$/.test(line)) expect(many, line).toHaveLength(1);
  });

  it('keeps the order on which nothing may be wrong', async () => {
    const {did, plan} = await whole();
    const order = [
      last(did, / stage$/),
      first(did, / backup$/),
      first(did, /^(w|jw|p)-\d stop$/),
      first(did, /^m-\d stop$/),
      last(did, /^m-\d end$/),
      first(did, / keep-journal$/),
      last(did, / keep-journal$/),
      first(did, / install$/),
      last(did, / install$/),
      ...(plan.procedure === 'restore' ? [first(did, / format$/), last(did, / format$/)] : []),
      first(did, /^m-\d start$/),
      first(did, / serves-whole$/),
      first(did, /^(w|jm)-\d start$/),
    ];
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(last(did, /^w-\d end$/)).toBeLessThan(first(did, /^m-\d stop$/));
    expect(last(did, /^m-\d start$/)).toBeLessThan(first(did, / serves-whole$/));
  });
});

describe('how far the backup is', () => {
  /** Of each backup that was made, one after the other: something was written while the first one was. */
  const figures = (said: readonly string[]): number[][] =>
    said
      .flatMap(line => /^backup\/backup@m-1 running: (\d+) /.exec(line)?.[1] ?? [])
      .map(Number)
      .reduce<number[][]>((all, entries) => {
        if (entries === 0) all.push([]);
        all.at(-1)?.push(entries);
        return all;
      }, []);

  it('is told while it is made, of at least as many entries as there are paths, and kept nowhere', async () => {
    const {said, events} = await walk({left: 'stop#'});
    expect(figures(said).length).toBeGreaterThan(0);
    for (const each of figures(said)) {
      expect(each).toHaveLength(5);
      expect(each).toEqual(each.toSorted((a, b) => a - b));
    }
    expect(said.filter(line => / 0 of at least \d+ entries$/.test(line))).toHaveLength(figures(said).length);
    expect(JSON.stringify(events.slice(1))).not.toContain('running: ');
  });

  it('is told of the paths and blocks that a later version counts', async () => {
    const {said} = await walk({left: 'stop#', before: {from: '2.8.0'}});
    const told = said.filter(words => / of \S+ entries/.test(words));
    expect(told.length).toBeGreaterThan(3);
    for (const line of told) expect(line).toMatch(/ of ~\d+ entries \(\d+%\)$/);
  });
});

describe('what the masters restore', () => {
  it('is what the backup printed, given to their script by a variable', async () => {
    const {plan, events, did} = await walk();
    const made = events.find(event => event.type === 'step.done' && event.step === 'backup/backup@m-1');
    const uri = made?.type === 'step.done' ? String(made.facts.uri) : '';
    expect(uri).toMatch(/alluxio-backup-.*\.gz$/);
    expect(JSON.stringify(plan)).not.toContain(uri);
    expect(did.filter(line => line.endsWith(' restored'))).toHaveLength(1);
    for (const {action} of planSteps(plan).filter(({id}) => id.startsWith('masters/')))
      expect(action).toMatchObject({vars: {backup: {from: {step: 'backup/backup@m-1', fact: 'uri'}}}});
  });

  it('is read once more where lakeup died between the format and the start', async () => {
    const story = await resumed(await walk({left: 'masters#'}));
    expect(story.state.verdict).not.toBeNull();
    expect(wrongs(story)).toEqual([]);
    expect(story.did.filter(line => line.endsWith(' format'))).toHaveLength(3);
  });
});

describe('who is out of service', () => {
  /** The nodes that are out when the question of a phase is asked, or when all is over. */
  const outAt = async (gate: string): Promise<readonly string[]> => {
    const {state} = await walk({left: gate});
    return outOfService(state).map(({node}) => node);
  };

  it.each(['install#', 'format#', 'format/format@m-2', 'masters#'])(
    'is everybody between the stop and the start: left at %s',
    async gate => {
      const {cluster} = await walk({left: 'stage#'});
      expect((await outAt(gate)).toSorted()).toEqual(cluster.nodes.map(({id}) => id).toSorted());
    },
  );

  it.each<[string, readonly string[]]>([
    ['stage#', []],
    ['stop#', []],
    ['w-1 end', ['jm-1', 'jm-2', 'jm-3', 'jw-1', 'jw-2', 'w-1', 'w-2']],
    ['rest#', ['jm-1', 'jm-2', 'jm-3', 'jw-1', 'jw-2', 'w-1', 'w-2']],
    ['never', []],
  ])('is, left at %s, %j', async (gate, out) => {
    expect((await outAt(gate)).toSorted()).toEqual(out);
  });

  it('is known node by node while the cluster is being stopped', async () => {
    const {events} = await walk({left: 'install#'});
    const began = events.findIndex(event => event.type === 'step.started' && event.step === 'stop/stop@w-2');
    const out = outOfService(foldEvents(events.slice(0, began + 1)));
    expect(out.find(({node}) => node === 'w-2')).toMatchObject({certain: false});
    expect(out.map(({since}) => since)).toEqual(out.map(({since}) => since).toSorted((a, b) => a - b));
  });
});
