import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {z} from 'zod';

/*
 * What docs/json.md says that is printed, as it stands there: a table below a heading is a shape, a row of it a field with its type.
 */

const PAGE = readFileSync(join(import.meta.dirname, '../../../docs/json.md'), 'utf8');

type Fields = Readonly<Record<string, string>>;

/** `tag`: the field by which the shapes of one heading are told apart. */
export type Shape = {readonly tag: string | null; readonly kinds: ReadonlyMap<string, Fields>};

const bare = (cell: string): string => cell.replaceAll('`', '');

const cellsOf = (row: string): readonly string[] =>
  row
    .split('|')
    .slice(1, -1)
    .map(cell => cell.trim());

/** The rows of one table, below its head. */
const shapeOf = (rows: readonly string[]): Shape | null => {
  const [head = [], , ...body] = rows.map(cellsOf);
  if (!head.includes('field')) return null;
  const isTagged = head.length === 4;
  const kinds = new Map<string, Record<string, string>>();
  let kind = '';
  for (const cells of body) {
    const [tag = '', field = '', type = ''] = isTagged ? cells : ['', ...cells];
    if (tag !== '') kind = bare(tag);
    const fields = kinds.get(kind) ?? {};
    if (field !== '') fields[bare(field)] = type;
    kinds.set(kind, fields);
  }
  return {tag: isTagged ? bare(head[0] ?? '') : null, kinds};
};

/** Of two tables below one heading the first says what all have in common that the second tells apart. */
const together = (
  title: string,
  [first, second]: readonly Shape[],
): readonly (readonly [string, Shape])[] => {
  if (first === undefined) return [];
  if (second === undefined || second.tag === null) return [[title, first]];
  const {tag, kinds} = second;
  const {[tag]: _, ...common} = first.kinds.get('') ?? {};
  return [[title, {tag, kinds: new Map([...kinds].map(([kind, fields]) => [kind, {...common, ...fields}]))}]];
};

/** Every table of the page, by the heading above it. */
export const SHAPES: ReadonlyMap<string, Shape> = new Map(
  PAGE.split(/^#+ /m).flatMap(part => {
    const [title = '', ...lines] = part.split('\n');
    const tables = lines.join('\n').match(/(?:^\|.*\n)+/gm) ?? [];
    const shapes = tables.flatMap(table => shapeOf(table.trim().split('\n')) ?? []);
    return together(title, shapes);
  }),
);

/** What was printed of what is named, as "shape.field". */
export type Seen = Set<string>;

const text = z.strictObject({en: z.string(), zh: z.string()});
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const PLAIN: Readonly<Record<string, z.ZodType>> = {
  text: z.string(),
  number: z.number(),
  date: z.number().min(Date.UTC(2000, 0, 1)),
  ms: z.number().nonnegative(),
  bytes: z.int().nonnegative(),
  count: z.int().nonnegative(),
  'yes/no': z.boolean(),
  true: z.literal(true),
  null: z.null(),
  words: text,
  facts: z.record(z.string(), z.union([scalar, z.array(scalar)])),
  numbers: z.record(z.string(), z.number()),
  // Whatever it is, it is there.
  anything: z.unknown().refine(value => value !== undefined),
};

const fieldsOf = (
  name: string,
  fields: Fields,
  tag: Readonly<Record<string, z.ZodType>>,
  seen: Seen,
): z.ZodPipe<z.ZodObject, z.ZodTransform> =>
  z
    .strictObject({
      ...Object.fromEntries(Object.entries(fields).map(([field, type]) => [field, typeOf(type, seen)])),
      ...tag,
    })
    .transform(value => {
      for (const field of Object.keys(value)) seen.add(`${name}.${field}`);
      return value;
    });

const readers = new WeakMap<Seen, Map<string, z.ZodType>>();

/** What is printed of that name, strictly: nothing that is not named there. */
export const printed = (name: string, seen: Seen): z.ZodType => {
  const known = readers.get(seen) ?? new Map<string, z.ZodType>();
  readers.set(seen, known);
  const type = known.get(name) ?? ofShape(name, seen);
  known.set(name, type);
  return type;
};

const ofShape = (name: string, seen: Seen): z.ZodType => {
  const shape = SHAPES.get(name);
  if (shape === undefined) throw new Error(`docs/json.md names no ${name}`);
  const {tag, kinds} = shape;
  const [only] = kinds.values();
  if (tag === null) return fieldsOf(name, only ?? {}, {}, seen);
  const of = [...kinds].map(([kind, fields]) =>
    fieldsOf(`${name} ${kind}`, fields, {[tag]: z.literal(kind)}, seen),
  );
  const [first, ...others] = of;
  if (first === undefined) throw new Error(`docs/json.md tells nothing of ${name}`);
  return z.discriminatedUnion(tag, [first, ...others]);
};

const typeOf = (type: string, seen: Seen): z.ZodType => {
  const ways = type.split(' or ').filter(way => way !== 'absent');
  const made = z.union(
    ways.map(way => {
      const [, literal] = /^"(.*)"$/.exec(way) ?? [];
      if (literal !== undefined) return z.literal(literal);
      const [, item] = /^list of (.*)$/.exec(way) ?? [];
      if (item !== undefined) return z.array(typeOf(item, seen));
      return PLAIN[way] ?? z.lazy(() => printed(way, seen));
    }),
  );
  return type.split(' or ').includes('absent') ? made.optional() : made;
};
