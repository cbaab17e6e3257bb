import type {NodeId} from '../model/ids.ts';
import type {Text} from '../model/text.ts';
import type {ScreenStore} from '../store/store.ts';
import type {Extent} from './main-layout.ts';

/** What keys may use besides the store. */
export type KeyContext = {
  readonly store: ScreenStore;
  readonly now: () => number;
  /** What the screen has between header and footer. */
  readonly body: Extent;
  /** The operator closes the screen: nothing is left to stop, or they do not wait for it. */
  readonly exit: (why: 'quit' | 'now') => void;
  readonly repaint: () => void;
  /** Puts a text into the clipboard of whoever sits at the terminal; what is to be said of that, or null. */
  readonly copy: (text: string) => Text | null;
  readonly suspend: (() => void) | null;
  /** Leaves the screen, runs the operator's ssh to that node, and comes back. */
  readonly shell: (node: NodeId) => void;
};
