import {numberFact} from '../../../host/fact.ts';
import {allSaid, type Said, said} from '../../../host/lines.ts';
import type {Facts} from '../../../model/facts.ts';
import {parsePackageVersion} from './package-version.ts';

/** Why a package cannot run here, as far as it can be told apart. */
export const CAUSES = [
  'wrong-machine',
  'truncated',
  'wrong-jdk',
  'no-java',
  'no-java-options',
  'library',
  'libc',
  'instruction',
  'silent',
  'said',
] as const;
export type Cause = (typeof CAUSES)[number];

/** Words by which it is known, the most telling first. */
const TELLING: readonly (readonly [RegExp, Cause])[] = [
  [/jdk_version is \S+ (it )?must be|UnsupportedClassVersionError/, 'wrong-jdk'],
  [/JAVA_OPTS_FOR_JDK_\d+ is not set/, 'no-java-options'],
  [/JAVA_HOME environment variable is not|libjvm\.so|invalid java_cmd/, 'no-java'],
  [/version `?GLIBC\S* not found/, 'libc'],
  [
    /file too short|[Ii]nvalid or corrupt jarfile|zip END header not found|Error opening zip|Bus error/,
    'truncated',
  ],
  [/error while loading shared libraries|cannot open shared object|patchelf is needed/, 'library'],
  [/Illegal instruction/, 'instruction'],
  [/Exec format error|cannot execute binary file/, 'wrong-machine'],
];

/** Machines by their number in a binary's head. */
const MACHINES: Readonly<Record<string, string>> = {
  62: 'x86_64',
  183: 'aarch64',
  243: 'riscv64',
  258: 'loongarch64',
};

/** A script that does not know the option says nothing about the package. */
const NO_OPTION = /unrecognized option|invalid option|unknown option|Internal error|illegal option/i;

/** What the host lacks for a start is a matter of its own (preflight/demands.ts), told with the fix. */
const HOST = /max_map_count|swap memory|open file descriptors/;

const NOISE = /^\s*$|^(StdoutLogger|RuntimeLogger) .* INFO|^INFO: /;

type Asked = {
  readonly who: string;
  readonly words: readonly string[];
  readonly ended: string | null;
  readonly lines: Said;
};

/** Who was asked (the script, the binary), and what each said. */
const askedIn = (lines: Said): readonly Asked[] => {
  const starts = lines.flatMap(([key], i) => (key === 'asked' ? [i] : []));
  return starts.map((start, i) => {
    const part = lines.slice(start, starts[i + 1]);
    const words = [...allSaid(part, 'say'), ...allSaid(part, 'logged')].filter(word => !NOISE.test(word));
    return {who: said(part, 'asked') ?? '', words, ended: said(part, 'ended'), lines: part};
  });
};

const headFacts = (lines: Said): {readonly machine: string | null; readonly whole: boolean | null} => {
  const [number = '', whole] = (said(lines, 'elf') ?? '').split(' ');
  return {
    machine: MACHINES[number] ?? null,
    whole: whole === 'whole' ? true : whole === 'cut' ? false : null,
  };
};

const causeOf = (lines: Said, words: readonly string[], codes: readonly (string | null)[]): Cause => {
  const {machine, whole} = headFacts(lines);
  const host = said(lines, 'machine');
  if (machine !== null && host !== null && machine !== host && Object.values(MACHINES).includes(host))
    return 'wrong-machine';
  if (whole === false) return 'truncated';
  const telling = TELLING.find(([pattern]) => words.some(word => pattern.test(word)));
  if (telling !== undefined) return telling[1];
  // 132 and 135: ended by SIGILL, by SIGBUS.
  if (codes.includes('132')) return 'instruction';
  if (codes.includes('135')) return 'truncated';
  return words.length === 0 ? 'silent' : 'said';
};

const WORDS = 4;
const LENGTH = 160;

/**
 * What came of asking a package for its version, as facts: `packageVersion`, and where it cannot run here `packageCause` with
 * `packageSaid`, what was said. `packageRefused`: it will not do, though a
 * version was told: its own start script would not go on, or its binary is cut off.
 * Of a node with a JVM inside: `jdk`, its number, `java` (ok, none, broken) and `javaHome`.
 */
export const packageRunFacts = (lines: Said): Facts => {
  const asked = askedIn(lines);
  const version = parsePackageVersion(lines);
  const script = asked.find(({who}) => who.startsWith('script'));
  // Cut off, it may still tell its version, and fall over what it lacks later.
  const cut = headFacts(lines).whole === false;
  const refused =
    script !== undefined &&
    script.ended !== '0' &&
    script.words.length > 0 &&
    parsePackageVersion(script.lines) === null &&
    !script.words.some(word => NO_OPTION.test(word) || HOST.test(word));
  const [java, javaHome, machine] = [said(lines, 'java'), said(lines, 'javaHome'), headFacts(lines).machine];
  const known: Facts = {
    ...(version === null ? {} : {packageVersion: version}),
    ...numberFact('jdk', said(lines, 'jdk')),
    ...(java === null ? {} : {java}),
    ...(javaHome === null ? {} : {javaHome}),
  };
  if (version !== null && !refused && !cut) return known;
  const words = (refused ? [script] : asked).flatMap(each => each.words);
  const codes = asked.map(({ended}) => ended);
  return {
    ...known,
    packageCause: causeOf(lines, words, codes),
    packageSaid: words.slice(0, WORDS).map(word => word.trim().slice(0, LENGTH)),
    ...(machine === null ? {} : {packageMachine: machine}),
    ...(said(lines, 'machine') === null ? {} : {hostMachine: said(lines, 'machine') ?? ''}),
    ...(refused || cut ? {packageRefused: true} : {}),
  };
};
