import type {ShellRequest} from '../model/ask.ts';
import type {Body, Vars} from '../model/script.ts';

const LOOK_TIMEOUT_MS = 30_000;
const MAX_BYTES = 256 * 1024;

/** A script that changes nothing, on the shell for looks. */
export const look = (body: Body, vars: Vars, timeoutMs = LOOK_TIMEOUT_MS): ShellRequest => ({
  kind: 'shell',
  shell: 'look',
  script: {body, vars},
  timeoutMs,
  maxBytes: MAX_BYTES,
});
