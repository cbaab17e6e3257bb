import type {Facts} from '../../../../../src/model/facts.ts';
import type {Change, Row} from './support.ts';

const WHOLE: Facts = {
  'fanOut.masters': ['host-1', 'host-2'],
  'fanOut.workers': ['host-3', 'host-4'],
  'fanOut.soft': true,
};
const wide = (facts: Facts = {}, more: Change = {}): Change => ({
  ...more,
  settings: {commands: 'cluster-wide'},
  facts: {...more.facts, 'm-1': {...WHOLE, ...facts}},
});
/** Of the services none is on every host that its command reaches. */
const ALONE = {without: ['jm-1', 'jw-1', 'p-1']};

/** What is seen by the first master, of which the rest of the row follows. */
const seen = (name: string, fact: string, value: Facts[string], words: RegExp): Row => ({
  name,
  check: 'fan-out',
  level: 'block',
  node: 'm-1',
  wrong: wide({[`fanOut.${fact}`]: value}),
  right: wide({[`fanOut.${fact}`]: []}),
  seen: words,
});

/** Findings about cluster-wide commands, where the inventory asks for them. */
export const FAN_OUT_ROWS: readonly Row[] = [
  seen(
    'a host that asks for a password',
    'unreached',
    ['host-4: Permission denied, exit 255'],
    /host-4: Perm/,
  ),
  seen('a host that the inventory does not have', 'strange', ['workers: host-9'], /workers: host-9/),
  seen('a worker that conf/workers does not name', 'left', ['w-2'], /leave out: w-2/),
  seen('a worker under two names', 'twice', ['workers: host-3 host-3.lab'], /host-3 host-3\.lab/),
  seen('a host whose scripts find no Java', 'lame', ['host-3'], /does not run on: host-3/),
  seen('a host where somebody else logs in', 'users', ['host-3: root'], /host-3: root/),
  seen('another cluster on the same hosts', 'others', ['host-3: worker 7 of /opt/b'], /worker 7 of \/opt\/b/),
  {
    name: 'nobody could see whom they reach',
    check: 'fan-out',
    level: 'block',
    node: 'm-1',
    wrong: wide({'fanOut.silent': 'no answer within 3m'}),
    right: wide(),
    seen: /could not be seen: no answer/,
  },
  {
    name: 'a home at another path',
    check: 'fan-out-path',
    level: 'block',
    node: null,
    wrong: wide({}, {homes: {'w-2': '/data/alluxio'}}),
    right: wide(),
    seen: /w-2 \/data\/alluxio/,
  },
  {
    name: 'a Java that only the inventory knows of',
    check: 'fan-out-path',
    level: 'block',
    node: null,
    wrong: wide({}, {fields: {'w-1': {javaHome: '/opt/java'}}}),
    right: wide(),
    seen: /javaHome is written for w-1/,
  },
  {
    name: 'a stop that kills outright',
    check: 'fan-out-differs',
    level: 'warn',
    node: null,
    wrong: wide({'fanOut.soft': false}, ALONE),
    right: wide({}, ALONE),
    seen: /no -s/,
  },
  {
    name: 'a service that is not on every host',
    check: 'fan-out-differs',
    level: 'warn',
    node: null,
    wrong: wide({}, {without: ['jw-1', 'p-1']}),
    right: wide({}, ALONE),
    seen: /node by node: job-master/,
  },
];
