/** A test that does what an advice says, and sees it go on. */
export type Followed = readonly [file: string, title: string];

const HOLDS = 'test/unit/advice/holds.test.ts';
const STARTED = 'test/unit/engine/started-again.test.ts';

/** Of a run that is held: by words of each. */
export const OF_HOLDS: Readonly<Record<string, Followed>> = {
  'Find out on its host what it waited for.': [HOLDS, '… *exit code 124*'],
  'Read the last output, and put right': [HOLDS, '… *The action ended with exit code N.*'],
  'Running again after the stop: ': [HOLDS, '… and the advice names what is *running again after the stop*'],
  'Running, and yours to end: ': [
    STARTED,
    'are for a person to end where somebody takes a fact of their stop: counted anew, nobody would miss what was lost',
  ],
  '… Then retry, which looks again.': [
    STARTED,
    'are left alone where they do not answer themselves, whatever was seen of them elsewhere',
  ],
  '… Then retry: what still runs of ': [
    STARTED,
    'are for a person to end where somebody takes a fact of their stop: counted anew, nobody would miss what was lost',
  ],
  'Make it answer: why it does not stands above.': [HOLDS, 'nobody answers after the action ran'],
  'or wait until it is so; then retry, which asks again.': [HOLDS, 'NODE: it is not safe to "STEP" yet.'],
  'It was so for a moment only: ': [HOLDS, 'what was so for a moment only'],
  'It comes and goes: ': [HOLDS, 'what a gate asks for comes and goes'],
  'Put right what is named above; then retry, which asks again.': [
    HOLDS,
    'what a gate asks for cannot come true by itself',
  ],
  'Do not trust the last look: ': [
    HOLDS,
    '… *was seen*, *but it did not stay so*, or something *stood still*',
  ],
  'What keeps it from running stands above: ': [
    'test/unit/advice/faults.test.ts',
    'of a copy that cannot run says why, and that its source is to be put right',
  ],
  'Another version runs there: ': [
    'test/unit/advice/faults.test.ts',
    'of a healthy process of another version says to end it: nobody else does, however often it is retried',
  ],
  'What was printed last, or its log on the host, says why it is so: ': [
    HOLDS,
    '… *cannot come true any more*, and *last output* stands below',
  ],
  'is not the one that was stopped: ': [
    HOLDS,
    '… *cannot come true any more*, and the advice says that *somebody has started* it since',
  ],
  'Its log on the host says why it is so: ': [HOLDS, '… *cannot come true any more*'],
  'Its log on the host says what keeps it: ': [HOLDS, '… *was not seen within TIME*'],
  'Wait until it can be told ': [HOLDS, 'Which node goes next cannot be told'],
};

/** Of Doris, in questions and where a frontend asks for the password itself. */
export const OF_DORIS: Readonly<Record<string, Followed>> = {
  'There are two followers: ': [
    'test/unit/advice/two-followers.test.ts',
    'the other ends by itself: it is taken next, nothing is typed, and the run ends',
  ],
  '(`ss -ltnp`)': [
    'test/unit/systems/doris/password-asked.test.ts',
    'somebody else listens there: once that is ended, the frontend answers, and no password went in clear',
  ],
};

/** What tells of an outage that is to be confirmed, and what names what was seen: nobody is told to do anything. */
export const NO_ADVICE: readonly RegExp[] = [
  /^Compute group … has one backend: |^Nobody stands in for |^There is one (?:MetaService|frontend|follower): /,
  /^answered …: |^… says that it is the master, |^… names … as the master, which does not answer: /,
];
