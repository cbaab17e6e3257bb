import type {NodeId} from '../model/ids.ts';
import {type Cluster, findNode} from '../model/inventory.ts';
import {type Check, gateChecks, type Plan, planSteps} from '../model/plan.ts';
import type {System} from '../model/system.ts';
import {type Text, text} from '../model/text.ts';

const allChecks = (plan: Plan): Check[] => [
  ...plan.phases.flatMap(({gates}) => gateChecks(gates)),
  ...planSteps(plan).flatMap(step => [
    ...gateChecks(step.gates),
    ...step.done,
    ...(step.undo.kind === 'action' ? [...(step.undo.safe ?? []), ...step.undo.done] : []),
  ]),
  ...plan.verify.flatMap(({checks}) => checks),
];

type Looking = {readonly who: Text; readonly probe: string; readonly nodes: readonly NodeId[]};

const looksOf = (plan: Plan): Looking[] => {
  const gates = [...plan.phases, ...planSteps(plan)].flatMap(owner => owner.gates);
  return [
    ...allChecks(plan).map(({title, probe, node}) => ({
      who: text(`The check "${title.en}"`, `检查“${title.zh}”`),
      probe,
      nodes: [node],
    })),
    ...gates.flatMap(gate =>
      gate.kind === 'confirm'
        ? gate.blast.map(({probe, node}) => ({
            who: text(`The gate ${gate.id}`, `关卡 ${gate.id}`),
            probe,
            nodes: [node],
          }))
        : [],
    ),
    ...plan.phases.flatMap(({id, order, lanes}) =>
      order.kind === 'asked'
        ? [
            {
              who: text(`The order of ${id}`, `${id} 的顺序`),
              probe: order.probe,
              nodes: lanes.map(({node}) => node),
            },
          ]
        : [],
    ),
  ];
};

/** Looks by a probe that does not exist, at a node that does not, or at one that the probe cannot look at. */
export const lookProblems = (plan: Plan, system: System, cluster: Cluster): Text[] =>
  looksOf(plan).flatMap(({who, probe: name, nodes}) => {
    const probe = system.probes[name];
    if (probe === undefined)
      return [
        text(
          `${who.en} asks the probe ${name}, which does not exist.`,
          `${who.zh}使用了不存在的探测 ${name}。`,
        ),
      ];
    return nodes.flatMap(id => {
      const node = findNode(cluster, id);
      if (node === undefined)
        return [
          text(
            `${who.en} looks at ${id}, which the cluster does not have.`,
            `${who.zh}查看的 ${id} 不在集群中。`,
          ),
        ];
      return probe.roles.includes(node.role)
        ? []
        : [
            text(
              `The probe ${name} cannot look at ${id}, a ${node.role}.`,
              `探测 ${name} 无法查看 ${id}（角色 ${node.role}）。`,
            ),
          ];
    });
  });
