import {z} from 'zod';
import {SHAPES} from './json-page.ts';

/*
 * Where what is printed is checked by a schema of the program, the page is compared with that: also what no test has seen printed.
 */

/** As zod writes a schema as JSON. */
type Json = {
  readonly type?: string | undefined;
  readonly const?: unknown | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly allOf?: readonly Json[] | undefined;
  readonly anyOf?: readonly Json[] | undefined;
  readonly oneOf?: readonly Json[] | undefined;
  readonly properties?: Readonly<Record<string, Json>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly items?: Json | undefined;
};

const Json: z.ZodType<Json> = z.lazy(() =>
  z.object({
    type: z.string().optional(),
    const: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    allOf: z.array(Json).optional(),
    anyOf: z.array(Json).optional(),
    oneOf: z.array(Json).optional(),
    properties: z.record(z.string(), Json).optional(),
    required: z.array(z.string()).optional(),
    items: Json.optional(),
  }),
);

const TYPES: Readonly<Record<string, string>> = {
  text: 'string',
  number: 'number',
  date: 'number',
  ms: 'number',
  bytes: 'number',
  count: 'number',
  'yes/no': 'boolean',
  true: 'boolean',
  words: 'object',
  facts: 'object',
  numbers: 'object',
};

/** How the page and a schema differ about one field, each in a sentence. */
const ofType = (type: string, json: Json, at: string): readonly string[] => {
  const ways = type.split(' or ').filter(way => way !== 'absent');
  const options = json.anyOf ?? [json];
  const rest = options.filter(({type: is}) => is !== 'null');
  if (ways.includes('null') !== rest.length < options.length) return [`${at}: null`];
  const [own = {}] = rest.length === 1 ? rest : [json];
  const said = ways.filter(way => way !== 'null');
  const [way = ''] = said;
  if (way === 'anything') return [];
  if (way.startsWith('"')) {
    const named = said.map(each => each.slice(1, -1)).toSorted();
    const is = (own.enum ?? [own.const]).map(String).toSorted();
    return named.join() === is.join() ? [] : [`${at}: ${is.join(', ')}`];
  }
  const [, item] = /^list of (.*)$/.exec(way) ?? [];
  if (item !== undefined)
    return own.type === 'array' ? ofType(item, own.items ?? {}, at) : [`${at}: no list`];
  const plain = TYPES[way];
  if (plain === undefined) return ofShape(way, own, at);
  const is = own.type === 'integer' ? 'number' : (own.type ?? typeof own.const);
  return is === plain ? [] : [`${at}: ${is}`];
};

/** How they differ about what has a table of its own. */
const ofShape = (name: string, json: Json, at: string): readonly string[] => {
  const shape = SHAPES.get(name);
  if (shape === undefined) return [`${at}: no table ${name}`];
  const {tag, kinds} = shape;
  const left = new Set(kinds.keys());
  const options = tag === null ? [json] : (json.oneOf ?? json.anyOf ?? []);
  const found = options.flatMap(({properties = {}, required = []}) => {
    const kind = tag === null ? '' : String(properties[tag]?.const);
    const fields = kinds.get(kind);
    left.delete(kind);
    if (fields === undefined) return [`${at}: ${kind} is not named`];
    const own = Object.keys(properties).filter(field => field !== tag);
    return [
      ...Object.keys(fields)
        .filter(field => !own.includes(field))
        .map(field => `${at} ${kind}.${field}: nobody prints it`),
      ...own.flatMap(field => {
        const [here, type] = [`${at} ${kind}.${field}`, fields[field]];
        if (type === undefined) return [`${here}: is not named`];
        const isAbsent = !required.includes(field);
        if (isAbsent !== type.split(' or ').includes('absent')) return [`${here}: absent`];
        return ofType(type, properties[field] ?? {}, here);
      }),
    ];
  });
  return [...found, ...[...left].map(kind => `${at}: nobody prints ${kind}`)];
};

/** What all have in common stands in each of those that are told apart. */
const joined = (json: Json): Json => {
  const [common, {oneOf = []} = {}] = json.allOf ?? [];
  if (common === undefined) return json;
  return {
    oneOf: oneOf.map(({properties, required = [], ...more}) => ({
      ...more,
      properties: {...common.properties, ...properties},
      required: [...(common.required ?? []), ...required],
    })),
  };
};

/** How the table of that name and a schema of the program differ. */
export const differences = (name: string, schema: z.ZodType): readonly string[] =>
  ofShape(name, joined(Json.parse(z.toJSONSchema(schema, {unrepresentable: 'any', io: 'input'}))), name);
