import {useApp, useInput, usePaste, useStdout} from 'ink';
import {useEffect, useRef, useState} from 'react';
import {quote} from '../../lib/sh.ts';
import type {NodeId} from '../../model/ids.ts';
import {openQuestion} from '../../store/state.ts';
import {ARM_MS, questionHidden, questionShown, type ScreenStore} from '../../store/store.ts';
import {useScreen} from '../../store/use-screen.ts';
import type {Signs} from '../afar.ts';
import {atHandOf} from '../at-hand.ts';
import {toClipboard} from '../clipboard.ts';
import {visible} from '../control.ts';
import {joinReads, keysOf, type Read} from '../input.ts';
import type {KeyContext} from '../key-context.ts';
import type {Extent} from '../main-layout.ts';
import {messages} from '../messages.ts';
import {questionVisible} from '../mode.ts';
import {paste, press} from '../press.ts';
import {useAfar} from './use-afar.ts';

/** Keys that also count when the screen is too small to show what they do. */
const BLIND: ReadonlySet<string> = new Set(['ctrl-l', 'ctrl-z']);

/** How a program of the operator's ended, or why it could not be run. */
export type ShellEnd =
  | {readonly kind: 'ended'; readonly code: number}
  | {readonly kind: 'none'; readonly why: string};
export type RunShell = (command: readonly string[]) => Promise<ShellEnd>;

export type RootProps = {
  readonly store: ScreenStore;
  readonly now: () => number;
  readonly onExit: (why: 'quit' | 'now') => void;
  readonly signs: Signs;
  /** Stops this process until it is continued; null where that cannot be. */
  readonly stop: (() => Promise<void>) | null;
  /** Runs a program of the operator's on the terminal; null where they have none of their own. */
  readonly shell: RunShell | null;
  /** Hands out the way to suspend the screen, for signals from outside. */
  readonly onReady: (suspend: () => Promise<void>) => void;
};

/** Leaves the terminal, runs `meanwhile`, comes back and paints everything anew. One at a time. */
const useSuspension = (
  write: (words: string) => void,
  onAway: (isAway: boolean) => void,
): ((meanwhile: () => Promise<void>) => Promise<void>) => {
  const {suspendTerminal} = useApp();
  const away = useRef(false);
  return async meanwhile => {
    if (away.current) return;
    away.current = true;
    onAway(true);
    try {
      await suspendTerminal(async () => {
        await meanwhile();
        // A frame begins where the cursor stands: in the middle of a line it would be wider than the screen.
        write('\r');
      });
    } finally {
      away.current = false;
      onAway(false);
    }
  };
};

type Visit = {
  readonly store: ScreenStore;
  readonly shell: RunShell | null;
  readonly now: () => number;
  /** Gives the terminal away for as long as that takes. */
  readonly away: (meanwhile: () => Promise<void>) => Promise<void>;
  /** Writes words, a line each, where the operator reads them. */
  readonly tell: (words: string) => void;
};

/**
 * The operator's own shell on the host of a node, and back. Whatever was typed there, keys that came too late above all, is
 * no answer: `isDeaf` holds for as long after it as a question waits for quiet.
 */
const useVisits = ({store, shell, now, away, tell}: Visit) => {
  const deafUntil = useRef(0);
  const visit = async (node: NodeId): Promise<void> => {
    const state = store.getState();
    const command = atHandOf(state, node)?.ssh ?? [];
    if (shell === null || command.length === 0) return store.setState({notice: messages.noHostBehind});
    await away(async () => {
      tell(visible(command.map(quote).join(' ')));
      const end = await shell(command);
      tell('');
      deafUntil.current = now() + ARM_MS;
      // Before the terminal is taken back: the offer of a shell is nothing to come back to.
      store.setState({
        view: 'main',
        notice: end.kind === 'ended' ? messages.shellEnded(node, end.code) : messages.shellNone(end.why),
      });
    });
  };
  return {visit, isDeaf: () => now() < deafUntil.current};
};

export type Hands = {
  /** What there is between header and footer. */
  readonly body: Extent;
  /** Whether a question can be read whole: only then it can be answered, and nothing is done unseen. */
  readonly readable: boolean;
  /** Shows once more what stands there; the terminal is painted anew where nothing is given. */
  readonly again?: () => void;
  /** Somebody else has the terminal from now on, or no longer. */
  readonly onAway?: (isAway: boolean) => void;
  /** Where the terminal draws nothing: what becomes of words that are not drawn, and of what is to be copied. */
  readonly tell?: (words: string) => void;
  readonly copy?: KeyContext['copy'];
};

/** What an operator does with their hands: keys, pasted text, leaving the terminal and coming back. One per screen. */
export const useHands = (
  {store, now, onExit, signs, stop, shell, onReady}: RootProps,
  {body, readable, again, tell, copy, onAway = () => undefined}: Hands,
): void => {
  const {stdout} = useStdout();
  const write = (words: string): void => void stdout.write(words);
  const suspend = useSuspension(write, onAway);
  const leaving = useAfar(store, now, signs);
  const question = useScreen(store, state =>
    questionVisible(state) ? (openQuestion(state)?.id ?? null) : null,
  );

  useEffect(() => {
    if (question === null || !readable) questionHidden(store);
    else questionShown(store, now());
  }, [store, now, question, readable]);

  useEffect(() => {
    onReady(() => (stop === null ? Promise.resolve() : suspend(leaving(stop))));
  });

  const {visit, isDeaf} = useVisits({
    store,
    shell,
    now,
    away: meanwhile => suspend(leaving(meanwhile)),
    tell: tell ?? (words => write(`${words}\r\n`)),
  });
  const context: KeyContext = {
    store,
    now,
    body,
    exit: onExit,
    repaint: again ?? (() => void suspend(() => Promise.resolve())),
    copy:
      copy ??
      (text => {
        write(toClipboard(text));
        return messages.copied;
      }),
    suspend: stop === null ? null : () => void suspend(leaving(stop)),
    shell: node => void visit(node),
  };
  const take = useRef((_: Read): void => undefined);
  take.current = ({keys, alone}) => {
    if (isDeaf()) return;
    press({keys: readable ? keys : keys.filter(name => BLIND.has(name)), alone}, context);
  };
  const [hear] = useState(() => joinReads(read => take.current(read)));
  useInput((input, key) => hear(keysOf(input, key)));
  usePaste(text => {
    if (!isDeaf()) paste(text, context);
  });
};
