import {quote} from '../../../lib/sh.ts';
import {type Facts, listOf} from '../../../model/facts.ts';
import type {Survey} from '../../../model/survey.ts';
import {type Text, text} from '../../../model/text.ts';
import {surveyed} from '../../../recipe/preflight.ts';
import {partOf} from '../adopt.ts';
import type {Doris, DorisNode} from '../fields.ts';
import {backupName, stageName} from '../parse/tree.ts';
import {roleScripts} from '../scripts/role.ts';

// A node that is down in the middle of an upgrade whose journal nobody has: a cut between its stop and its start.

const PARTS = ['bin', 'lib'] as const;
type PartName = (typeof PARTS)[number];

/** A stage that is not whole yet has `.part` at its end: the node still ran then. */
const STAMPED = /^(?:\.lakeup-stage-|bin_backup_|lib_backup_)(.+)(?<!\.part)$/;

const stamps = (facts: Facts): readonly string[] => [
  ...new Set(listOf(facts, 'leftovers').flatMap(name => STAMPED.exec(name)?.[1] ?? [])),
];

const has = (facts: Facts, name: string): boolean => listOf(facts, 'leftovers').includes(name);

/** The stamp of that upgrade, or null where the node is down for another reason, as far as its files tell. */
const cutStamp = (facts: Facts, survey: Survey<Doris>): string | null => {
  const {done, left} = partOf(survey);
  const known = (stamp: string, entries: readonly {readonly facts: Facts}[]): boolean =>
    entries.some(entry => has(entry.facts, backupName('bin', stamp)));
  const isMoved = PARTS.some(part => facts[part] === 'none');
  return (
    stamps(facts).find(stamp => {
      const isKept = PARTS.some(part => has(facts, backupName(part, stamp)));
      if (has(facts, stageName(stamp)) || (isMoved && isKept)) return true;
      // New files in place, not started yet: the last upgrade but this one has left such names on every node.
      return isKept && known(stamp, done) && !known(stamp, left);
    }) ?? null
  );
};

/** What brings the files to one version again: forward where the old ones are all put by, else back. */
const moves = (facts: Facts, stamp: string): readonly string[] => {
  const missing = PARTS.filter(part => facts[part] === 'none');
  const isPutBy = PARTS.every(part => has(facts, backupName(part, stamp)));
  const source = (part: PartName): string =>
    isPutBy ? `${stageName(stamp)}/${part}` : backupName(part, stamp);
  return missing.map(part => `mv ${quote(source(part))} ${part}`);
};

/** What all running nodes of a role say, or null where they differ, or none runs. */
const agreed = (survey: Survey<Doris>, role: string, name: string): string | null => {
  const running = surveyed(survey, role).filter(({facts}) => facts.process === 'running');
  const [value, ...others] = [...new Set(running.map(({facts}) => JSON.stringify(facts[name] ?? null)))];
  return value === undefined || others.length > 0 ? null : value;
};

const startCommand = (facts: Facts, node: DorisNode, survey: Survey<Doris>): string => {
  const {role, javaHome} = node.fields;
  const [home = ''] = [facts.homeStart, facts.packageStart, roleScripts(role).starts.at(-1)].filter(
    name => typeof name === 'string' && name !== '',
  );
  const seen: unknown = JSON.parse(agreed(survey, role, 'flags') ?? '[]');
  const flags = Array.isArray(seen) && seen.length > 0 ? seen : role === 'recycler' ? ['--recycler'] : [];
  const java: unknown = javaHome ?? JSON.parse(agreed(survey, role, 'env.JAVA_HOME') ?? 'null');
  return [
    ...(typeof java === 'string' && java !== '' ? [`JAVA_HOME=${quote(java)}`] : []),
    `bash bin/${home} --daemon`,
    ...flags.map(flag => quote(String(flag))),
  ].join(' ');
};

/** Beside a newer master an old frontend does not come up again (domain: only the new version brings it back). */
const isLeftBehind = (node: DorisNode, survey: Survey<Doris>): boolean =>
  node.fields.role === 'fe' && partOf(survey).done.some(entry => entry.facts.fe === 'master');

/** How a node that is down in the middle of an upgrade is brought up by hand, so that lakeup can take on from there; or null. */
export const cutAdvice = (facts: Facts, node: DorisNode, survey: Survey<Doris>): Text | null => {
  // Every node is asked for this, and most of them run.
  if (facts.process !== 'none') return null;
  const stamp = cutStamp(facts, survey);
  const start = startCommand(facts, node, survey);
  if (stamp === null) {
    if (!isLeftBehind(node, survey)) return null;
    const time = '$(date +%Y%m%d_%H%M%S)';
    const put = PARTS.map(
      part => `mv ${part} ${part}_backup_$t && cp -a ${quote(`${node.fields.package}/${part}`)} .`,
    );
    const command = `cd ${quote(node.home)} && t=${time} && ${[...put, start].join(' && ')}`;
    return text(
      `A frontend of the new version is the master: this one comes up with the new version alone. On its host: ${command}. Once it is healthy, \`lakeup upgrade\` takes on from there.`,
      `主 FE 已是新版本：此节点只能以新版本启动。请在其主机上执行：${command}。待其健康后，\`lakeup upgrade\` 会从那里继续。`,
    );
  }
  const command = [`cd ${quote(node.home)}`, ...moves(facts, stamp), start].join(' && ');
  return text(
    `An upgrade was cut here between stop and start (${stamp}); nothing is lost. On its host, as the user it runs as: ${command}. Once it is healthy, \`lakeup upgrade\` takes on from there.`,
    `一次升级在此节点的停止与启动之间中断（${stamp}）；没有丢失任何东西。请在其主机上以其运行用户执行：${command}。待其健康后，\`lakeup upgrade\` 会从那里继续。`,
  );
};

/** Whether a node is down in the middle of an upgrade: that is told once, and explains what else is missing of it. */
export const isCut = (facts: Facts, node: DorisNode, survey: Survey<Doris>): boolean =>
  cutAdvice(facts, node, survey) !== null;
