import type {Finding, Survey, System} from '../model/system.ts';
import {type Lang, text} from '../model/text.ts';
import type {Context} from './outside.ts';
import {UserError} from './user-error.ts';

const MARKS = {pass: '✓', warn: '!', block: '✗'} as const;

/** Findings that say the same of several nodes, as one: mark, nodes, what; what was seen; what to do. */
const formatGroup = (group: readonly [Finding, ...Finding[]], lang: Lang): string => {
  const [{level, title, seen, fix}] = group;
  const nodes = group.flatMap(({node}) => node ?? []).join(', ');
  const words = {seen: text('seen', '所见'), fix: text('fix', '处理')};
  return [
    `  ${MARKS[level]} ${nodes === '' ? '' : `${nodes}: `}${title[lang]}`,
    ...(seen === '' ? [] : [`      ${words.seen[lang]}: ${seen.replaceAll('\n', '\n      ')}`]),
    `      ${words.fix[lang]}: ${fix[lang]}`,
  ].join('\n');
};

/** Findings for a person; what is the same on several nodes is said once. */
export const formatFindings = (findings: readonly Finding[], lang: Lang): string => {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.check, finding.title, finding.seen, finding.fix]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups.values()].map(group => formatGroup(group, lang)).join('\n');
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
