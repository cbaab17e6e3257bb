import {describe, expect, it} from 'vitest';
import type {Operator} from '../../../../src/model/world.ts';
import {retold, type Story, walk} from '../../../walks/alluxio-story.ts';
import {wrongs} from './stories.ts';

const yes = {answer: 'yes', typed: 'lake-alluxio'} as const;

/** What else is destroyed beside journals (gates.test.ts): the gate that asks for it, and what would be seen of it. */
const GATES = [
  {
    what: 'a cachePath that holds something else',
    setting: {settings: ['caches: copy']},
    gate: 'keep-caches/keep-cache@w-2',
    effect: 'w-2 overwritten',
    question: 'Overwrite what lies at /data/cache on w-2 with the copy of its ramdisks?',
    blast: [{path: '/data/cache'}],
    before: [],
  },
  {
    what: 'the tiers of a worker',
    setting: {settings: ['caches: drop', 'persist: true']},
    gate: 'format-tiers/format-tiers@w-2',
    effect: 'w-2 format-tiers',
    question: 'Format the tiers of w-2? Of files that are not persisted nothing is left anywhere.',
    blast: [{notPersisted: 0}, {path: '/mnt/ramdisk/alluxioworker'}],
    before: ['w-1 format-tiers'],
  },
] as const;

describe.each(GATES)('the gate before $what', ({setting, gate, effect, question, blast, before}) => {
  const isIt = (asked: string): boolean => asked.startsWith(gate);
  const kind = effect.replace('w-2 ', '');
  const destroyed = ({did}: Story): string[] => did.filter(line => line.endsWith(` ${kind}`));
  const untouched = (story: Story): void => {
    expect(destroyed(story)).toEqual(before);
    expect(wrongs(story).filter(words => !words.includes('written last'))).toEqual([]);
  };

  it('says what it hits, and wants the cluster’s name', async () => {
    const story = await walk({...setting, left: gate});
    const reached = story.events.find(event => event.type === 'gate.reached' && isIt(event.gate));
    expect(reached).toMatchObject({blast});
    const gates = story.plan.phases.flatMap(({lanes}) =>
      lanes.flatMap(({steps}) => steps.flatMap(({gates}) => gates)),
    );
    expect(gates.find(({id, kind}) => kind === 'confirm' && isIt(id))).toMatchObject({
      danger: 'destructive',
      phrase: 'lake-alluxio',
      ask: {en: question},
    });
  });

  it('answered no leaves, with everything as it was', async () => {
    const story = await walk({...setting, left: gate});
    expect(story.events.at(-1)?.type).toBe('run.left');
    untouched(story);
  });

  it('is not opened by another word', async () => {
    const words = ['lake', '', 'LAKE-ALLUXIO'];
    const confirm: Operator['confirm'] = async asked => {
      if (!isIt(asked)) return yes;
      const typed = words.shift();
      return typed === undefined ? {answer: 'leave'} : {answer: 'yes', typed};
    };
    const story = await walk({...setting, operator: {confirm}});
    expect(words).toEqual([]);
    untouched(story);
  });

  it('is shown and asked again when what it would hit has changed meanwhile', async () => {
    const world = {grown: false, asked: 0};
    const confirm: Operator['confirm'] = async asked => {
      if (!isIt(asked)) return yes;
      world.asked += 1;
      if (world.asked > 1) return {answer: 'leave'};
      world.grown = true;
      return yes;
    };
    const turn = retold('folder-blast', line =>
      world.grown ? line.replace(/^files=.*/, 'files=4711') : line,
    );
    const story = await walk({...setting, operator: {confirm}, turn});
    const drifted = story.events.filter(event => event.type === 'gate.drifted');
    expect(drifted).toMatchObject([{gate: expect.stringMatching(gate)}]);
    expect(world.asked).toBe(2);
    untouched(story);
  });
});
