import {sh} from '../lib/sh.ts';
import type {ShellRequest} from '../model/ask.ts';
import type {Finding} from '../model/finding.ts';
import type {Host} from '../model/inventory.ts';
import {bare} from '../model/script.ts';
import {text} from '../model/text.ts';
import {describeTrouble} from '../model/trouble.ts';
import type {Transport} from '../model/world.ts';

const LOG_IN: ShellRequest = {
  kind: 'shell',
  shell: 'look',
  script: bare('log-in', sh`true`),
  timeoutMs: 30_000,
  maxBytes: 1_000,
};

/**
 * Logs in on every host and runs nothing but `true`. Gives a finding for each host that cannot be used, with the
 * reason told apart: unknown host key, refused login, no answer, no shell. It is about the host, and so about no node.
 */
export const logInEverywhere = async (
  hosts: readonly Host[],
  {ask}: Pick<Transport, 'ask'>,
): Promise<readonly Finding[]> => {
  const found = await Promise.all(
    hosts.map(async ({id}): Promise<Finding | null> => {
      const reply = await ask(id, LOG_IN);
      if (reply.kind === 'shell') return null;
      const {what, todo} = describeTrouble(reply.trouble);
      return {
        check: 'log-in',
        node: null,
        level: 'block',
        title: text(`${id}: ${what.en}`, `${id}：${what.zh}`),
        seen: reply.detail,
        fix: todo,
      };
    }),
  );
  return found.filter(finding => finding !== null);
};
