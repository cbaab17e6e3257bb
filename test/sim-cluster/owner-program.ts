import {boot, oneNode} from './support.ts';

/** Owns a cluster below the directory that is given, prints where, and waits to be ended; "exit" ends it from inside. */
const [base = '', how = 'wait'] = process.argv.slice(2);
const cluster = await boot({kit: oneNode, base});
process.stdout.write(`${cluster.dir}\n`);
if (how === 'exit') process.exit(3);
if (how === 'throw') throw new Error('something went wrong');
setInterval(() => {}, 60_000);
