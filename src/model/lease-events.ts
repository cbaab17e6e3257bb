import {never} from '../lib/never.ts';
import type {Draft} from './draft.ts';
import type {Event} from './event.ts';

type LeaseEvent = Extract<Event, {type: 'lease.wanted' | 'lease.busy' | 'lease.taken' | 'lease.refused'}>;

/** What becomes of the lease that a run knows as its own. */
export const applyLease = (draft: Draft, event: LeaseEvent): void => {
  const {lease} = draft.state;
  switch (event.type) {
    case 'lease.wanted':
      draft.set({
        lease: {
          ...lease,
          token: event.token,
          hands: [...lease.hands, event.hand],
          from: event.from ?? lease.from,
        },
      });
      return;
    case 'lease.busy':
      return;
    case 'lease.taken':
      draft.set({lease: {...lease, from: null, held: true, failure: null}});
      return;
    case 'lease.refused':
      draft.set({lease: {...lease, held: false, failure: event.failure}});
      draft.hold({kind: 'lease', at: event.at});
      return;
    default:
      never(event);
  }
};
