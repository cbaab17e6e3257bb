import {quote} from '../../../lib/sh.ts';
import {type Facts, listOf} from '../../../model/facts.ts';
import type {Survey} from '../../../model/survey.ts';
import {both, type Text, text} from '../../../model/text.ts';
import type {ServerNode, Servers} from '../fields.ts';
import {journalOf} from '../scripts/journal.ts';
import {WORDS} from '../scripts/role.ts';

// What is typed by hand where an upgrade was cut, each line with every node on whose host it is typed.

export type Entry = {readonly node: ServerNode; readonly facts: Facts};

export const isMaster = ({node}: Entry): boolean => node.fields.role === 'master';
export const runs = ({facts}: Entry): boolean => facts.process === 'running';

/** What is typed where: nodes with the same command stand before it together, and none is left out. */
export const typed = (entries: readonly Entry[], commandOf: (entry: Entry) => string): Text => {
  const groups = [...Map.groupBy(entries, commandOf)].map(
    ([command, group]) => [command, group.map(({node}) => node.id)] as const,
  );
  return text(
    groups.map(([command, ids]) => `${ids.join(', ')}: \`${command}\``).join('; '),
    groups.map(([command, ids]) => `${ids.join('、')}：\`${command}\``).join('；'),
  );
};

/** A master that finds no journal formats the whole cluster (recorded), so that is looked at in the same line. */
const startLine =
  (survey: Survey<Servers>) =>
  ({node}: Entry): string => {
    const {role, javaHome} = node.fields;
    const {journal} = role === 'master' ? journalOf(node, survey) : {journal: ''};
    return [
      ...(journal === '' ? [] : [`test -d ${quote(journal)}`]),
      `cd ${quote(node.home)}`,
      `${javaHome === undefined ? '' : `JAVA_HOME=${quote(javaHome)} `}bin/alluxio-start.sh ${WORDS[role]}${role === 'worker' ? ' NoMount' : ''}`,
    ].join(' && ');
  };

/** Masters side by side, for one alone has no majority; everybody else once they hold what they held. */
export const startAgain = (entries: readonly Entry[], survey: Survey<Servers>, version: string): Text => {
  const down = entries.filter(entry => !runs(entry));
  const isJobWorker = ({node}: Entry): boolean => node.fields.role === 'job-worker';
  const groups = [
    down.filter(isMaster),
    down.filter(entry => !isMaster(entry) && !isJobWorker(entry)),
    // They take the pins away of files that only a worker holds that is not there yet.
    down.filter(isJobWorker),
  ] as const;
  const [first, then, last] = groups.map(group => typed(group, startLine(survey)));
  const [, others, jobWorkers] = groups.map(({length}) => length > 0);
  return both((pick, lang) => {
    const [masters, rest, jobs] = [first, then, last].map(words => (words === undefined ? '' : pick(words)));
    return lang === 'en'
      ? `Start ${version} again, as the user it runs as. All masters at once: ${masters}. Once one of them leads and \`bin/alluxio fsadmin report summary\` tells what the cluster held${others ? `, the others: ${rest}` : ''}.${jobWorkers ? ` Once it counts every worker as live: ${jobs}.` : ''} Then look again.`
      : `请以其运行用户重新启动 ${version}。所有 master 同时启动：${masters}。待其中之一成为 leader，且 \`bin/alluxio fsadmin report summary\` 与之前的内容一致${others ? `，再启动其他：${rest}` : ''}。${jobWorkers ? `待其显示所有 worker 在线后：${jobs}。` : ''}然后重新查看。`;
  });
};

type Aside = {readonly stamp: string; readonly version: string};

/** What was put aside last beside the home: of earlier upgrades that were not pruned, older ones lie there too. */
export const asideOf = ({facts}: Entry): Aside | null => {
  const [stamp = '', version = ''] = listOf(facts, 'asides').at(-1)?.split(' ') ?? [];
  return stamp === '' ? null : {stamp, version};
};

/** Where the old version of an exchanged home is: known by what the hosts tell, or null, and then a person has to look. */
const oldPlaceOf = (entry: Entry, old: readonly Entry[], from: string): string | null => {
  const {node, facts} = entry;
  if (facts.homeKind === 'link') {
    const same = old.find(
      ({node: {home}, facts: {homeReal}}) => home === node.home && homeReal !== undefined,
    );
    return same === undefined ? null : String(same.facts.homeReal);
  }
  const aside = asideOf(entry);
  return aside?.version === from ? `${node.home}_backup_${aside.stamp}` : null;
};

/** The link leads to the old version, or directories change their names; between the two renames only one of them is left. */
const backLine = (entry: Entry, place: string | null): string => {
  const {node, facts} = entry;
  const [home, old] = [quote(node.home), place === null ? 'OLD' : quote(place)];
  if (facts.homeKind === 'link') return `ln -sfn ${old} ${home}`;
  if (facts.homeKind === 'none') return `mv ${old} ${home}`;
  const stamp = place === null ? null : (asideOf(entry)?.stamp ?? null);
  return `mv ${home} ${quote(stamp === null ? `${node.home}.new` : `${node.home}.lakeup-${stamp}`)} && mv ${old} ${home}`;
};

/** How exchanged homes are led back to the version `from`. What is not known to be that version is looked at first. */
export const leadBack = (entries: readonly Entry[], old: readonly Entry[], from: string): Text => {
  // Several roles of one host have one home, which is led back once.
  const homes = [...new Map(entries.map(entry => [`${entry.node.host} ${entry.node.home}`, entry])).values()];
  const places = new Map(homes.map(entry => [entry, oldPlaceOf(entry, old, from)]));
  const back = typed(homes, entry => backLine(entry, places.get(entry) ?? null));
  const look = typed(
    homes.filter(entry => places.get(entry) === null),
    ({node}) => `grep -H '^VERSION=' ${quote(node.home)}*/libexec/alluxio-config.sh`,
  );
  return both((pick, lang) => {
    if (lang === 'en')
      return `Lead the homes back: ${pick(back)}.${pick(look) === '' ? '' : ` OLD is the directory of ${from}. See first which one that is: ${pick(look)}.`}`;
    return `请让安装目录指回旧版本：${pick(back)}。${pick(look) === '' ? '' : `OLD 为 ${from} 的目录。请先查看是哪一个：${pick(look)}。`}`;
  });
};
