import type {Script} from '../model/script.ts';
import {type Text, text} from '../model/text.ts';
import type {AskShell} from './http-on-host.ts';
import type {MayHavePassword} from './sql-login.ts';

const LOOK_MS = 30_000;
/** A few numbers. */
const LOOK_BYTES = 4_096;

const NOT_OWNED = text(
  'the process that listens on that port is not the node’s, or could not be seen',
  '监听该端口的不是该节点的进程，或无法查看',
);
const CHANGED = text(
  'somebody else listens on that port than before the connection',
  '监听该端口的进程在连接前后不同',
);

/**
 * Looks who listens on a port before a connection to it is made; what comes back looks again. A socket that listens before and
 * after is the one that took the connection: nobody else can have listened in between.
 */
export const watchOwner = async (
  look: Script | undefined,
  shell: AskShell,
): Promise<MayHavePassword | null> => {
  if (look === undefined) return null;
  const owner = async (): Promise<string> => {
    const reply = await shell({
      kind: 'shell',
      shell: 'look',
      script: look,
      timeoutMs: LOOK_MS,
      maxBytes: LOOK_BYTES,
    });
    return reply.kind === 'shell' && reply.code === 0 && !reply.cut ? reply.stdout.trim() : '';
  };
  const before = await owner();
  return async (): Promise<Text | null> => {
    if (before === '') return NOT_OWNED;
    return (await owner()) === before ? null : CHANGED;
  };
};
