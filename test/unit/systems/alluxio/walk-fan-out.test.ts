import {describe, expect, it} from 'vitest';
import type {Ask, ReplyTo, Request} from '../../../../src/model/ask.ts';
import {NodeId} from '../../../../src/model/ids.ts';
import type {Operator} from '../../../../src/model/world.ts';
import type {Setting} from '../../../walks/alluxio-cluster.ts';
import {holdingsOf, type Story, walk} from '../../../walks/alluxio-story.ts';
import {KINDS, wrongs} from './stories.ts';

/** The same cluster by cluster-wide commands, with the actions that were sent to its hosts: "HOST SCRIPT". */
const widely = (setting: Setting = {}): Setting & {readonly sent: readonly string[]} => {
  const sent: string[] = [];
  const turn: Setting['turn'] = (ask, fake): Ask => {
    const turned = setting.turn?.(ask, fake) ?? ask;
    return async <R extends Request>(host: Parameters<Ask>[0], request: R): Promise<ReplyTo<R>> => {
      if (request.kind === 'shell' && request.shell === 'act')
        sent.push(`${host} ${request.script.body.name}`);
      return turned(host, request);
    };
  };
  return {...setting, settings: ['commands: cluster-wide', ...(setting.settings ?? [])], turn, sent};
};

const ofFanOuts = ({plan}: Pick<Story, 'plan'>): readonly string[] =>
  plan.phases.flatMap(({id, fanOut}) => (fanOut === undefined ? [] : [`${id}: ${fanOut.title.en}`]));

const COPIED = ['ramdisks that are copied and put back', {settings: ['caches: copy']}] as const;
const DROPPED = ['tiers that are given up', {settings: ['caches: drop', 'persist: true']}] as const;

describe.each([...KINDS, COPIED, DROPPED])('by cluster-wide commands: %s', (_, setting) => {
  it('every node is stopped and started by them alone, once, and verified by itself', async () => {
    const wide = widely(setting);
    const story = await walk(wide);
    const end = story.events.at(-1);
    expect(story.held).toEqual([]);
    expect(end?.type === 'run.ended' && end.verdict.verified).toHaveLength(story.cluster.nodes.length);
    expect(wrongs(story)).toEqual([]);
    expect((await holdingsOf(story)).versions).toEqual(['2.9.4']);
    // Proxies on hosts of their own are on none that a command reaches; job workers wait for a job master that leads.
    const byThemselves = wide.sent.filter(line => /\.(start|stop)$/.test(line));
    expect(byThemselves.filter(line => !/\.proxy\.|\.job-worker\.start$/.test(line))).toEqual([]);
    for (const [line, many] of Map.groupBy(story.did, each => each))
      if (/ (stop|start)$/.test(line)) expect(many, line).toHaveLength(1);
  });
});

describe('which commands they are', () => {
  it('are those of the guide, masters by themselves', async () => {
    expect(ofFanOuts(await walk({...widely(), left: 'stage#'}))).toEqual([
      'stop: alluxio-stop.sh job_workers; alluxio-stop.sh workers; alluxio-stop.sh job_masters',
      'stop-masters: alluxio-stop.sh masters',
      'masters: alluxio-start.sh -i BACKUP -a masters',
      'rest: alluxio-start.sh -a job_masters; alluxio-start.sh -a workers NoMount',
    ]);
  });

  it('kill nothing outright where the old version can be told so', async () => {
    expect(ofFanOuts(await walk({...widely({before: {from: '2.8.0'}}), left: 'stage#'}))).toContain(
      'stop-masters: alluxio-stop.sh masters -s',
    );
  });

  it('are said in the question before them, in both languages', async () => {
    const {plan} = await walk({...widely(), left: 'stage#'});
    for (const phase of plan.phases) {
      const question = phase.gates.find(gate => gate.kind === 'confirm');
      const {title} = phase.fanOut ?? {};
      if (title === undefined || question?.kind !== 'confirm') continue;
      expect(question.ask.en).toContain(title.en);
      expect(question.ask.zh).toContain(title.zh);
    }
  });

  it('are none where the inventory does not ask for them', async () => {
    expect(ofFanOuts(await walk({left: 'stage#'}))).toEqual([]);
  });
});

const onNode = (fault: string, node: string) => ({
  ...widely({shape: {proxiesBeside: true}}),
  faults: [{fault, node: NodeId.parse(node)}],
});

describe('ended with 0, and failed on one node', () => {
  const NODES = [
    ['job-worker', 'jw-2'],
    ['worker', 'w-1'],
    ['job-master', 'jm-3'],
    ['master', 'm-2'],
    ['proxy', 'pw-2'],
  ] as const;
  const FAULTS = ['stop-not-reached', 'stop-not-heeded', 'start-not-reached', 'start-not-heeded'];

  const CASES = FAULTS.flatMap(fault => NODES.map(([role, node]) => [fault, role, node] as const));

  it.each(CASES.filter(([fault, role]) => fault.startsWith('stop') || role !== 'job-worker'))(
    '%s, of a %s: it is named and held, and a retry starts or stops that one alone',
    async (fault, role, node) => {
      const setting = onNode(fault, node);
      const held = new Set<string>();
      const choose: Operator['choose'] = async ({holds}) => {
        for (const hold of holds) held.add('step' in hold ? hold.step : hold.kind);
        return 'retry';
      };
      const story = await walk({...setting, operator: {choose}});
      const verb = fault.startsWith('stop') ? 'stop' : 'start';
      const [first = '', ...others] = held;
      expect(first).toMatch(new RegExp(`/${verb}@${node}$`));
      expect(others).toEqual([]);
      const failed = story.events.find(event => event.type === 'step.failed');
      expect(failed).toMatchObject({step: first, failure: {kind: 'unsettled'}});
      const host = story.cluster.nodes.find(({id}) => id === node)?.host;
      const byThemselves = setting.sent.filter(
        line => /\.(start|stop)$/.test(line) && !line.endsWith('.job-worker.start'),
      );
      expect(byThemselves).toEqual([`${host} alluxio.${role}.${verb}`]);
      expect(story.state.verdict).not.toBeNull();
      expect(wrongs(story)).toEqual([]);
    },
  );

  it('tells what the command said beside the node that it did not reach', async () => {
    const {state} = await walk(onNode('start-not-reached', 'w-1'));
    const [hold] = state.holds;
    const step = hold?.kind === 'step' ? state.steps[hold.step] : undefined;
    expect(step).toMatchObject({
      status: 'failed',
      outcome: {code: 0, stdout: expect.stringContaining('255')},
    });
  });
});
