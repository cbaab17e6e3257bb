import {type Case, changedEach, healthy, of, type Survey} from './support.ts';

/** An upgrade within one minor version, with so many files of lib left out on every backend. */
const patch = (libOthers: number): Survey => {
  const backends = healthy.cluster.nodes.filter(({role}) => role === 'be');
  const {facts} = changedEach(Object.fromEntries(backends.map(node => [node.id, {libOthers}])));
  return {
    facts: new Map([...facts].map(([node, known]) => [node, {...known, packageVersion: '3.0.8'}])),
    cluster: {...healthy.cluster, settings: {...healthy.cluster.settings, version: '3.0.8'}},
  };
};

/** What of a home would be lost with bin and lib, and what would be missing beside them. */
export const OWN: readonly Case[] = [
  of('own-files', 'warn', 'ms-1', {extras: ['custom_start.sh']}, /custom_start\.sh/),
  of(
    'own-edits',
    'warn',
    'be-1',
    {edited: ['start_be.sh newer']},
    /^start_be\.sh changed after the release was put there$/,
    /`diff \/opt\/doris\/be\/bin \/opt\/pkg\/\S+\/be\/bin`/,
  ),
  of(
    'own-edits',
    'warn',
    'fe-1',
    {edited: ['start fe.sh path', 'stop_fe.sh unlike']},
    /^start fe\.sh holds the path of this home; stop_fe\.sh has little in common with the package’s$/,
  ),
  of(
    'own-lib',
    'warn',
    'be-1',
    {siteFiles: ['ojdbc8.jar', 'java_extensions/jdbc-scanner/own.jar']},
    /^lib holds ojdbc8\.jar java_extensions\/jdbc-scanner\/own\.jar, which the package does not$/,
    /\/opt\/doris\/be\/custom_lib/,
  ),
  of(
    'own-lib',
    'warn',
    'be-1',
    {siteFiles: Array.from({length: 30}, (_, i) => `${i}.jar`)},
    /^lib holds 0\.jar .* 11\.jar and 18 more, /,
  ),
  // What others of its role and version have is the release's; what is more than that is not.
  of(
    'lib-left-out',
    'warn',
    'be-1',
    {libOthers: 3},
    /^lib holds 3 more files than that of be-2 which the package has neither by their name nor in another version$/,
    /`diff -rq \/opt\/doris\/be\/lib \/opt\/pkg\/\S+\/be\/lib`/,
  ),
  of('lib-left-out', 'warn', 'fe-3', {libOthers: 1}, /^lib holds 1 more file than that of fe-1 /),
  {
    check: 'lib-left-out',
    level: 'warn',
    node: 'be-4',
    survey: changedEach({
      ...Object.fromEntries(['be-1', 'be-2', 'be-3', 'be-5', 'be-6'].map(id => [id, {libOthers: 40}])),
      'be-4': {libOthers: 42},
    }),
    seen: /^lib holds 2 more files than that of be-1 /,
  },
  // Within one minor version hardly anything is dropped: there what all have is told too, once for a role.
  {
    check: 'lib-left-out',
    level: 'warn',
    node: null,
    survey: patch(2),
    seen: /^Backends: lib holds 2 files that the package has neither by their name nor in another version$/,
    fix: /dropped them, or they are yours.*On be-1 `diff -rq /,
  },
  of(
    'beside-bin-and-lib',
    'warn',
    'be-1',
    {brings: ['dict/ik', 'dict/pinyin', 'www']},
    /^the package has dict\/ik dict\/pinyin www, the home does not.*fail: tokenizers of inverted indexes, its web pages$/,
    /`cp -R \/opt\/pkg\/\S+\/be\/dict\/ik \/opt\/doris\/be\/dict\/; cp -R \S+\/dict\/pinyin \S+\/be\/dict\/; cp -R \S+\/www \/opt\/doris\/be\/`/,
  ),
  of('beside-bin-and-lib', 'warn', 'fe-2', {brings: ['new-thing']}, /only bin and lib are replaced$/),
  of(
    'process-name',
    'block',
    'ms-1',
    {others: ['4711 selectdb_cloud'], processName: 'selectdb_cloud', process: 'none', health: 'down'},
    /^custom_start\.sh: selectdb_cloud \(4711\) runs out of \/opt\/doris\/ms\/lib; .* know doris_cloud alone$/,
    /under the name doris_cloud \(custom_start\.sh without process_name, its conf as conf\/doris_cloud\.conf\)/,
  ),
  of(
    'process-name',
    'block',
    'be-1',
    {others: ['12 doris_be_dbg', '13 doris_be_old']},
    /^doris_be_dbg \(12\), doris_be_old \(13\) runs out of/,
  ),
];
