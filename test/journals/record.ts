import {readdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {keep, NEWEST} from './files.ts';
import {makeRecording} from './make-recording.ts';
import {takes} from './takes.ts';

/** `npm run journals [-- NAME…]`: records every take, or those, and keeps what has changed. */
const asked = process.argv.slice(2);
const unknown = asked.find(name => !takes.some(take => take.name === name));
if (unknown !== undefined)
  throw new Error(`there is no "${unknown}"; there are: ${takes.map(({name}) => name).join(', ')}`);

for (const take of takes.filter(({name}) => asked.length === 0 || asked.includes(name))) {
  const {bytes, changed} = keep(join(NEWEST, take.name), await makeRecording(take));
  console.log(
    `${take.name.padEnd(14)} ${String(bytes).padStart(8)} bytes  ${changed ? 'written' : 'as before'}`,
  );
}
for (const name of readdirSync(NEWEST).filter(folder => !takes.some(take => take.name === folder))) {
  rmSync(join(NEWEST, name), {recursive: true});
  console.log(`${name.padEnd(14)} removed: nobody records it any more`);
}
