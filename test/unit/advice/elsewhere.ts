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
  'Find out which of them is right, and mend the group first; ': [
    HOLDS,
    'answers contradict each other before a gate',
  ],
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

const LEASE = 'test/unit/engine/lease.test.ts';
const SKIPS = 'test/unit/advice/skips.test.ts';
const CLIENTS = 'test/unit/systems/alluxio/clients.test.ts';
const AT_HAND = 'test/ui/at-hand.test.ts';

/** Of everything else: leases that an action has to be under, journals, keys, what is kept, skipped or done by hand, and the screen. */
export const OF_REST: Readonly<Record<string, Followed>> = {
  'go on there, for the journal here knows nothing of it; where that is lost, --take-over': [
    'test/unit/cli/refuse-elsewhere.test.ts',
    'goes on where the operator says that what went on elsewhere is lost',
  ],
  'has worked on it since this run': [
    LEASE,
    'is refused to a plan that was made before somebody else changed something, and to a copy of the run',
  ],
  'Leave, and make it anew: lakeup prune': [
    'test/unit/cli/prune.test.ts',
    'is made anew, where this one has only asked, and after it was given up, where it has begun',
  ],
  'Mend it and retry; or leave, and `lakeup resume`': [
    SKIPS,
    'Mend it and retry; or leave, and `lakeup resume` goes on with it later.',
  ],
  'Leave; `lakeup resume` goes on once it is mended.': [
    SKIPS,
    'Leave; `lakeup resume` goes on once it is mended.',
  ],
  'this is one: finish it, then upgrade again': [
    'test/unit/cli/advice.test.ts',
    'to take back a run that takes another one back',
  ],
  'Retry first: it is looked at then.': [SKIPS, 'Retry first: it is looked at then.'],
  'Wait for its end.': [SKIPS, 'Wait for its end.'],
  'Start it by hand only once its files are whole; `lakeup upgrade` says how.': [
    'test/sim/doris-taken-on.test.ts',
    'is taken on, and upgraded whole',
  ],
  'Let this line stand there, in place of the former one for Alluxio': [
    CLIENTS,
    'have the guide’s line to copy, with the jar as it lies there then, and the former one on the way back',
  ],
  'take the line for Alluxio out of': [
    CLIENTS,
    'have the guide’s line to copy, with the jar as it lies there then, and the former one on the way back',
  ],
  'have its former line again': [
    CLIENTS,
    'have the guide’s line to copy, with the jar as it lies there then, and the former one on the way back',
  ],
  'is encrypted: add it to an agent with ssh-add': [
    'test/ssh/advice.test.ts',
    'a key that is encrypted is added to an agent, and lets in',
  ],
  'belongs to a security key: add it to an agent with ssh-add': [
    'test/ssh/certificates.test.ts',
    'holds a security key, by which a real sshd lets in',
  ],
  'To check it, run on the host: ': ['test/ssh/advice.test.ts', 'host-key-unknown'],
  'type a part of a name, group, host, role or status: Enter keeps it': [
    'test/ui/aloud.test.ts',
    'is that a filter is typed, not an answer',
  ],
  'type what the log is searched for: ': [
    'test/ui/log-view.test.ts',
    'says where nothing is found, and takes signs of patterns as they are',
  ],
  'Do not start it on its host; retry, and it is upgraded next': [
    'test/ui/left-behind.test.ts',
    'goes next, and the log says why',
  ],
  'See why it ended (': [
    AT_HAND,
    'who is down by itself is started on its host as the dialog says, and retry goes on',
  ],
  'Leave the shell (exit) to come back.': [
    AT_HAND,
    'the run goes on, nothing is written to the terminal, and the frame is whole afterwards',
  ],
};

/** What no test carries out, and why. */
export const REST_UNFOLLOWED: Readonly<Record<string, string>> = {
  'finish it with lakeup ': 'it takes another lakeup; beginning anew is typed as any command is',
  'bring its home to the new version by hand': 'work by hand, without lakeup: nothing looks at it any more',
  'start the old version from the copy of its journal':
    'work by hand, without lakeup, once there is no way back',
};

/** Titles, questions, prompts whose answers are tests of their own, and what only tells. */
export const REST_NO_ADVICE: readonly RegExp[] = [
  /\?$/,
  /: lines were taken out before it, or put in$|^nothing says which/,
  /^(?:put the (?:new|old) client jar|set HADOOP_CLASSPATH|restart the application$|open files$|end$|take back: )/,
  /^(?:type the cluster's name|type why|Type the cluster's name|Pasted text|Several keys at once)/,
  /see its report|leave these files where they are until it has|^removed since/,
];

/** What tells of an outage that is to be confirmed, and what names what was seen: nobody is told to do anything. */
export const NO_ADVICE: readonly RegExp[] = [
  /^Compute group … has one backend: |^Nobody stands in for |^There is one (?:MetaService|frontend|follower): /,
  /^answered …: |^… says that it is the master, |^… names … as the master, which does not answer: /,
];
