import type {Place} from '../../model/kit.ts';

type Block = Readonly<Record<string, unknown>>;

/** What most nodes say of themselves; a role without a home, or with fields of other names, says something else. */
const homePackagePorts = ({home, package: release, ports}: Place): Block => ({
  home,
  package: release,
  ...ports,
});

/** One role's block of an inventory: the keys that all its nodes have alike stand above them, the rest with each. */
export const roleBlock = (
  places: readonly Place[],
  keysOf: (place: Place) => Block = homePackagePorts,
): Block => {
  const [first] = places;
  if (first === undefined) throw new Error('a role without nodes has no block');
  const role = Object.fromEntries(
    Object.entries(keysOf(first)).filter(([key, value]) =>
      places.every(place => keysOf(place)[key] === value),
    ),
  );
  const nodes = places.map(place => ({
    name: place.name,
    host: place.address,
    ...(place.group === undefined ? {} : {group: place.group}),
    ...Object.fromEntries(Object.entries(keysOf(place)).filter(([key]) => !(key in role))),
  }));
  return {...role, nodes};
};
