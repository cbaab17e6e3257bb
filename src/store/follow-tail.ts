import type {NodeId} from '../model/ids.ts';
import type {Text} from '../model/text.ts';
import type {Clock} from '../model/world.ts';
import type {Tail} from './state.ts';
import type {ScreenStore} from './store.ts';

/** Follows a log file of a node; resolves with why nothing comes any more, or null once it was called off. */
export type FollowLog = (
  node: NodeId,
  file: string,
  onText: (piece: string) => void,
  signal: AbortSignal,
) => Promise<Text | null>;

/** So many lines of a log are kept, the newest, and so much of each. */
export const TAIL_LINES = 500;
const LINE_CHARACTERS = 2_000;

/** How often what came is shown. */
const BEAT_MS = 200;

/** What came of a log, as lines: the newest, each no longer than can be read. The last one may still grow. */
export const tailLines = (lines: readonly string[], piece: string): readonly string[] => {
  const [first = '', ...more] = piece.split('\n');
  const grown = (lines.at(-1) ?? '') + first;
  return [...lines.slice(0, -1), grown, ...more]
    .slice(-TAIL_LINES)
    .map(line => (line.length > LINE_CHARACTERS ? line.slice(0, LINE_CHARACTERS) : line));
};

type Wanted = Pick<Tail, 'node' | 'file' | 'round'>;

const wantedOf = (store: ScreenStore): Wanted | null => {
  const {view, tail} = store.getState();
  return view === 'tail' ? tail : null;
};

/**
 * Follows the log that the view of it shows, for as long as that is looked at; another one once that is chosen. Nothing of it
 * is kept anywhere. Runs until the signal.
 */
export const followTail = (
  store: ScreenStore,
  follow: FollowLog,
  clock: Pick<Clock, 'sleep'>,
  signal: AbortSignal,
): void => {
  let now: {readonly wanted: Wanted; readonly stop: AbortController} | null = null;

  const read = async ({node, file, round}: Wanted, stop: AbortSignal): Promise<void> => {
    let lines: readonly string[] = [''];
    let all = 1;
    let due = false;
    const show = (more: Partial<Tail> = {}): void => {
      const {tail} = store.getState();
      if (!stop.aborted && tail?.round === round)
        store.setState({
          tail: {
            ...tail,
            lines: lines.at(-1) === '' ? lines.slice(0, -1) : lines,
            dropped: all - lines.length,
            isOpen: lines.at(-1) !== '' && tail.end === null,
            ...more,
          },
        });
    };
    const onText = (piece: string): void => {
      lines = tailLines(lines, piece);
      all += piece.split('\n').length - 1;
      if (due) return;
      due = true;
      void clock.sleep(BEAT_MS, stop).then(() => {
        due = false;
        show();
      });
    };
    const end = await follow(node, file, onText, stop);
    if (end !== null) show({end, isOpen: false});
  };

  const heed = (): void => {
    const wanted = signal.aborted ? null : wantedOf(store);
    if (now !== null && wanted?.round === now.wanted.round) return;
    now?.stop.abort();
    now = null;
    if (wanted === null) return;
    const stop = new AbortController();
    now = {wanted, stop};
    void read(wanted, stop.signal);
  };

  const off = store.subscribe(heed);
  signal.addEventListener(
    'abort',
    () => {
      off();
      heed();
    },
    {once: true},
  );
  heed();
};
