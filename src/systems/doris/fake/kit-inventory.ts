import type {Place} from '../../../model/kit.ts';

/** A node's own fields in the inventory, where they differ from its role's. */
const differing = (
  place: Place,
  role: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries({home: place.home, package: place.package, ...place.ports}).filter(
      ([key, value]) => role[key] !== value,
    ),
  );

/** One role's block: what its nodes share stands above them, the rest with each. */
export const roleBlock = (places: readonly Place[]): Readonly<Record<string, unknown>> => {
  const [first] = places;
  if (first === undefined) throw new Error('a role without nodes has no block');
  const shared = Object.entries({home: first.home, package: first.package, ...first.ports}).filter(
    ([key, value]) =>
      places.every(place => ({home: place.home, package: place.package, ...place.ports})[key] === value),
  );
  const role = Object.fromEntries(shared);
  const nodes = places.map(place => ({
    name: place.name,
    host: place.address,
    ...(place.group === undefined ? {} : {group: place.group}),
    ...differing(place, role),
  }));
  return {...role, nodes};
};
