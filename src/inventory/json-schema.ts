import {z} from 'zod';
import type {Role} from '../model/system.ts';
import {CLUSTER_KEYS, type Described, keysOf, nodeShape, Ssh} from './shape.ts';

type Json = Readonly<Record<string, unknown>>;

const without = (all: Json, keys: readonly string[]): Json =>
  Object.fromEntries(Object.entries(all).filter(([key]) => !keys.includes(key)));

const closed = (properties: Json, required: readonly string[] = []): Json => ({
  type: 'object',
  properties,
  ...(required.length === 0 ? {} : {required}),
  additionalProperties: false,
});

const roleSchema = (role: Role): Json => {
  const all = {...keysOf(nodeShape(role)).properties, ...keysOf(role.fields).properties};
  // A default of the schema would make editors think that a key of the role block is overridden by every node.
  const ofNode = Object.fromEntries(
    Object.entries(all).map(([key, schema]) => [key, without(Object(schema), ['default'])]),
  );
  const nodes = {
    type: 'array',
    minItems: 1,
    items: closed(ofNode, ['name', 'host']),
    description: 'One entry per node; every key of the role may be overridden here',
  };
  return {...closed({...without(all, ['name', 'host']), nodes}, ['nodes']), description: role.title.en};
};

const clusterSchema = ({name, title, roles, settings}: Described): Json => {
  const {properties, required} = keysOf(settings);
  const needed = roles.filter(({optional}) => !optional).map(role => role.name);
  return {
    if: {properties: {system: {const: name}}, required: ['system']},
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    then: {
      properties: {
        system: {const: name, description: title.en},
        settings: {
          ...closed(properties, required),
          description: `What holds for the whole ${title.en} cluster`,
        },
        roles: {
          ...closed(Object.fromEntries(roles.map(role => [role.name, roleSchema(role)])), needed),
          description: 'The nodes, by role; a key of a role holds for all its nodes',
        },
      },
      required: ['roles', ...(required.length > 0 ? ['settings'] : [])],
    },
  };
};

/** The JSON Schema of an inventory file, for editors; made from the schemas that the reader itself uses. */
export const inventoryJsonSchema = (systems: readonly Described[]): Json => {
  const cluster = {
    type: 'object',
    properties: Object.fromEntries(
      CLUSTER_KEYS.map(key => [
        key,
        key === 'ssh' ? without(z.toJSONSchema(Ssh, {io: 'input'}), ['$schema']) : {},
      ]),
    ),
    required: ['system'],
    additionalProperties: false,
    allOf: [{properties: {system: {enum: systems.map(({name}) => name)}}}, ...systems.map(clusterSchema)],
  };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'lakeup inventory',
    ...closed(
      {
        clusters: {
          type: 'object',
          minProperties: 1,
          additionalProperties: cluster,
          description: 'Clusters by the name you type on the command line',
        },
      },
      ['clusters'],
    ),
  };
};
