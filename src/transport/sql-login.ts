import type {Connection} from 'mysql2';
import {type Text, text} from '../model/text.ts';
import {quoted} from './replies.ts';

/** A hash over the server's salt: the one way to log in after which the server does not hold the password. */
const PROOF = 'mysql_native_password';
/** The password itself, as a server needs it that asks a directory service (LDAP). */
const IN_CLEAR = 'mysql_clear_password';

/** What servers before MySQL 4.1 ask for has no name. */
const BEFORE_4_1 = 'mysql_old_password';

/** Whether the server may have the password itself: null, or why it may not. Asked once the connection stands. */
export type MayHavePassword = () => Promise<Text | null>;

type AuthPlugin = (about: {connection: Connection; command: string}) => (data: Buffer) => Promise<Buffer>;

const NOT_SET = text('only a proof of it is given', '只提供密码的证明');

/**
 * Answers for mysql2 whatever a server asks for to let us in. Anybody may listen on a frontend's port while it restarts, and
 * every other method of mysql2 gives the password, plain or encrypted to whom asks. `refused` is what was asked for in
 * vain, and why. It stands for every name: mysql2 falls back to its own methods for those that it does not find here.
 */
export const makeLogin = (
  password: string,
  mayHavePassword: MayHavePassword | null,
): {readonly authPlugins: Record<string, AuthPlugin>; refused(): Text | null} => {
  let refused: Text | null = null;
  const answerTo =
    (plugin: string): AuthPlugin =>
    () =>
    async () => {
      const because = plugin === IN_CLEAR && mayHavePassword !== null ? await mayHavePassword() : NOT_SET;
      if (because === null) return Buffer.from(`${password}\0`);
      const name = quoted(plugin === '' ? BEFORE_4_1 : plugin);
      refused = text(
        `the server asked for ${name.en}; ${because.en}`,
        `服务器要求 ${name.zh}；${because.zh}`,
      );
      throw new Error('the password is not given');
    };
  const own = (_: object, name: string | symbol): AuthPlugin | undefined =>
    typeof name === 'symbol' || name === PROOF ? undefined : answerTo(name);
  const authPlugins = new Proxy<Record<string, AuthPlugin>>(
    {},
    {
      get: own,
      getOwnPropertyDescriptor: (target, name) => {
        const value = own(target, name);
        return value === undefined ? undefined : {value, configurable: true, enumerable: true};
      },
    },
  );
  return {authPlugins, refused: () => refused};
};
