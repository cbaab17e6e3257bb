import {type FoundAt, groupFindings} from '../model/describe-finding.ts';
import type {Finding} from '../model/finding.ts';
import type {Survey} from '../model/survey.ts';
import type {Choice, System} from '../model/system.ts';
import {both, type Lang, type Text, text} from '../model/text.ts';
import type {Context} from './outside.ts';
import {TO_DO, UserError} from './user-error.ts';

const MARKS = {pass: '✓', warn: '!', block: '✗'} as const;

const SEEN = text('seen', '所见');

/** Findings that say the same of several nodes, as one: mark, nodes, what; what was seen; what to do. */
const formatGroup = ({finding, nodes}: FoundAt, lang: Lang): string => {
  const {level, title, seen, fix} = finding;
  const names = nodes.length === 0 ? '' : `${nodes.join(', ')}: `;
  const more = (label: Text, words: Text | null): string[] =>
    words === null ? [] : [`      ${label[lang]}: ${words[lang].replaceAll('\n', '\n      ')}`];
  return [`  ${MARKS[level]} ${names}${title[lang]}`, ...more(SEEN, seen), ...more(TO_DO, fix)].join('\n');
};

/** Findings for a person; what is the same on several nodes is said once. */
export const formatFindings = (findings: readonly Finding[], lang: Lang): string =>
  groupFindings(findings)
    .map(found => formatGroup(found, lang))
    .join('\n');

/** Rules that a plan breaks, a line each. */
export const problemList = (problems: readonly Text[]): Text =>
  both(pick => problems.map(problem => `  ${MARKS.block} ${pick(problem)}`).join('\n'));

const choiceFinding = (choice: Choice): Finding => {
  const of = {
    check: 'procedure',
    node: null,
    title: text('There is a way between the versions', '两个版本之间有升级途径'),
  };
  return choice.kind === 'refused'
    ? {...of, level: 'block', seen: choice.because, fix: choice.instead}
    : {...of, level: 'pass', seen: null, fix: null};
};

/**
 * What the system chose, and everything preflight found: what its checks say, and last the choice, whose refusal blocks
 * like any other finding.
 */
export const runPreflight = (
  system: System,
  survey: Survey,
): {readonly choice: Choice; readonly findings: readonly Finding[]} => {
  const choice = system.choose(survey);
  const found = system.preflight.flatMap(check => check.find(survey));
  return {choice, findings: [...found, choiceFinding(choice)]};
};

/**
 * Shows what was found: warnings, and with `summary` how many passed. Throws when something blocks: nothing has been
 * changed then.
 */
export const judge = (context: Context, findings: readonly Finding[], say: 'summary' | 'quiet'): void => {
  const of = (level: Finding['level']) => findings.filter(finding => finding.level === level);
  const [passed, warned, blocked] = [of('pass'), of('warn'), of('block')];
  if (warned.length > 0) context.tell(text(formatFindings(warned, 'en'), formatFindings(warned, 'zh')));
  const counts = text(
    `Preflight: ${blocked.length} blocked, ${warned.length} warned, ${passed.length} passed.`,
    `预检：${blocked.length} 项阻止，${warned.length} 项警告，${passed.length} 项通过。`,
  );
  if (blocked.length > 0)
    throw new UserError(
      text(
        `${formatFindings(blocked, 'en')}\n${counts.en} Nothing was changed.`,
        `${formatFindings(blocked, 'zh')}\n${counts.zh}未做任何改动。`,
      ),
      null,
    );
  if (say === 'summary') context.tell(counts);
};
