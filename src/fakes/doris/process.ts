import {endWithOwner} from '../common/process-node.ts';
import {runBackend} from './process-be.ts';
import {runCloud} from './process-cloud.ts';
import {supervise} from './process-outside.ts';
import {runStore} from './process-store.ts';

/**
 * The fake product's one program: `process.ts cloud|be|fe|store ARGS…`, started by a node's own scripts, which also say where
 * its home is (FAKE_HOME).
 */
const main = async (): Promise<void> => {
  const [role, ...args] = process.argv.slice(2);
  const home = process.env.FAKE_HOME;
  if (home === undefined) throw new Error('FAKE_HOME is not set');
  process.on('SIGHUP', () => {});
  endWithOwner(process.env);
  if (role === 'store') return runStore(home, process.env);
  supervise(home, role ?? '', args, process.env);
  if (role === 'cloud') await runCloud(home, args, process.env);
  else if (role === 'be') await runBackend(home, process.env);
  // Only frontends carry the weight of a MySQL server.
  else if (role === 'fe') await (await import('./process-fe.ts')).runFrontend(home, process.env);
  else throw new Error(`unknown role ${role}`);
};

main().catch((error: unknown) => {
  process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(255);
});
