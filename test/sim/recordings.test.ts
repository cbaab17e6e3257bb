import {join} from 'node:path';
import {expect, it} from 'vitest';
import {NEWEST, readKept} from '../journals/files.ts';
import {makeRecording} from '../journals/make-recording.ts';
import {takes} from '../journals/takes.ts';

/** Whether two texts are the same; a difference of megabytes is nothing to be shown. */
const differs = (kept: string, made: string): string | null =>
  kept === made ? null : kept === '' ? 'is not kept' : 'differs from what is kept';

it.each(takes)('the recording $name is what a run of today writes', async take => {
  const [kept, made] = [readKept(join(NEWEST, take.name)), await makeRecording(take)];
  for (const file of ['inventory', 'cluster', 'journal', 'sightings'] as const)
    expect(
      differs(kept[file], made[file]),
      `${file}: npm run journals writes it anew; then look at test/ui/frames/`,
    ).toBe(null);
});
