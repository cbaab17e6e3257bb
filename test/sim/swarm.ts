/**
 * How often each thing goes wrong under one seed, as chances in [0, 1]. Swarm testing: about half of the kinds are left
 * out altogether, so that each meets the others in every combination.
 */
export type Swarm = {
  readonly refused: number;
  readonly dropped: number;
  readonly answerLost: number;
  readonly slow: number;
  /** Per append, half before it and half after. */
  readonly crash: number;
  /** Per request: something outside moves, such as the master. */
  readonly disturb: number;
  /** Per question: the operator leaves. */
  readonly leave: number;
  /** Per event: the operator asks to hold or to leave. */
  readonly wish: number;
  readonly wrongWord: number;
};

export const makeSwarm = (chance: () => number): Swarm => {
  const some = (most: number): number => (chance() < 0.5 ? 0 : most * chance());
  return {
    refused: some(0.06),
    dropped: some(0.05),
    answerLost: some(0.08),
    slow: some(0.1),
    crash: some(0.06),
    disturb: some(0.02),
    leave: some(0.1),
    wish: some(0.02),
    wrongWord: some(0.5),
  };
};
