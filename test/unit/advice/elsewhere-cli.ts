import type {Followed} from './elsewhere.ts';

const TOLD = 'test/unit/cli/told-and-done.test.ts';

/** Of the command line, but for commands of lakeup that are to be typed: by words of each. */
export const OF_CLI: Readonly<Record<string, Followed>> = {
  'say why, for whoever looks at the runs later': [TOLD, 'a run is given up with a reason'],
  'choose one of': [TOLD, 'a scenario is one of those that are listed'],
  'put an unchanged copy of ': [TOLD, 'a journal that was edited is put back, and goes on'],
  'does not say UTF-8: use --ascii': [
    'test/ui/frames.test.ts',
    'without colour and with ASCII shapes every status still has a shape and a word',
  ],
  'cannot be written: set XDG_STATE_HOME': [TOLD, 'runs are kept where XDG_STATE_HOME says'],
  'name them for two nodes': [
    'test/unit/cli/faults.test.ts',
    'several faults stand together, also on one node',
  ],
  'give the inventory with -i FILE': [TOLD, 'the inventory is given'],
  'set TERM to what the terminal is': [TOLD, 'TERM is set'],
  'put the file there that the run was begun with': [TOLD, 'the inventory that a run began with is put back'],
  'put that right: until then nobody knows': [TOLD, 'what stands where runs are kept is removed'],
  'set one of them to an absolute path': [TOLD, 'a home is given'],
  'make sure that no other lakeup is starting here': [
    'test/unit/cli/cluster-lock.test.ts',
    'says what a killed lakeup left behind, and how to go on',
  ],
  'put that right, then try again': [
    'test/unit/cli/cluster-lock.test.ts',
    'says that its folder cannot be made, and goes on once that was put right',
  ],
  'leave that lakeup first (q), or wait until it has ended': [TOLD, 'the lakeup that has the run is left'],
  'name one of them, or neither': [TOLD, 'a part of a run is named by its node or its phase, or neither is'],
};

/** What no test carries out, and why. */
export const UNFOLLOWED: Readonly<Record<string, string>> = {
  'put that right first: as long as the cluster is not':
    'whatever the last looks of that run saw: each has its own advice',
  'look at it on the host; nothing is removed': 'what it is, is a person’s to see',
  'leave the cluster as it is': 'there is no way on',
  'leave that one where it asks (q or n), then try again': 'two terminals, one at a question of prune',
  'this machine is too busy for it: try again later': 'nothing is done',
  'Type r and Enter to resume the run': 'a demo at a terminal: test/screen/demo.long.test.ts',
  'put right what was seen: where a product refused a login':
    'each trouble has its own advice: test/ssh/advice.test.ts',
  'write the host by one name in the inventory': 'hosts of a lease that is taken over, under two names',
  'who wrote …/.lakeup-lease.*': 'a file of somebody else’s',
  'once that run has ended or given its lease back, try again': 'two machines: test/lab/two-hands.test.ts',
  'so that it cannot act on any node again: --take-over': 'two machines: test/lab/two-hands.test.ts',
  "type its owner's name": 'two machines: test/lab/two-hands.test.ts',
  'or set XDG_STATE_HOME to a directory that you can write': 'a disk that is full or read-only',
  'type `lakeup …': 'another lakeup: test/unit/cli/old-format.test.ts reads what it says',
};
