import {describe, expect, test} from 'vitest';
import {withScenario} from './harness.ts';
import {eventsOfLane, killedAt} from './left-alone.ts';
import {expectDrawn, expectOut, LOOKS} from './left-read.ts';
import {keysOn} from './reading-keys.ts';

/** Steps of Alluxio, one of each role: all of a phase stop and start side by side. After the last phase nothing is asked any more. */
const SIDE_BY_SIDE = [
  ['stop', 'stop@aw-2'],
  ['stop', 'stop@ajm-1'],
  ['stop', 'stop@ajw-3'],
  ['stop-masters', 'stop@am-2'],
  ['keep', 'keep-journal@am-1'],
  ['install', 'install@aw-1'],
  ['format', 'format@am-2'],
  ['masters', 'start@am-2'],
  ['rest', 'start@aw-1'],
  ['rest', 'start@ajm-2'],
] as const;

for (const [phase, step] of SIDE_BY_SIDE) {
  const [, node = ''] = step.split('@');
  const events = await eventsOfLane(phase, node, 'restored');
  describe(`lakeup was killed during ${step}, and is begun again`, () => {
    const own = events.filter(event => 'step' in event && event.step === `${phase}/${step}`);
    test('its step has begun, acted and ended', () => expect(own.length).toBeGreaterThanOrEqual(3));
    for (const {type, seq} of own)
      test(`right after ${type} (${seq})`, async () => {
        const {screen, truth} = await killedAt(seq, {name: 'restored'});
        // Each size and each language, in turn; the end of the step at all of them.
        const looks = type === 'step.done' ? LOOKS : LOOKS.filter((_, i) => (i + seq) % LOOKS.length < 2);
        for (const {size, lang} of looks)
          await withScenario(screen, {size, lang}, async opened => {
            await opened.arm();
            expectDrawn(opened, size[0]);
            expect(keysOn(opened.lines(), lang).answers.length).toBeGreaterThan(0);
            await expectOut(opened, truth, lang);
          });
      });
  });
}
