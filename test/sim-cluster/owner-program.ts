import {boot, oneNode} from './support.ts';

/**
 * Owns a cluster below the directory that is given, prints where, and waits to be ended; "exit" ends it from inside, and
 * "supervised" has somebody start its node again whenever that is gone.
 */
const [base = '', how = 'wait'] = process.argv.slice(2);
const knobs = how === 'supervised' ? {'ms-1': {SUPERVISED: 'yes'}} : {};
const cluster = await boot({kit: oneNode, base, knobs});
process.stdout.write(`${cluster.dir}\n`);
if (how === 'exit') process.exit(3);
if (how === 'throw') throw new Error('something went wrong');
setInterval(() => {}, 60_000);
