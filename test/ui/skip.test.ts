import {describe, expect, test} from 'vitest';
import {type Answer, openQuestion} from '../../src/store/state.ts';
import {onAnswer} from '../../src/store/store.ts';
import type {Opened} from './harness.ts';
import {withScenario} from './harness.ts';

/** A held run whose question is heard by this test. */
const held = async (
  scenario: 'held' | 'unverified',
  look: (opened: Opened, heard: Answer[]) => Promise<void>,
): Promise<void> => {
  await withScenario(scenario, {size: [120, 40]}, async opened => {
    const question = openQuestion(opened.store.getState());
    if (question?.kind !== 'hold') throw new Error('the scenario is not held');
    const heard: Answer[] = [];
    onAnswer(opened.store, question.id, answer => void heard.push(answer));
    await opened.arm();
    await look(opened, heard);
  });
};

const typed = async (opened: Opened, words: string): Promise<void> => {
  for (const char of words) await opened.send(char);
};

describe('a node is skipped', () => {
  test('that is out: its own reason, and the name of the cluster, are typed', async () => {
    await held('held', async (opened, heard) => {
      const name = opened.store.getState().cluster.name;
      await opened.send('x');
      expect(opened.text()).toMatch(/Skip \S+\?/);
      expect(opened.text()).toContain('STAYS DOWN');
      await opened.send('\r');
      expect(opened.store.getState().skipping).toMatchObject({at: 'why'});
      await typed(opened, 'its disk is broken');
      await opened.send('\r');
      expect(opened.text()).toContain(`Type the cluster's name to agree that it stays down: ${name}`);
      await opened.send('X');
      expect(openQuestion(opened.store.getState()), 'the key is none before the name').not.toBeNull();
      await opened.send('\u007f');
      await typed(opened, name);
      await opened.send('X');
      expect(openQuestion(opened.store.getState())).toBeNull();
      const [answer, ...others] = heard;
      expect(others).toEqual([]);
      if (answer?.answer !== 'skip') throw new Error('nobody was skipped');
      expect(answer.because).toBe('its disk is broken');
      expect(answer.skip).toHaveLength(1);
      expect(answer.agreedDown).toEqual(answer.skip);
    });
  });

  test('not by Esc, and not by a key that was typed too early', async () => {
    await held('held', async opened => {
      await opened.send('x');
      await typed(opened, 'because');
      await opened.send('\u001b');
      expect(opened.store.getState()).toMatchObject({skipping: null});
      expect(openQuestion(opened.store.getState())?.kind).toBe('hold');
    });
  });

  test('that its last look did not find well: the verdict will say so', async () => {
    await held('unverified', async opened => {
      await opened.send('x');
      expect(opened.text()).toContain('nobody has seen that it is as it should be');
    });
  });

  test('only while the run is held', async () => {
    await withScenario('running', {}, async opened => {
      await opened.send('\r');
      await opened.send('x');
      expect(opened.store.getState().skipping).toBeNull();
      expect(opened.lines().at(-1)).toContain('only while the run is held');
    });
  });
});
