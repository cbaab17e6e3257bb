import {contentLost, exchangedUnderProcess, neverHappened} from '../../../sim/alluxio-rules.ts';
import type {Setting} from '../../../walks/alluxio-cluster.ts';
import type {Story} from '../../../walks/alluxio-story.ts';

/** Clusters of both procedures, and of every kind of journal and home. */
export const KINDS: readonly (readonly [string, Setting])[] = [
  ['2.3.0, restored behind links', {}],
  ['2.8.0 in place, in directories', {before: {from: '2.8.0', homes: 'dir'}}],
  ['2.8.0 with a journal that all masters share', {before: {from: '2.8.0', journalType: 'UFS'}}],
  [
    '1.8.2 with one master, restored',
    {
      shape: {masters: 1, jobs: false},
      settings: [
        'conf:',
        '  alluxio.master.journal.type: UFS',
        '  alluxio.master.journal.sync.root.after.init.from.backup: "false"',
      ],
      before: {from: '1.8.2', journalType: 'UFS'},
    },
  ],
  ['2.3.0 with its backup on the leader’s disk', {settings: ['backupDirectory: /srv/bk']}],
  [
    '2.9.1 with its backup on a standby’s disk',
    {settings: ['backupDirectory: /srv/bk'], before: {from: '2.9.1'}},
  ],
  ['without a job service, with proxies', {shape: {jobs: false, proxies: 2}}],
];

/** What must never be seen, whatever a run did. Where masters were started they hold what was written last. */
export const wrongs = ({cluster, plan, fake: {effects, down}, events, did}: Story): string[] => {
  const trace = {cluster, plan, effects, past: [], events, down, disturbances: []};
  const started = did.some(line => /^m-\d start$/.test(line));
  return [...neverHappened(trace), ...exchangedUnderProcess(trace), ...(started ? contentLost(trace) : [])];
};

/** Where in a list of effects the first, or the last, of a kind stands. */
export const first = (did: readonly string[], pattern: RegExp): number =>
  did.findIndex(line => pattern.test(line));
export const last = (did: readonly string[], pattern: RegExp): number =>
  did.findLastIndex(line => pattern.test(line));

/** Made when it is first asked for. */
export const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
};
