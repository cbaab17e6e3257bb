import {existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {
  type Handler,
  linger,
  nameSelf,
  nothingThere,
  plainVersion,
  type Self,
  serve,
  sleep,
} from '../common/process-node.ts';
import {untilOtherStops} from './process-outside.ts';
import {dorisSelf} from './process-self.ts';
import {findsStore} from './process-store.ts';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** The brpc pages of a MetaService or Recycler: 3.0.6 is 30006. */
const pages =
  (self: Self): Handler =>
  url => {
    const [major = '0', minor = '0', patch = '0'] = plainVersion(self.version).split('.');
    switch (url.pathname) {
      case '/health':
        return {body: 'OK\n'};
      case '/vars/doris_cloud_version':
        return {body: `doris_cloud_version : ${major}0${minor}0${patch}\r\n`};
      case '/fake/settled':
        return {body: 'yes'};
      default:
        return nothingThere;
    }
  };

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'doris_cloud';
  } catch {
    return false;
  }
};

/** The real program holds a lock on the pid file's inode: a second one in the same bin/ fails, in a new bin/ it does not. */
const takePidFile = (pidFile: string): void => {
  const other = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8').trim()) : 0;
  if (other > 0 && other !== process.pid && alive(other)) {
    say('failed to lock pidfile=./bin/doris_cloud.pid fd=3');
    process.exit(255);
  }
  writeFileSync(pidFile, String(process.pid));
};

/** MetaService, Recycler, or both in one process when no role flag is given. Ends on SIGINT or SIGTERM after a drain. */
export const runCloud = async (
  home: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<void> => {
  nameSelf('doris_cloud');
  const unknown = args.find(arg => arg !== '--meta-service' && arg !== '--recycler');
  if (unknown !== undefined) {
    say(`unknown argument ${unknown}`);
    process.exit(255);
  }
  const self = dorisSelf(home, 'doris_cloud.conf', 'VERSION', env);
  const both = args.length === 0;
  const roles = [
    ...(both || args.includes('--meta-service') ? ['MetaService'] : []),
    ...(both || args.includes('--recycler') ? ['Recycler'] : []),
  ];
  const pidFile = join(home, 'bin/doris_cloud.pid');
  const port = self.port('brpc_listen_port', 5000);
  self.note(`process begins ${plainVersion(self.version)} ${roles.join('+')}`);
  say(`process working directory: "${home}"`);
  takePidFile(pidFile);
  say(`pid=${process.pid} written to file=./bin/doris_cloud.pid`);
  say(
    `version:{${self.version.replace(/-rc\d+-\w+$/, '')}-release} code_version:{commit=${self.version.split('-').at(-1)} time=2025-06-30 12:00:00 +0000} build_info:{initiator=doris@build build_at=2025-06-30 12:10:00 +0000 build_on=build}\n`,
  );
  if (both) say('try to start meta_service, recycler');

  const end = async (signal: string): Promise<void> => {
    if (self.knob('IGNORES_SIGNALS') === 'yes') return;
    await sleep(self.scaled(self.knobMs('DRAIN_MS', 1500)));
    self.note(`process ends ${signal}`);
    process.exit(0);
  };
  process.on('SIGINT', () => void end('SIGINT'));
  process.on('SIGTERM', () => void end('SIGTERM'));

  if (self.knob('DIES') === 'at-start') {
    say('failed to init txn kv');
    self.note('process ends by itself');
    process.exit(1);
  }
  if (!(await findsStore(self))) {
    say('failed to init txn kv');
    self.note('process ends by itself');
    process.exit(1);
  }
  await sleep(self.scaled(self.knobMs('START_MS', 1200)));
  if (self.knob('NEVER_READY') === 'yes') return linger();
  try {
    await serve(self, port, pages(self));
  } catch {
    say(`failed to start brpc, errno=98, errmsg=Address already in use, port=${port}`);
    self.note('process ends by itself');
    rmSync(pidFile, {force: true});
    process.exit(255);
  }
  for (const role of roles) say(`${role} has been started successfully`);
  say(
    `successfully started service listening on port=${port} time_elapsed_ms=${Date.now() - self.startedAt}`,
  );
  self.note(`process up ${plainVersion(self.version)}`);
  if (self.knob('DIES') === 'when-up') {
    await sleep(self.scaled(self.knobMs('DIES_AFTER_MS', 2000)));
    self.note('process ends by itself');
    process.exit(1);
  }
  if (self.knob('DIES') === 'beside') {
    await untilOtherStops(self, 'cloud', env);
    self.note('process ends by itself');
    process.exit(1);
  }
};
