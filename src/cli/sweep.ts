import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';

/**
 * Gives back to the machine what survey, preflight and plan have left behind: V8 would keep it, and a run waits for people and hosts
 * for hours. Takes some tenths of a second, so nothing may be on the screen yet. A node that has no such thing goes on as it is.
 */
export const sweep = (): void => {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('globalThis.gc');
  if (typeof collect === 'function') collect({type: 'major', execution: 'sync', flavor: 'last-resort'});
};
