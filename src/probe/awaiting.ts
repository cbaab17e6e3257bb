import type {Ask, ReplyTo, Request} from '../model/ask.ts';
import type {AwaitedHost} from '../model/awaited.ts';
import type {HostId} from '../model/ids.ts';
import type {Clock} from '../model/world.ts';

/** Most answers come sooner: then nobody has to be told that they are waited for. */
const TOLD_AFTER_MS = 3_000;
const RETOLD_MS = 1_000;

/** A question that is not answered yet: `at` is the date for people, `ticks` counts how long it is. */
type Open = {readonly host: HostId; readonly at: number; readonly ticks: number};

/** The questions of one look, and which of them are not answered yet. */
export type Awaiting = {
  readonly ask: Ask;
  /** Who has not answered, the one that was asked first before the others; with how long that is. */
  open(): readonly {readonly host: HostId; readonly ms: number}[];
};

const firstOfEach = (open: Iterable<Open>): readonly Open[] => {
  const first = new Map<HostId, Open>();
  for (const each of open) if (!first.has(each.host)) first.set(each.host, each);
  return [...first.values()];
};

/**
 * Keeps count of what one look has asked. `tell` hears who has not answered for some time, whenever that becomes another; and of nobody
 * at its end, which `over` says.
 */
export const makeAwaiting = (
  ask: Ask,
  clock: Clock,
  tell: ((hosts: readonly AwaitedHost[]) => void) | undefined,
  over: AbortSignal,
): Awaiting => {
  const asked = new Map<symbol, Open>();
  let told = '';
  const retell = (): void => {
    if (tell === undefined) return;
    const now = clock.ticks();
    const late = over.aborted ? [] : [...asked.values()].filter(({ticks}) => now - ticks >= TOLD_AFTER_MS);
    const hosts = firstOfEach(late).map(({host, at}) => ({host, since: at}));
    const words = JSON.stringify(hosts);
    if (words === told || (told === '' && hosts.length === 0)) return;
    told = words;
    tell(hosts);
  };
  over.addEventListener('abort', retell, {once: true});
  const watch = async (): Promise<void> => {
    while (!over.aborted) {
      await clock.sleep(RETOLD_MS, over);
      retell();
    }
  };
  if (tell !== undefined) void watch();
  return {
    ask: <R extends Request>(host: HostId, request: R, signal?: AbortSignal): Promise<ReplyTo<R>> => {
      const [key, open] = [Symbol(host), {host, at: clock.now(), ticks: clock.ticks()}];
      const reply = ask(host, request, signal);
      asked.set(key, open);
      const answered = (): void => {
        asked.delete(key);
        retell();
      };
      void reply.then(answered, answered);
      return reply;
    },
    open: () => firstOfEach(asked.values()).map(({host, ticks}) => ({host, ms: clock.ticks() - ticks})),
  };
};
