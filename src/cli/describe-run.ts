import {quote} from '../lib/sh.ts';
import {describeLeftOut} from '../model/describe-service.ts';
import {joinTexts, SEMICOLON, type Text, text} from '../model/text.ts';
import type {UnreadableRun} from './known-run.ts';
import {placesKnown} from './left-out.ts';
import type {Standing} from './standing.ts';

/** How many nodes a sentence names. */
const NAMED = 5;

/** "when it was last read it led lake from 3.0.6 to 3.1.2; 1 node was left out of service: be-3"; nothing where that is not known. */
const describeLast = ({last}: UnreadableRun): readonly Text[] => {
  if (last === null) return [];
  const {cluster, from, to, outOfService} = last;
  const out = describeLeftOut(outOfService, {most: NAMED, known: placesKnown(null)});
  const led = text(
    `when it was last read it led ${cluster} from ${from} to ${to}`,
    `上次读取时，它正把 ${cluster} 从 ${from} 升级到 ${to}`,
  );
  return out === null ? [led] : [led, out];
};

/** Why a run cannot be read, and what is known of it all the same. */
export const describeUnreadable = (run: UnreadableRun): Text =>
  joinTexts([run.because, ...describeLast(run)], SEMICOLON);

/** A cluster does not need the journal to be finished: what is there is looked at. */
export const wayOnWithout = ({dir, last, instead}: UnreadableRun): Text => {
  if (instead !== null) return instead;
  const command = `lakeup upgrade ${quote(last?.cluster ?? 'CLUSTER')} -i ${quote(dir.inventory)}`;
  return text(
    `put an unchanged copy of ${dir.journal} back if there is one; otherwise \`${command}\` looks at every node, says what it finds, and takes on from there`,
    `若有 ${dir.journal} 的完好副本，请放回原处；否则 \`${command}\` 会查看每个节点，说明所见，并从那里继续`,
  );
};

/** How a run is over that has no verdict. */
export const describeOver = ({kind, words}: NonNullable<Standing['over']>): Text =>
  kind === 'takenBack'
    ? text(`taken back by run ${words}`, `已由运行 ${words} 撤销`)
    : text(`given up: ${words}`, `已放弃：“${words}”`);
