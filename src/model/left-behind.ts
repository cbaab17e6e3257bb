/**
 * What a node is called that has ended because a newer one leads its group: in its old version it ends again at every start, and
 * its upgrade brings it back.
 */
export const LEFT_BEHIND = 'left-behind';
