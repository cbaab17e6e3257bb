import type {FanOut, Phase} from '../../../model/plan.ts';
import {type Text, text} from '../../../model/text.ts';
import {nodesOf, type ServerNode, type ServerRole} from '../fields.ts';
import {
  around,
  type Doing,
  is,
  isRole,
  leaves,
  left,
  notAround,
  type Reading,
  returns,
  says,
  type Wanted,
} from './reading.ts';

// Rules about the product's cluster-wide commands: where the inventory asks for them, whom each may be for, and what is seen before.

const reachesOwn = ({masters}: Reading): Wanted => ({
  that: text('the command reaches the nodes of the inventory alone', '命令恰好到达清单中的节点'),
  probe: 'fan-out',
  ...(masters[0] === undefined ? {} : {node: masters[0].id}),
  expect: Object.fromEntries(
    ['unreached', 'strange', 'left', 'twice', 'lame', 'users', 'others'].map(name => [name, is([])]),
  ),
});

/** What each command is for, by the last of its words that is none of its options; where it starts or stops one, asked for or not. */
const COMMANDS: Readonly<Record<string, {readonly role: ServerRole; readonly on: readonly ServerRole[]}>> = {
  masters: {role: 'master', on: ['master']},
  job_masters: {role: 'job-master', on: ['master']},
  workers: {role: 'worker', on: ['worker']},
  job_workers: {role: 'job-worker', on: ['worker']},
  proxies: {role: 'proxy', on: ['master', 'worker']},
};

const placesOf = (nodes: readonly ServerNode[]): string =>
  [...new Set(nodes.map(({host, home}) => `${host} ${home}`))].toSorted().join('\n');

const rolesOf = ({action}: FanOut): readonly (string | ServerRole)[] =>
  String(action.vars.commands ?? '')
    .split('\n')
    .map(line => {
      const word = line.split(' ').find(each => COMMANDS[each] !== undefined);
      return word === undefined ? line : (COMMANDS[word]?.role ?? line);
    });

/** A command for a role starts or stops one on every host of its files: so the inventory has one on each, and all are its steps. */
const wrongNodes = ({cluster, steps}: Reading, {id}: Phase, fanOut: FanOut): Text[] => {
  const roles = rolesOf(fanOut);
  const own = steps.filter(doing => fanOut.steps.includes(doing.step.id));
  const strangers = Object.values(COMMANDS)
    .filter(({role}) => roles.includes(role))
    .filter(({role, on}) => placesOf(nodesOf(cluster, role)) !== placesOf(nodesOf(cluster, ...on)))
    .map(({role}) =>
      says(
        id,
        `sends a command that starts or stops a ${role} where none is in the inventory`,
        `的命令会在清单之外启停 ${role}`,
      ),
    );
  const meant = roles.flatMap(role =>
    Object.values(COMMANDS).flatMap(each => (each.role === role ? nodesOf(cluster, role) : [])),
  );
  const isSame =
    meant.length === own.length && meant.every(node => own.some(doing => doing.node.id === node.id));
  return [
    ...strangers,
    ...(isSame
      ? []
      : [
          says(
            id,
            'sends a command that is not for the very nodes of its steps',
            '的命令与其步骤的节点不一致',
          ),
        ]),
  ];
};

/** It stops what its steps stop, or starts what they start: from the first master, on what they would be started on. */
const wrongCommand = (reading: Reading, {id}: Phase, {node, action, steps: ids}: FanOut): Text[] => {
  const {masters, steps, cluster} = reading;
  const own = steps.filter(doing => ids.includes(doing.step.id));
  const {does, home, backup = ''} = action.vars;
  const fits = (doing: Doing): boolean =>
    does === 'stop' ? leaves(doing) : does === 'start' && returns(doing);
  const restores = own.some(isRole('master')) && does === 'start' && reading.restores;
  const isBackup = left(reading, {name: 'backup', fact: 'uri'});
  const wrong =
    cluster.settings.commands !== 'cluster-wide' ||
    node !== masters[0]?.id ||
    home !== masters[0]?.home ||
    action.body !== 'alluxio.master.fan-out' ||
    action.trust !== 'facts' ||
    !own.every(fits) ||
    (restores ? !isBackup(backup) : backup !== '');
  return wrong
    ? [
        says(
          id,
          'sends another command than the one that the inventory asks for and its steps stand for',
          '的命令不是清单要求且与其步骤相符的命令',
        ),
      ]
    : [];
};

export const fanOutRules = (reading: Reading): readonly Text[] =>
  reading.plan.phases.flatMap(phase => {
    const {fanOut, id, gates} = phase;
    if (fanOut === undefined) return [];
    // What is brought back is brought back node by node, by what each was found to be.
    if (reading.plan.direction === 'back')
      return [says(id, 'goes back by a command for all its nodes', '以集群级命令回退')];
    const look = reachesOwn(reading);
    return [
      ...wrongNodes(reading, phase, fanOut),
      ...wrongCommand(reading, phase, fanOut),
      ...(around(gates, look) ? [] : [notAround(id, look)]),
    ];
  });
