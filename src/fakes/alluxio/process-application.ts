import {openSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {linger, nothingThere, readSelf, type Self, serve, sleep} from '../common/process-node.ts';
import {classpathLine} from './kit-application.ts';
import type {Invocation} from './process-self.ts';

const read = ({system}: Invocation, env: NodeJS.ProcessEnv): Self => {
  const home = system.get('app.home') ?? '';
  return readSelf(
    {
      home,
      conf: join(home, 'conf/app.conf'),
      version: join(home, 'VERSION'),
      address: conf => conf.get('address'),
    },
    env,
  );
};

const settle = (self: Self): Promise<unknown> =>
  serve(self, self.port('port', 4_040), url =>
    url.pathname === '/fake/settled' ? {body: 'yes'} : nothingThere,
  );

/** The client in the application's directory; an application that finds none does not start. */
const jarIn = ({home}: Self): string => {
  const [name] = readdirSync(join(home, 'jars')).filter(each => /^alluxio-.*-client\.jar$/.test(each));
  if (name === undefined) throw new Error('java.lang.ClassNotFoundException: alluxio.hadoop.FileSystem');
  return join(home, 'jars', name);
};

/** Has the jar open that was there when it began, until it ends. */
export const runApplication = async (invocation: Invocation, env: NodeJS.ProcessEnv): Promise<void> => {
  const self = read(invocation, env);
  openSync(jarIn(self), 'r');
  process.on('SIGTERM', () => {
    self.note('process ends SIGTERM');
    process.exit(143);
  });
  self.note('process begins');
  await settle(self);
  linger();
};

/** Some minutes after a new client lies there somebody has deployed its line; never, by the knob DEPLOYS=never. */
const DEPLOYS_MS = 200_000;

/**
 * Cloudera Manager on a gateway, and the person who works with it: once another client lies there the safety valve gets its
 * line, and is deployed.
 */
export const runAgent = async (invocation: Invocation, env: NodeJS.ProcessEnv): Promise<void> => {
  const self = read(invocation, env);
  const deployed = self.conf('deployed', '');
  await settle(self);
  while (self.knob('DEPLOYS') !== 'never') {
    await sleep(self.scaled(2_000, 200));
    const wanted = classpathLine(jarNow(self));
    const now = readFileSync(deployed, 'utf8');
    if (wanted === classpathLine('') || now.includes(wanted)) continue;
    await sleep(self.scaled(DEPLOYS_MS, 5_000));
    const others = now.split('\n').filter(line => line !== '' && !line.includes('alluxio'));
    writeFileSync(deployed, `${[...others, wanted].join('\n')}\n`);
    self.note('deployed the client configuration');
  }
  linger();
};

/** The same, or '' while one is exchanged. */
const jarNow = (self: Self): string => {
  try {
    return jarIn(self);
  } catch {
    return '';
  }
};
