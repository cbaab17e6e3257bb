import type {Followed} from './elsewhere.ts';

const TOLD = 'test/unit/cli/told-and-done.test.ts';
const LEASES = 'test/unit/cli/take-over.test.ts';

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
  'leave that one where it asks (q or n)': [
    TOLD,
    'the lakeup that only asks whether to prune is left, and the run can be taken back',
  ],
  'type `lakeup …': [TOLD, 'a run whose plan this lakeup refuses is gone on with by the one that began it'],
  'or set XDG_STATE_HOME to a directory that you can write': [
    TOLD,
    'a new run is written elsewhere where its folder cannot be made',
  ],
  'Type r and Enter to resume the run': [
    'test/screen/demo.long.test.ts',
    'where it is offered, r and Enter resume the run: its first question is put again',
  ],
  'put right what was seen: where a product refused a login': [
    'test/ssh/advice.test.ts',
    'the advice is followed, and it goes on',
  ],
  'write the host by one name in the inventory': [
    LEASES,
    'a host of two names is written by one, and it goes on',
  ],
  'who wrote …/.lakeup-lease.*': [
    LEASES,
    'a lease that does not say whose it is: it is removed by who wrote it, and it goes on',
  ],
  'once that run has ended or given its lease back, try again': [
    LEASES,
    'once that one has given it back, it is tried again, and goes on',
  ],
  'To take over deliberately, so that it cannot act on any node again: --take-over': [
    LEASES,
    'it is taken over by the words that are printed, and the other one acts no more',
  ],
  'To begin without it, so that it cannot act on any node again: --take-over': [
    LEASES,
    'of this machine, whose journal cannot be read: it is begun without that one',
  ],
  "type its owner's name": [
    LEASES,
    'its owner’s name is typed, and it goes on; Enter alone leaves everything as it is',
  ],
};

/** What no test carries out, and why. */
export const UNFOLLOWED: Readonly<Record<string, string>> = {
  'put that right first: as long as the cluster is not':
    'whatever the last looks of that run saw: each has its own advice',
  'look at it on the host; nothing is removed': 'what it is, is a person’s to see',
  'leave the cluster as it is': 'there is no way on',
  'this machine is too busy for it: try again later': 'nothing is done',
};
