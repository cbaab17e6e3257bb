/** Scripts exit with this when a guard of their own found that they must not begin: nothing was done. */
export const GUARD_EXIT = 97;

/**
 * Scripts exit with this when the node, asked once more right before it is acted upon, is not as its gates saw it any more:
 * nothing was done, and the gates have to look again.
 */
export const MOVED_EXIT = 96;

/** Scripts exit with this when an earlier action, of a link that was cut, is still at work there: nothing was done. */
export const BUSY_EXIT = 98;

/** Who follows an action exits with this when its receipt says that it began, and it is gone without a word of how it ended. */
export const CUT_OFF_EXIT = 95;

/** Who asks for a receipt exits with this when there is none of that action. */
export const NO_RECEIPT_EXIT = 94;
