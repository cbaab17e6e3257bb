import {type Check, type Plan, type PlannedExpect, planSteps, type Step} from '../../../model/plan.ts';
import {type Text, text} from '../../../model/text.ts';

// Rules about what comes back: it is what was moved aside, byte for byte.

/** A plan back asks for the digest itself; the way there, for what its stop will have found. */
const isDigest = (value: PlannedExpect[string] | undefined, stop: string): boolean =>
  typeof value === 'string' || (typeof value === 'object' && 'from' in value && value.from.step === stop);

const comparesBytes = (checks: readonly Check[], {node}: Step, stop: string): boolean =>
  checks.some(
    check =>
      check.node === node &&
      check.probe === 'digest' &&
      check.given?.bytes === true &&
      // What comes back is read, every byte of it.
      check.given.stamp === undefined &&
      isDigest(check.expect.bytes, stop) &&
      isDigest(check.expect.files, stop),
  );

/** What comes back is compared, byte for byte, with what the node had when its process was gone. */
export const digestRules = (plan: Plan): readonly Text[] =>
  planSteps(plan).flatMap(step => {
    const {undo, done, id, name} = step;
    const stop = id.replace(`/${name}@`, '/stop@');
    const isFound =
      name !== 'stop' || done.some(({probe, given}) => probe === 'digest' && given?.bytes === true);
    const way =
      name === 'backup' && undo.kind === 'action' ? undo.done : name === 'undo-backup' ? done : null;
    return isFound && (way === null || comparesBytes(way, step, stop))
      ? []
      : [
          text(
            `${id} does not see to it that the old bin and lib come back byte for byte.`,
            `${id} 没有确保旧的 bin 和 lib 逐字节恢复。`,
          ),
        ];
  });
