import {join} from 'node:path';
import {text} from '../model/text.ts';
import {runTicks} from '../store/feed.ts';
import {openReplay} from '../store/replay.ts';
import type {ExitCode} from './exit-code.ts';
import {needTerminal} from './need-terminal.ts';
import type {Context} from './outside.ts';
import {realClock} from './real-clock.ts';
import {readRecording} from './recordings.ts';
import {openScreen, themeOf} from './screen.ts';
import {untilSignal} from './signals.ts';
import {UserError} from './user-error.ts';

/** `lakeup demo --scenario NAME`: a screen out of a recording, with nothing behind it, to look at. */
export const openScenario = async (context: Context, name: string): Promise<ExitCode> => {
  const {scenarios} = await import('./scenarios.ts');
  const found = Object.entries(scenarios).find(([known]) => known === name)?.[1];
  if (found === undefined) {
    const list = (lang: 'en' | 'zh'): string =>
      Object.entries(scenarios)
        .map(([known, {title}]) => `  ${known.padEnd(16)} ${title[lang]}`)
        .join('\n');
    throw new UserError(
      text(`there is no scenario "${name}"`, `没有名为“${name}”的场景`),
      text(`choose one of\n${list('en')}`, `请选择其一\n${list('zh')}`),
    );
  }
  needTerminal(context, false);
  const {lang} = context.common;
  const recording = await readRecording(join(context.outside.recordings, found.recording));
  const theme = themeOf(context);
  const [planned] = recording.events;
  const product = (await context.outside.systems()).find(
    system => planned?.type === 'run.planned' && planned.plan.system === system.name,
  );
  const {store, feed, run} = openReplay({
    ...found,
    recording,
    clock: realClock,
    chance: Math.random,
    lang,
    theme,
    ...(product === undefined ? {} : {product}),
  });
  const over = new AbortController();
  const screen = await openScreen(context, store, false);
  const playing = Promise.all([run(over.signal), runTicks(feed, realClock, over.signal)]);
  const code = await untilSignal(async signals => {
    try {
      // A story that breaks ends the command, instead of standing still.
      await Promise.race([screen.closed, signals.once, playing.then(() => screen.closed)]);
    } finally {
      over.abort();
      await screen.close();
    }
  });
  await playing;
  return code;
};
