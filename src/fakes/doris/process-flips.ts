import type {Self} from '../common/process-node.ts';

/**
 * Called at each heartbeat; with FLIPS=yes it throws at every second one, so that its caller hears nothing: by the rows the node
 * comes and goes, whatever it says itself.
 */
export const makeFlipping = (self: Self): (() => void) => {
  const flips = self.knob('FLIPS') === 'yes';
  let beats = 0;
  return () => {
    beats += 1;
    if (flips && beats % 2 === 0) throw new Error('this heartbeat is not answered');
  };
};
