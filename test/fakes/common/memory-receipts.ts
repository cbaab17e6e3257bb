import type {ReplyTo, ShellRequest} from '../../../src/model/ask.ts';
import type {HostId} from '../../../src/model/ids.ts';
import type {Script} from '../../../src/model/script.ts';
import {endOf, type Fate, isAskedFor, type Receipt, receiptOf} from './memory-receipt.ts';
import {failed, printed, type Told} from './memory-replies.ts';

const CUT_OFF = failed(95, '');
const NO_RECEIPT = failed(94, '');

/** What whoever follows an action is told, and its true exit code: null where nobody will ever know. */
type Followed = {readonly reply: ReplyTo<ShellRequest>; readonly code: number | null};

export type Receipts = {
  /** Carries out an action under its receipt. */
  under(host: HostId, request: ShellRequest, act: () => Promise<ReplyTo<ShellRequest>>): Promise<Followed>;
  /** Answers what is asked of a receipt. */
  answer(host: HostId, script: Script): Promise<Told>;
  heal(): void;
};

const untold = (reply: ReplyTo<ShellRequest>): Followed => ({
  reply,
  code: reply.kind === 'shell' ? reply.code : null,
});

/** The receipts of all places, as the scripts of `host/receipt.ts` make and read them. `chance`: of their fates. */
export const makeReceipts = (chance: () => number): Receipts => {
  const places = new Map<string, Receipt[]>();
  let healed = false;
  const keyOf = (host: HostId, {vars}: Script): string => `${host} ${String(vars.lease_at)}`;
  const at = (key: string): readonly Receipt[] => places.get(key) ?? [];
  const fateOf = (): Fate => {
    const dice = chance();
    if (healed || dice < 0.8) return 'kept';
    return dice < 0.9 ? 'none' : 'cut-off';
  };
  const find = (host: HostId, script: Script): Receipt | null => {
    const own = at(keyOf(host, script)).filter(receipt => isAskedFor(receipt, script));
    return own.find(({told}) => told === null) ?? own.at(-1) ?? null;
  };
  return {
    under: async (host, request, act) => {
      const of = receiptOf(request.script);
      const fate = fateOf();
      if (of === null || fate === 'none') return untold(await act());
      const key = keyOf(host, request.script);
      const {promise: end, resolve} = Promise.withResolvers<void>();
      const receipt: Receipt = {...of, fate, told: null, end};
      // Whoever begins clears what nobody is at work under.
      places.set(key, [...at(key).filter(({told}) => told === null), receipt]);
      const reply = await act();
      if (reply.kind === 'shell') {
        const {code, stdout, stderr} = reply;
        receipt.told = {code, stdout, stderr};
        // It was turned away: nothing was done, and its receipt goes with the reply.
        if ([96, 97, 98].includes(code))
          places.set(
            key,
            at(key).filter(each => each !== receipt),
          );
      }
      resolve();
      const {reply: told, code} = untold(reply);
      return {
        reply: told.kind === 'shell' ? {...told, ...(endOf(receipt) ?? CUT_OFF)} : told,
        code: fate === 'cut-off' ? null : code,
      };
    },
    answer: async (host, script) => {
      const receipt = find(host, script);
      switch (script.body.name) {
        case 'receipt.look': {
          if (receipt === null) return printed(['receipt=none']);
          if (receipt.told === null) return printed(['receipt=running']);
          return printed([`receipt=${endOf(receipt) === null ? 'cut-off' : 'ended'}`]);
        }
        case 'receipt.follow':
          if (receipt === null) return NO_RECEIPT;
          await receipt.end;
          return endOf(receipt) ?? CUT_OFF;
        case 'receipt.clear': {
          const key = keyOf(host, script);
          if (receipt?.told)
            places.set(
              key,
              at(key).filter(each => each !== receipt),
            );
          return printed([]);
        }
        default:
          throw new Error(`no fake knows ${script.body.name}`);
      }
    },
    heal: () => {
      healed = true;
    },
  };
};
