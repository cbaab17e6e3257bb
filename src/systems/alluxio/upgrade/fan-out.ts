import type {Check} from '../../../model/plan.ts';
import type {FanOutRecipe} from '../../../model/procedure.ts';
import {type Text, text} from '../../../model/text.ts';
import {untrusted} from '../../../recipe/actions.ts';
import {check} from '../../../recipe/check.ts';
import {fannedOut, launcherOf, START_ORDER, STOP_ORDER, startWords, stopWords} from '../fan-out.ts';
import {type Context, nodesOf, type ServerRole, type Servers} from '../fields.ts';
import {fanOutBody, fanOutVars} from '../scripts/fan-out.ts';
import {newJournalOf} from '../scripts/journal.ts';
import {FAN_OUT_TIMEOUT_MS} from '../scripts/look-fan-out.ts';
import {ofBackup} from './names.ts';

// The guide's cluster-wide commands, where the inventory asks for them: `alluxio-stop.sh all` and `alluxio-start.sh all` as the very
// commands they consist of (recorded), so that masters go by themselves and are looked at before anybody else.

/** Each command waits for its slowest host: two minutes for a process that does not end, and a start looks after its work. */
const WITHIN_MS = 15 * 60_000;

type Does = 'start' | 'stop';

const ORDERS: Readonly<Record<Does, readonly ServerRole[]>> = {stop: STOP_ORDER, start: START_ORDER};

/** The very words that are run, one command after the other. */
const titleOf = (does: Does, words: readonly string[]): Text => {
  const said = words.map(each => `alluxio-${does}.sh ${each}`).join('; ');
  return text(said, said);
};

/** The commands that stop or start these roles, or null where none of them goes by one. */
const commandsFor = (context: Context, does: Does, whose: 'masters' | 'others') => {
  const roles = fannedOut(context.cluster, whose === 'masters' ? ['master'] : ORDERS[does]);
  if (roles.length === 0) return null;
  return {roles, words: does === 'stop' ? stopWords(roles, context) : startWords(roles, context)};
};

/** How the steps of a phase are carried out at once; `from`: what the masters are started on. */
export const fanOut = (
  context: Context,
  does: Does,
  whose: 'masters' | 'others',
  from: 'backup' | 'journal' | null = null,
): FanOutRecipe<Servers> | null => {
  const commands = commandsFor(context, does, whose);
  if (commands === null) return null;
  const {roles, words} = commands;
  const by = launcherOf(context.cluster);
  const restores = from === 'backup' ? {backup: ofBackup(context.cluster, 'uri')} : {};
  const told = from === null ? {} : {journal: newJournalOf(by, context), ...restores};
  return {
    by,
    title: titleOf(does, from === 'backup' ? words.map(each => `-i BACKUP ${each}`) : words),
    action: untrusted(fanOutBody, fanOutVars(context, does, words, told), WITHIN_MS),
    step: does,
    nodes: nodesOf(context.cluster, ...roles),
  };
};

/**
 * Right before a command is sent, as before the plan: whom its master reaches are exactly the nodes of the inventory, and nothing
 * else of the product runs on their hosts. Nothing where each node goes by itself.
 */
export const reachesOwn = (context: Context, does: Does, whose: 'masters' | 'others'): readonly Check[] =>
  commandsFor(context, does, whose) === null
    ? []
    : [
        check(
          launcherOf(context.cluster),
          'fan-out',
          text(
            'cluster-wide commands reach the nodes of the inventory alone',
            '集群级命令恰好到达清单中的节点',
          ),
          {unreached: [], strange: [], left: [], twice: [], lame: [], users: [], others: []},
          2 * FAN_OUT_TIMEOUT_MS,
          {pollMs: 10_000},
        ),
      ];

/** For the question: which command does it, and from where. */
export const saidBy = (
  context: Context,
  does: Does,
  whose: 'masters' | 'others',
  ask: Text,
  from: 'backup' | 'journal' | null = null,
): Text => {
  const recipe = fanOut(context, does, whose, from);
  if (recipe === null) return ask;
  const {by, title} = recipe;
  return text(
    `${ask.en} By \`${title.en}\` on ${by.id}; each node is looked at by itself.`,
    `${ask.zh}将在 ${by.id} 上执行 \`${title.zh}\`；每个节点单独查看。`,
  );
};
