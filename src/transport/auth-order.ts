import type {AnyAuthMethod, AuthenticationType} from 'ssh2';

/** What the host wants to be told beyond a key, in its own words. */
export type Prompt = {readonly prompt: string};

/** What to offer next, after what the host has left open; false: nothing more. */
export type AuthOrder = (left: readonly AuthenticationType[] | null) => AnyAuthMethod | false;

/**
 * Keys in their order, and a second factor where the host has had enough of keys and wants one. One that asks nothing (a host
 * that looks at the address, or whose modules only log) is answered by ssh2 itself; any other is told to `onPrompts`.
 *
 * After the keys of an agent ssh2 does not pass on what is left open, so the host is asked for that once, with "none", where
 * nothing else remains to be offered.
 */
export const makeAuthOrder = (
  username: string,
  keys: readonly AnyAuthMethod[],
  onPrompts: (prompts: readonly Prompt[]) => void,
): AuthOrder => {
  const factor: AnyAuthMethod = {
    type: 'keyboard-interactive',
    username,
    prompt: (_name, _instructions, _language, prompts) => onPrompts(prompts),
  };
  let waiting = [...keys];
  let last: AuthenticationType | null = null;
  let answered = false;
  const offer = (method: AnyAuthMethod): AnyAuthMethod => {
    last = method.type;
    return method;
  };
  return said => {
    const left = last === 'agent' ? null : said;
    const wantsFactor = left?.includes('keyboard-interactive') === true && !left.includes('publickey');
    if (wantsFactor && !answered) {
      answered = true;
      // A host may want the factor first: whatever key was refused until then was not looked at.
      waiting = [...keys];
      return offer(factor);
    }
    const wantsNoKey = left !== null && !left.includes('publickey');
    const next = wantsNoKey ? undefined : waiting.shift();
    if (next !== undefined) return offer(next);
    return last === 'agent' ? offer({type: 'none', username}) : false;
  };
};
