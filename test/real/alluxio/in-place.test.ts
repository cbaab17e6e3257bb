import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {agree} from '../../terminal/person.ts';
import {beginStory, preparedOrSkipped, type Story} from './story.ts';

const prepared = await preparedOrSkipped();

describe.skipIf(prepared === null)('Alluxio 2.7.3 with an embedded journal', () => {
  let story: Story;

  beforeAll(async () => {
    if (prepared === null) return;
    story = await beginStory(prepared, {from: '2.7.3', to: '2.9.4', journal: 'EMBEDDED', masters: 3});
  }, 900_000);

  afterAll(() => story?.end());

  test('is 2.9.4 afterwards, on its own journal, with every byte, cached or not', {
    timeout: 3_600_000,
  }, async () => {
    const terminal = await story.run('upgrade');
    const asked: string[] = [];
    for (const phase of [1, 2, 3, 4, 5, 6]) asked.push(await agree(terminal, phase, 900_000));
    expect(asked[0]).toContain('the new masters read the old journal');
    expect(asked[5]).toContain('Workers stay down until the content is proved');
    await story.cachesUntouched();
    await agree(terminal, 7, 900_000);
    await story.endsWell(900_000);
  });
});
