import type {Facts} from '../../../model/facts.ts';
import type {Survey} from '../../../model/survey.ts';
import type {Preflight} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import {numberOf, type Problem, warn, wholeCluster} from '../../../recipe/finding.ts';
import {surveyed} from '../../../recipe/preflight.ts';
import type {ServerNode, ServerRole, Servers} from '../fields.ts';
import {kib} from './kib.ts';

const GIB_KB = 1024 * 1024;

/** What 2.x gives a process of its own where nobody says (domain 1.1, bin/launch-process): heap, and memory beside it. */
const GIVEN_KB: Partial<Record<ServerRole, {readonly heap: number; readonly direct: number}>> = {
  master: {heap: 8 * GIB_KB, direct: 0},
  worker: {heap: 4 * GIB_KB, direct: 4 * GIB_KB},
};

type Share = {readonly node: ServerNode; readonly kb: number; readonly facts: Facts};

/** What one process may take: by what it runs with now, which is carried over, else by what the new scripts give it. */
const shareOf = (node: ServerNode, facts: Facts): Share => {
  const given = GIVEN_KB[node.fields.role] ?? {heap: 0, direct: 0};
  const own = (numberOf(facts, 'heapKb') ?? given.heap) + (numberOf(facts, 'directKb') ?? given.direct);
  return {node, facts, kb: own + (numberOf(facts, 'memoryBytes') ?? 0) / 1024};
};

/** All that runs on one host, against the memory that it has. */
const problemOf = (shares: readonly Share[]): readonly (Problem & {readonly node: ServerNode})[] => {
  const [first] = shares;
  const has = shares.map(({facts}) => numberOf(facts, 'memoryKb')).find(known => known !== null) ?? null;
  const wanted = shares.reduce((sum, {kb}) => sum + kb, 0);
  if (first === undefined || has === null || wanted <= has) return [];
  const each = shares.map(({node, kb}) => `${node.id} ${kib(kb)}`);
  return [
    {
      ...warn(
        text(
          `the host has ${kib(has)}, and what runs there may take ${kib(wanted)}: ${each.join(', ')}`,
          `主机内存为 ${kib(has)}，而其上的进程最多可用 ${kib(wanted)}：${each.join('、')}`,
        ),
        text(
          'Heaps, memory beside them, and what lies in ramdisks count. Write -Xmx, and -XX:MaxDirectMemorySize for workers, in conf/alluxio-env.sh (ALLUXIO_MASTER_JAVA_OPTS, ALLUXIO_WORKER_JAVA_OPTS), or give the host more: what takes more than there is gets killed.',
          '已计入堆、堆外内存与内存盘中的内容。请在 conf/alluxio-env.sh（ALLUXIO_MASTER_JAVA_OPTS、ALLUXIO_WORKER_JAVA_OPTS）中写明 -Xmx，worker 还需 -XX:MaxDirectMemorySize；或为主机增加内存：超出的进程会被系统杀死。',
        ),
      ),
      node: first.node,
    },
  ];
};

const ofHosts = (survey: Survey<Servers>) => {
  const shares = surveyed(survey).map(({node, facts}) => shareOf(node, facts));
  return [...Map.groupBy(shares, ({node}) => node.host).values()].flatMap(problemOf);
};

/** Whether hosts have the memory for what is started there (P21). */
export const MEMORY_CHECKS: readonly Preflight<Servers>[] = [
  wholeCluster<Servers>(
    'memory',
    text('Hosts have the memory for what they run', '主机内存足够运行其上的进程'),
    ofHosts,
  ),
];
