import {appendFileSync, existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {plainVersion, readSelf, type Self} from '../common/process-node.ts';
import {type Generation, generationOf} from './generation.ts';
import {makeProperties, type Properties, parseProperties} from './properties.ts';

/** A java command line: `-cp PATH -Dname=value … MAIN ARGS…`. */
export type Invocation = {
  readonly jar: string;
  readonly system: ReadonlyMap<string, string>;
  readonly main: string;
  readonly args: readonly string[];
};

export const parseInvocation = (argv: readonly string[]): Invocation => {
  const system = new Map<string, string>();
  let jar = '';
  for (let i = 0; i < argv.length; i += 1) {
    const word = argv[i] ?? '';
    if (word === '-cp') {
      i += 1;
      jar = (argv[i] ?? '').split(':').find(part => /\/alluxio-server-[^/]*\.jar$/.test(part)) ?? '';
    } else if (word.startsWith('-D')) {
      const [name = '', ...value] = word.slice(2).split('=');
      system.set(name, value.join('='));
    } else if (!word.startsWith('-')) return {jar, system, main: word, args: argv.slice(i + 1)};
  }
  throw new Error('Usage: java [options] <mainclass> [args...]');
};

/** What a fake process or command knows of itself. */
export type Me = Self & {
  readonly plain: string;
  readonly generation: Generation;
  readonly properties: Properties;
  text(key: string): string;
  number(key: string): number;
  /** One line of the process's own log, in its version's manner: `where` is FILE.java:LINE. */
  log(level: 'INFO' | 'WARN' | 'ERROR', where: string, words: string): void;
};

const two = (value: number): string => String(value).padStart(2, '0');

/** 2026-11-22 08:24:49,061 */
export const logTime = (at: Date): string =>
  `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())},${String(at.getMilliseconds()).padStart(3, '0')}`;

/** As log4j writes it: thread and source line in later versions, the class before. */
export const logLine = ({newClients}: Generation, level: string, where: string, words: string): string => {
  const source = newClients ? `[main](${where})` : where.split('.')[0];
  return `${logTime(new Date())} ${level.padEnd(5)} ${source} - ${words}\n`;
};

/** The file with a home's own properties. */
export const siteOf = (home: string): string => join(home, 'conf/alluxio-site.properties');

/** Throws when the jar is not there: then Java finds no main class. `addressKey` names the property with its host. */
export const readMe = (
  {jar, system, main}: Invocation,
  addressKeys: readonly string[],
  env: NodeJS.ProcessEnv,
): Me => {
  const home = system.get('alluxio.home') ?? '';
  if (!existsSync(jar)) throw new Error(`Error: Could not find or load main class ${main}`);
  const site = siteOf(home);
  const conf = existsSync(site) ? site : '/dev/null';
  const self = readSelf(
    {
      home,
      conf,
      version: jar,
      address: settings => addressKeys.map(key => settings.get(key)).find(Boolean) ?? env.HOST_NAME,
    },
    env,
  );
  const plain = plainVersion(readFileSync(jar, 'utf8'));
  const properties = makeProperties(plain, home, parseProperties(readFileSync(conf, 'utf8')), system);
  return {
    ...self,
    plain,
    generation: generationOf(plain),
    properties,
    text: properties.value,
    number: key => Number(properties.value(key)),
    log: (level, where, words) => {
      const name = (system.get('alluxio.logger.type') ?? 'USER_LOGGER').replace('_LOGGER', '').toLowerCase();
      try {
        appendFileSync(join(home, `logs/${name}.log`), logLine(generationOf(plain), level, where, words));
      } catch {
        // Its home was taken away.
      }
    },
  };
};

export type Address = {readonly name: string; readonly host: string; readonly port: number};

const addresses = (list: string): Address[] =>
  list
    .split(',')
    .filter(Boolean)
    .map(name => {
      const [host = '', port = ''] = name.split(':');
      return {name, host, port: Number(port)};
    });

/** Every master's place in the group, by its own journal port. */
export const journalMembers = (me: Me): readonly Address[] =>
  addresses(me.text('alluxio.master.embedded.journal.addresses'));

/** The servers of the ZooKeeper that elects a leader, one beside each master, its own first; none where there is none. */
export const electors = (me: Me): readonly Address[] =>
  me.text('alluxio.zookeeper.enabled') === 'true' ? addresses(me.text('alluxio.zookeeper.address')) : [];

/** Where clients ask for the masters, or for the job masters. */
export const rpcAddresses = (me: Me, of: 'master' | 'job.master'): readonly Address[] => {
  const given = addresses(me.text(`alluxio.${of}.rpc.addresses`));
  if (given.length > 0) return given;
  const port = me.number(`alluxio.${of}.rpc.port`);
  const members = [...journalMembers(me), ...electors(me)].map(({host}) => host);
  const hosts = members.length > 0 ? members : [me.text('alluxio.master.hostname')];
  return hosts.map(host => ({name: `${host}:${port}`, host, port}));
};
