import type {UnwellAs} from '../model/describe-service.ts';
import type {Look, Sighting} from '../model/facts.ts';

/** Since when something was seen so; `first`: at the first look already. */
export type Since = {readonly at: number; readonly first: boolean};

/** How a node is that is not well, and since when. */
export type Lasting = {readonly is: UnwellAs} & Since;

/** What is kept of a node's looks, to tell what lasts from what comes and goes. */
export type Course = {
  readonly health: string;
  /** Since when its health was seen to be what it is. */
  readonly changed: Since;
  /** Since when it was seen neither well nor down; null while it is. */
  readonly unwellSince: Since | null;
  /** Since when it was seen degraded or not serving, and since when as which of them, whether or not it answered every look since. */
  readonly ailing: {readonly since: Since; readonly as: Ailing; readonly asSince: Since} | null;
  /** When it was heard of last; null while it never was. */
  readonly heardAt: number | null;
};

/** How one is ill in a way that no start explains. */
const AILING = ['degraded', 'not-serving'] as const;
type Ailing = (typeof AILING)[number];

const ailingAs = (health: string): Ailing | null => AILING.find(as => as === health) ?? null;

const ailingWith = (before: Course['ailing'], health: string, now: Since): Course['ailing'] => {
  const as = ailingAs(health);
  if (as === null) return health === 'silent' ? before : null;
  return {since: before?.since ?? now, as, asSince: before?.as === as ? before.asSince : now};
};

const healthIn = (look: Look): string => (look.kind === 'seen' ? String(look.facts.health) : 'silent');

/** With one more look at its status. */
export const courseWith = (before: Course | undefined, {at, look}: Sighting): Course => {
  const [health, now] = [healthIn(look), {at, first: before === undefined}];
  return {
    health,
    changed: before?.health === health ? before.changed : now,
    unwellSince: health === 'ok' || health === 'down' ? null : (before?.unwellSince ?? now),
    ailing: ailingWith(before?.ailing ?? null, health, now),
    heardAt: look.kind === 'seen' ? at : (before?.heardAt ?? null),
  };
};

/** So many periods of the looks are a few looks; and so many is a start that takes long. */
const FEW = 5;
const MANY = 30;

/** A host that is another's, or nobody's, says nothing of how this node answers. */
const isSilentItself = ({node, look}: Sighting): boolean =>
  look.kind === 'silent' && look.reasons.some(reason => reason.node === node);

/** How a node is that has not been well for longer than a few looks; null while it may pass by itself, or it is down. */
export const unwellAfter = (
  {health, changed, unwellSince, ailing, heardAt}: Course,
  sighting: Sighting,
  periodMs: number,
): Lasting | null => {
  if (unwellSince === null) return null;
  const lasts = (since: Since, periods: number): boolean => sighting.at - since.at >= periods * periodMs;
  switch (health) {
    case 'silent': {
      // A look may be waited for in vain for long: it is not heard of since the one before.
      const since = heardAt === null ? unwellSince : {at: heardAt, first: false};
      return isSilentItself(sighting) && lasts(since, FEW) ? {is: 'silent', ...since} : null;
    }
    case 'degraded':
    case 'not-serving':
      // One that starts again and again, and is ill in between, does not pass by itself either.
      return ailing !== null && (lasts(ailing.since, FEW) || lasts(unwellSince, MANY))
        ? {is: ailing.as, ...ailing.asSince}
        : null;
    case 'starting':
      // That it did not answer for long is no start that takes long: its host may just have come up.
      return lasts(changed, MANY) ? {is: 'starting', ...changed} : null;
    default:
      return null;
  }
};
