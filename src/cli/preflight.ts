import type {Finding, Survey, System} from '../model/system.ts';
import {type Lang, text} from '../model/text.ts';
import type {Context} from './outside.ts';
import {UserError} from './user-error.ts';

const MARKS = {pass: '✓', warn: '!', block: '✗'} as const;

/** One finding: mark, node, what; what was seen; what to do. */
export const formatFinding = ({level, node, title, seen, fix}: Finding, lang: Lang): string => {
  const head = `  ${MARKS[level]} ${node === null ? '' : `${node}: `}${title[lang]}`;
  if (level === 'pass') return head;
  const words = {seen: text('seen', '所见'), fix: text('fix', '处理')};
  return [
    head,
    ...(seen === '' ? [] : [`      ${words.seen[lang]}: ${seen.replaceAll('\n', '\n      ')}`]),
    `      ${words.fix[lang]}: ${fix[lang]}`,
  ].join('\n');
};

/** Everything preflight found, worst last, so that it stands above the prompt. */
export const runPreflight = (system: System, survey: Survey): readonly Finding[] =>
  system.preflight.flatMap(({find}) => find(survey));

/**
 * Shows what was found: warnings, and with `summary` how many passed. Throws when something blocks: nothing has been
 * changed then.
 */
export const judge = (context: Context, findings: readonly Finding[], say: 'summary' | 'quiet'): void => {
  const of = (level: Finding['level']) => findings.filter(finding => finding.level === level);
  const [passed, warned, blocked] = [of('pass'), of('warn'), of('block')];
  for (const finding of warned)
    context.tell(text(formatFinding(finding, 'en'), formatFinding(finding, 'zh')));
  const list = (lang: Lang): string => blocked.map(finding => formatFinding(finding, lang)).join('\n');
  const counts = text(
    `Preflight: ${blocked.length} blocked, ${warned.length} warned, ${passed.length} passed.`,
    `预检：${blocked.length} 项阻止，${warned.length} 项警告，${passed.length} 项通过。`,
  );
  if (blocked.length > 0)
    throw new UserError(
      text(`${list('en')}\n${counts.en} Nothing was changed.`, `${list('zh')}\n${counts.zh}未做任何改动。`),
      null,
    );
  if (say === 'summary') context.tell(counts);
};
