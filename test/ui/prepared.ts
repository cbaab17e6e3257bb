import {join} from 'node:path';
import {readRecording} from '../../src/cli/recordings.ts';
import {type Scenario, scenarios} from '../../src/cli/scenarios.ts';
import type {System} from '../../src/model/system.ts';
import type {Lang} from '../../src/model/text.ts';
import type {Clock} from '../../src/model/world.ts';
import type {Recording} from '../../src/store/recording.ts';
import {openReplay, type Replay} from '../../src/store/replay.ts';
import type {ThemeName} from '../../src/store/state.ts';
import {alluxio} from '../../src/systems/alluxio/system.ts';
import {doris} from '../../src/systems/doris/system.ts';
import {NEWEST} from '../journals/files.ts';

export type ScenarioName = keyof typeof scenarios;

const recordings = new Map<string, Promise<Recording>>();

/** A recording by its name; each is read once. */
export const recordingOf = (name: string): Promise<Recording> => {
  const reading = recordings.get(name) ?? readRecording(join(NEWEST, name));
  recordings.set(name, reading);
  return reading;
};

/** The product of a recorded run. */
export const productOf = ({
  events: [planned],
}: Recording): Pick<
  System,
  'keeps' | 'keptBytes' | 'leads' | 'factTitles' | 'standIns' | 'beside' | 'leftBehind' | 'startLine' | 'skip'
> => [doris, alluxio].find(({name}) => planned?.type === 'run.planned' && planned.plan.system === name) ?? {};

/** What a screen is prepared with: the clock it lives by, and how it speaks. */
export type Stage = {
  readonly clock: Clock;
  readonly chance: () => number;
  readonly lang: Lang;
  readonly theme: ThemeName;
};

/** Prepares a scenario by its name; `change` makes something else of the recording before. */
export const prepared =
  (name: ScenarioName, change: (recording: Recording) => Recording = recording => recording) =>
  async (stage: Stage): Promise<Replay> => {
    const scenario: Scenario = scenarios[name];
    const recording = change(await recordingOf(scenario.recording));
    return openReplay({...scenario, ...stage, recording, product: productOf(recording)});
  };

/** A prepared screen, by the name of a scenario or one of the test's own. */
export type Given = ScenarioName | ((stage: Stage) => Replay | Promise<Replay>);
