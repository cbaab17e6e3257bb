import type {Lang, Text} from '../model/text.ts';
import type {Path, Source, Which} from './yaml-source.ts';

/** One thing that is wrong in an inventory file: where, what, and what to write instead. Lines count from 1. */
export type Problem = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The way to it, such as "clusters.lake.roles.be.nodes[2].home"; empty for the file itself. */
  readonly path: string;
  readonly message: Text;
  readonly fix: Text;
};

/** Gathers problems while a file is read. */
export type Report = {
  add(path: Path, message: Text, fix: Text, which?: Which): void;
  /** The line something stands on, for the words of a problem that is about two places. */
  line(path: Path): number;
  /** In the order of the file, each once. */
  problems(): readonly Problem[];
};

/** "a.b[2].c". */
export const formatPath = (path: Path): string =>
  path.map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? key : `.${key}`)).join('');

/** A report about one file. */
export const makeReport = (file: string, source: Source): Report => {
  const found = new Map<string, Problem>();
  return {
    add(path, message, fix, which = 'value') {
      const {line, column} = source.place(path, which);
      const problem = {file, line, column, path: formatPath(path), message, fix};
      const key = `${line}:${column}:${message.en}`;
      if (!found.has(key)) found.set(key, problem);
    },
    line: path => source.place(path, 'value').line,
    problems: () => [...found.values()].sort((a, b) => a.line - b.line || a.column - b.column),
  };
};

/** One problem on two lines: file:line:column, way, what; and what to do. */
export const formatProblem = ({file, line, column, path, message, fix}: Problem, lang: Lang): string =>
  `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message[lang]}\n  → ${fix[lang]}`;
