import {describeHeadway, type Headway, type Heard, headwayLeftMs, hear} from '../model/headway.ts';
import type {NodeId, StepId} from '../model/ids.ts';
import type {Lang} from '../model/text.ts';
import {jsonLine} from '../ui/control.ts';
import {formatLine} from '../ui/plain.ts';

/** How often one step is told of where there is no screen. */
const EVERY_MS = 10_000;

/** Tells of a step that is at it; null: nobody hears it any more. */
export type HeadwayTeller = (step: {id: StepId; node: NodeId}, headway: Headway | null) => void;

type Told = {readonly heard: Heard; readonly toldAt: number};

type Telling = {
  readonly json: boolean;
  readonly lang: Lang;
  readonly now: () => number;
  readonly print: (line: string) => void;
};

/**
 * The same for output that is no screen: a line when a stage begins, and then one in ten seconds at most, however often it is
 * said. A line of which nobody knows the meaning has to go on for as long before it is told.
 */
export const tellHeadway = ({json, lang, now, print}: Telling): HeadwayTeller => {
  const steps = new Map<StepId, Told>();
  return ({id, node}, headway) => {
    if (headway === null) {
      steps.delete(id);
      return;
    }
    const at = now();
    const before = steps.get(id);
    const heard = hear(before?.heard, headway, at);
    const begins = before === undefined || before.heard.headway.stage !== headway.stage;
    const known = headway.stage !== '';
    const due = begins ? known : at - before.toldAt >= EVERY_MS;
    steps.set(id, {heard, toldAt: begins || due ? at : before.toldAt});
    if (!due) return;
    const {stage, words, done, total} = headway;
    print(
      json
        ? jsonLine({
            type: 'headway',
            at,
            step: id,
            node,
            stage,
            words: words.en,
            done,
            total,
            leftMs: headwayLeftMs(heard, at),
          })
        : formatLine(at, node, describeHeadway(heard, at), lang),
    );
  };
};
