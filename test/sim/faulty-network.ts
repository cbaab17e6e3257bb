import type {Lost, Refused, ReplyTo, Request} from '../../src/model/ask.ts';
import type {Copy} from '../../src/model/copy.ts';
import type {HostId} from '../../src/model/ids.ts';
import {type Text, text} from '../../src/model/text.ts';
import type {Transport} from '../../src/model/world.ts';
import type {FakeCluster} from '../fakes/memory.ts';
import type {VirtualClock} from './virtual-clock.ts';

/** How often, of all requests, each thing goes wrong on the way: chances in [0, 1]. */
export type NetworkFaults = {
  /** The connection is refused: nothing was begun. */
  readonly refused: number;
  /** The connection breaks before the request arrives; the asker cannot tell. */
  readonly dropped: number;
  /** The effect takes place, the answer is lost: the link is cut while it is carried out, or after. */
  readonly answerLost: number;
  /** The answer comes late, up to `slowestMs` or beyond the request's own limit. */
  readonly slow: number;
  readonly slowestMs: number;
};

export const NO_FAULTS: NetworkFaults = {refused: 0, dropped: 0, answerLost: 0, slow: 0, slowestMs: 0};

export type FaultyNetwork = Transport & {
  /** From now on every request arrives and is answered. */
  heal(): void;
};

/** A link that is cut under a request is cut within this time, however long the request goes on over there. */
const CUT_WITHIN_MS = 5_000;

/** The same of a copy, which takes longer. */
const CUT_COPY_WITHIN_MS = 20_000;

const lost = (detail: Text): Lost => ({kind: 'lost', trouble: 'dropped', detail});
const tooLate = (ms: number): Text => text(`no answer within ${ms} ms`, `${ms} 毫秒内没有应答`);
const refused = (detail: Text): Refused => ({kind: 'refused', trouble: 'connect-refused', detail});

/** The way to a fake cluster, with faults by chance. */
export const makeFaultyNetwork = (
  cluster: FakeCluster,
  clock: Pick<VirtualClock, 'sleep' | 'alarm'>,
  chance: () => number,
  given: NetworkFaults,
): FaultyNetwork => {
  let faults = given;
  const delivered = <R extends Request>(host: HostId, request: R): Promise<ReplyTo<R> | Lost> =>
    new Promise((resolve, reject) => {
      const {timeoutMs} = request;
      const late = (): void => resolve({kind: 'lost', trouble: 'timeout', detail: tooLate(timeoutMs)});
      const answered = clock.alarm(timeoutMs, late);
      cluster.answer(host, request).then(
        reply => {
          answered();
          resolve(reply);
        },
        (error: unknown) => {
          answered();
          reject(error);
        },
      );
    });
  /** What is in hand in the actions' shell of each host: how its last action ends here. */
  const inHand = new Map<HostId, Promise<{readonly kind: string}>>();
  /** Answered when that has ended over there; lost with it where the link is cut. */
  const behind = async (host: HostId, request: Request): Promise<Lost | null> => {
    if (request.kind !== 'shell' || request.shell !== 'behind') return null;
    const before = await inHand.get(host);
    return before === undefined || before.kind === 'shell'
      ? null
      : lost(text('simulated: lost with what was before it', '模拟：随其之前的请求一同丢失'));
  };
  const sent = async <R extends Request>(host: HostId, request: R): Promise<ReplyTo<R> | Lost | Refused> => {
    const isAction = request.kind === 'shell' && request.shell === 'act';
    if (!isAction) return (await behind(host, request)) ?? ask(host, request);
    const reply = ask(host, request);
    inHand.set(host, reply);
    return reply;
  };
  const ask = async <R extends Request>(host: HostId, request: R): Promise<ReplyTo<R> | Lost | Refused> => {
    const dice = chance();
    let edge = faults.refused;
    if (dice < edge) {
      await clock.sleep(5);
      return refused(text('simulated: connection refused', '模拟：连接被拒绝'));
    }
    edge += faults.dropped;
    if (dice < edge) {
      await clock.sleep(1_000 * chance());
      return lost(text('simulated: dropped on the way there', '模拟：在去程中断'));
    }
    if (chance() < faults.slow) await clock.sleep(faults.slowestMs * chance());
    if (request.kind === 'shell') request.onSent?.();
    const reply = delivered(host, request);
    edge += faults.answerLost;
    if (dice >= edge) return reply;
    await Promise.race([reply, clock.sleep(CUT_WITHIN_MS * chance())]);
    return lost(text('simulated: dropped on the way back', '模拟：在回程中断'));
  };
  /** A copy goes through lakeup: a link that is cut cuts it, in the middle or when it is whole already. */
  const copy: Copy = async (request, onProgress, signal, mayBegin = async () => true) => {
    if (cluster.copy === undefined) throw new Error('this fake copies no files');
    const dice = chance();
    if (dice < faults.refused) {
      await clock.sleep(5);
      return refused(text('simulated: connection refused', '模拟：连接被拒绝'));
    }
    const cut = new AbortController();
    const cuts = dice < faults.refused + faults.dropped + faults.answerLost;
    const waits = chance() < faults.slow;
    if (waits) await clock.sleep(faults.slowestMs * chance(), signal);
    if (signal?.aborted === true) return refused(text('simulated: called off', '模拟：已取消'));
    if (waits && !(await mayBegin()))
      return {...refused(text('simulated: no longer allowed', '模拟：条件不再满足')), trouble: 'guard'};
    const reply = cluster.copy(
      request,
      onProgress,
      AbortSignal.any([cut.signal, ...(signal ? [signal] : [])]),
    );
    if (!cuts) return reply;
    await Promise.race([reply, clock.sleep(CUT_COPY_WITHIN_MS * chance())]);
    cut.abort('cut');
    await reply;
    return lost(text('simulated: the link was cut', '模拟：链路中断'));
  };
  return {
    copy,
    // Lost and Refused belong to the replies of every kind of request.
    ask: <R extends Request>(host: HostId, request: R) => sent(host, request) as Promise<ReplyTo<R>>,
    retryLogins: () => undefined,
    close: async () => undefined,
    heal: () => {
      faults = NO_FAULTS;
    },
  };
};
