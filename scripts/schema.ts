/** Writes docs/inventory.schema.json from the schemas the reader uses. `npm run schema`. */
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {inventoryJsonSchema} from '../src/inventory/json-schema.ts';
import {systems} from '../src/systems/index.ts';

const root = join(import.meta.dirname, '..');
const file = join(root, 'docs/inventory.schema.json');
writeFileSync(file, `${JSON.stringify(inventoryJsonSchema(systems), null, 2)}\n`);
process.stdout.write(`${file}\n`);
