import {z} from 'zod';
import {never} from '../lib/never.ts';
import {type Text, text} from './text.ts';

/** How the run of a twin came out: what it says in the end, and of how many nodes it was verified. */
export const RehearsalEnd = z.object({
  /** When it was over. */
  at: z.number(),
  end: z.enum(['verified', 'skipped', 'left', 'open']),
  verified: z.number().int().nonnegative(),
  of: z.number().int().nonnegative(),
  /** What was made to go wrong, as it was asked for. */
  faults: z.array(z.string()).readonly(),
});

/**
 * Whether the plan of a run was rehearsed before it began: `this` very plan, `another` one of the same cluster (its nodes, versions,
 * settings or lakeup were otherwise, or nothing looked at the cluster itself), or `never`, as far as this machine knows.
 */
export const Rehearsed = z
  .discriminatedUnion('is', [
    RehearsalEnd.extend({is: z.literal('this')}),
    RehearsalEnd.extend({is: z.literal('another')}),
    z.object({is: z.literal('never')}),
  ])
  .readonly();
export type Rehearsed = z.infer<typeof Rehearsed>;

const endWords = ({end, verified, of}: z.infer<typeof RehearsalEnd>): Text => {
  const count = text(`${verified} of ${of} nodes verified`, `${of} 个节点中 ${verified} 个已验证`);
  switch (end) {
    case 'verified':
      return count;
    case 'skipped':
      return text(`${count.en}, the others skipped`, `${count.zh}，其余被跳过`);
    case 'left':
    case 'open':
      return text('it was not seen through', '没有做完');
    default:
      return never(end);
  }
};

/** In a sentence; `moment` is its date and time as the operator's clock says them. */
export const describeRehearsed = (rehearsed: Rehearsed, moment: string): Text => {
  if (rehearsed.is === 'never')
    return text(
      'This plan was not rehearsed on this machine: `lakeup rehearse` does that.',
      '本机没有演练过此计划：可用 `lakeup rehearse` 演练。',
    );
  const {faults} = rehearsed;
  const end = endWords(rehearsed);
  const wrong =
    faults.length === 0
      ? text('', '')
      : text(`, with ${faults.join(', ')}`, `，并设定故障 ${faults.join('、')}`);
  return rehearsed.is === 'this'
    ? text(
        `This very plan was rehearsed on a twin, ${moment}${wrong.en}: ${end.en}.`,
        `此计划已于 ${moment} 在替身上演练${wrong.zh}：${end.zh}。`,
      )
    : text(
        `Another plan than this was rehearsed, ${moment}${wrong.en}: ${end.en}. Nodes, versions, settings or lakeup itself were otherwise then.`,
        `${moment} 演练过的是另一个计划${wrong.zh}：${end.zh}。当时的节点、版本、设置或 lakeup 本身与现在不同。`,
      );
};
