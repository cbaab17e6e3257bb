import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {inventoryJsonSchema} from '../../../src/inventory/json-schema.ts';
import {parseCluster} from '../../../src/inventory/read-cluster.ts';
import {keysOf} from '../../../src/inventory/shape.ts';
import {systems} from '../../../src/systems/index.ts';

const root = join(import.meta.dirname, '../../..');
const example = readFileSync(join(root, 'inventory.example.yaml'), 'utf8');

it('the example inventory has no problem', () => {
  expect(parseCluster(example, 'inventory.example.yaml', 'lake-doris', systems)).toMatchObject({
    kind: 'ok',
    cluster: {nodes: {length: 14}},
  });
});

it('the example shows every key of the first system', () => {
  const [system] = systems;
  const keys = [system?.settings, ...(system?.roles.map(({fields}) => fields) ?? [])].flatMap(schema =>
    schema === undefined ? [] : Object.keys(keysOf(schema).properties),
  );
  expect(keys.length).toBeGreaterThan(10);
  expect(keys.filter(key => !new RegExp(`\\b${key}:`).test(example))).toEqual([]);
});

const published = readFileSync(join(root, 'docs/inventory.schema.json'), 'utf8');

it('the published JSON Schema is fresh (npm run schema)', () => {
  expect(JSON.parse(published)).toEqual(JSON.parse(JSON.stringify(inventoryJsonSchema(systems))));
});

it('the published JSON Schema says what every key of the settings and of every role means', () => {
  const bare: string[] = [];
  const walk = (schema: unknown, path: string): void => {
    if (typeof schema !== 'object' || schema === null) return;
    for (const [key, value] of Object.entries(schema)) {
      const place = `${path}/${key}`;
      if (/\/then\/.*\/properties\/\w+$/.test(place) && !('description' in Object(value))) bare.push(place);
      walk(value, place);
    }
  };
  walk(JSON.parse(published), '');
  expect(bare).toEqual([]);
});
