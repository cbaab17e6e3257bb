import {endWithOwner} from '../common/process-node.ts';
import {format, getConf, type Printed, validateConf, version} from './process-commands.ts';
import {parseInvocation, readMe} from './process-self.ts';

/** Commands by their main class; what they print at the end, and their exit codes. One says on the way how far it is. */
const command = async (): Promise<Printed> => {
  const invocation = parseInvocation(process.argv.slice(2));
  const me = readMe(invocation, ['alluxio.master.hostname', 'alluxio.worker.hostname'], process.env);
  const {args} = invocation;
  switch (invocation.main) {
    case 'alluxio.cli.GetConf':
      return getConf(me, args);
    case 'alluxio.cli.Version':
      return version(me, args);
    case 'alluxio.cli.ValidateConf':
      return validateConf(me);
    case 'alluxio.cli.Format':
      return format(me, args);
    case 'alluxio.cli.fs.FileSystemShell':
      return (await import('./process-shell.ts')).shell(me, args);
    case 'alluxio.cli.fsadmin.FileSystemAdminShell':
      return (await import('./process-admin.ts')).adminShell(
        me,
        args,
        words => void process.stdout.write(words),
      );
    default:
      throw new Error(`Error: Could not find or load main class ${invocation.main}`);
  }
};

/** The fake product's one program: `process.ts -cp PATH -D… MAIN ARGS…`, started as java by a home's own scripts. */
const main = async (): Promise<void> => {
  const invocation = parseInvocation(process.argv.slice(2));
  process.on('SIGHUP', () => {});
  endWithOwner(process.env);
  switch (invocation.main) {
    case 'alluxio.master.AlluxioMaster':
      return (await import('./process-master.ts')).runMaster(invocation, process.env);
    case 'alluxio.master.AlluxioJobMaster':
      return (await import('./process-job.ts')).runJobMaster(invocation, process.env);
    case 'alluxio.worker.AlluxioWorker':
      return (await import('./process-worker.ts')).runWorker(invocation, process.env);
    case 'alluxio.worker.AlluxioJobWorker':
      return (await import('./process-job.ts')).runJobWorker(invocation, process.env);
    case 'fake.spark.Application':
      return (await import('./process-application.ts')).runApplication(invocation, process.env);
    case 'fake.cloudera.Agent':
      return (await import('./process-application.ts')).runAgent(invocation, process.env);
    case 'alluxio.proxy.AlluxioProxy':
      return (await import('./process-job.ts')).runProxy(invocation, process.env);
    default: {
      const {out = '', err = '', code} = await command();
      process.stdout.write(out);
      process.stderr.write(err);
      process.exitCode = code;
      return undefined;
    }
  }
};

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
