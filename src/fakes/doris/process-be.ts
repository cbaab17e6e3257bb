import {rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {
  type Answer,
  json,
  linger,
  nameSelf,
  nothingThere,
  plainVersion,
  serve,
  sleep,
} from '../common/process-node.ts';
import {makeFlipping} from './process-flips.ts';
import {untilOtherStops} from './process-outside.ts';
import {dorisSelf} from './process-self.ts';

/** What a BE tells the master FE at each heartbeat. */
export type BackendBeat = {
  readonly version: string;
  readonly startedAt: number;
  readonly bePort: number;
  readonly webPort: number;
  readonly brpcPort: number;
};

const CRASH =
  '*** Query id: 0-0 ***\n*** Aborted at 1751000000 (unix time) try "date -d @1751000000" ***\n*** SIGABRT unknown detail explain (@0x1) received by PID %p ***\n';

/** A backend: pid file by itself, ports open when ready; SIGTERM drains. Never returns while it serves. */
export const runBackend = async (home: string, env: NodeJS.ProcessEnv): Promise<void> => {
  nameSelf('doris_be');
  const self = dorisSelf(home, 'be.conf', 'VERSION', env);
  const pidFile = join(env.PID_DIR ?? join(home, 'bin'), 'be.pid');
  writeFileSync(pidFile, String(process.pid));
  self.note(`process begins ${plainVersion(self.version)}`);

  const die = (): never => {
    process.stdout.write(CRASH.replace('%p', String(process.pid)));
    self.note('process ends by itself');
    process.exit(134);
  };
  let leaving = false;
  process.on('SIGTERM', () => {
    if (self.knob('IGNORES_SIGNALS') === 'yes' || leaving) return;
    leaving = true;
    void sleep(self.scaled(self.knobMs('DRAIN_MS', 8000))).then(() => {
      self.note('process ends SIGTERM');
      rmSync(pidFile, {force: true});
      process.exit(0);
    });
  });

  if (self.knob('DIES') === 'at-start') die();
  await sleep(self.scaled(self.knobMs('START_MS', 12_000)));
  if (self.knob('NEVER_READY') === 'yes') return linger();
  const bePort = self.port('be_port', 9060);
  const webPort = self.port('webserver_port', 8040);
  const brpcPort = self.port('brpc_port', 8060);
  const beat: BackendBeat = {version: self.version, startedAt: self.startedAt, bePort, webPort, brpcPort};
  const beats = makeFlipping(self);
  const newer = !plainVersion(self.version).startsWith('3.0.');
  const health = (): Answer => {
    if (leaving && newer) return json({status: 'OK', msg: 'Server is not available'});
    return {type: 'application/json', body: `{"status": "OK","msg": "${newer ? 'OK' : 'To Be Added'}"}`};
  };
  try {
    await serve(self, bePort, () => nothingThere);
    await serve(self, brpcPort, url => (url.pathname === '/health' ? {body: 'OK\n'} : nothingThere));
    await serve(self, webPort, url => {
      if (url.pathname === '/api/health') return health();
      return url.pathname === '/fake/settled' ? {body: 'yes'} : nothingThere;
    });
    await serve(self, self.port('heartbeat_service_port', 9050), () => {
      beats();
      return json(beat);
    });
  } catch (error) {
    process.stdout.write(
      `failed to start a service: ${error instanceof Error ? error.message : 'unknown'}\n`,
    );
    self.note('process ends by itself');
    process.exit(1);
  }
  self.note(`process up ${plainVersion(self.version)}`);
  if (self.knob('DIES') === 'when-up') {
    await sleep(self.scaled(self.knobMs('DIES_AFTER_MS', 5000)));
    die();
  }
  if (self.knob('DIES') === 'beside') {
    await untilOtherStops(self, 'be', env);
    die();
  }
};
