import {appendFileSync, readFileSync, writeFileSync} from 'node:fs';
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import {join} from 'node:path';

/** What one fake process knows of itself, read from its home when it starts. */
export type Self = {
  readonly home: string;
  readonly address: string;
  /** As the product reports it: doris-3.0.6-rc01-d89d2b9dab. */
  readonly version: string;
  readonly startedAt: number;
  /** A real duration of the product at this cluster's speed, never shorter than `leastMs`. */
  scaled(ms: number, leastMs?: number): number;
  conf(key: string, otherwise: string): string;
  port(key: string, standard: number): number;
  /** A knob of conf/fake.env, or null. With AT_VERSION set, knobs count only for a process of that version. */
  knob(name: string): string | null;
  knobMs(name: string, otherwise: number): number;
  /** One line in the cluster's own log. */
  note(what: string): void;
};

const settings = (path: string): ReadonlyMap<string, string> =>
  new Map(
    readFileSync(path, 'utf8')
      .split('\n')
      .flatMap(line => {
        const match = /^\s*([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line);
        return match?.[1] === undefined ? [] : [[match[1], match[2] ?? ''] as const];
      }),
  );

/** x.y.z of a version string, without a fourth number. */
export const plainVersion = (version: string): string => /\d+\.\d+\.\d+/.exec(version)?.[0] ?? '0.0.0';

/** Reads who this process is. Throws when lib's version file or the conf is not there: then the product cannot start. */
export const readSelf = (
  home: string,
  confName: string,
  versionFile: string,
  env: NodeJS.ProcessEnv,
): Self => {
  const conf = settings(join(home, 'conf', confName));
  const found = readFileSync(join(home, 'lib', versionFile), 'utf8').trim();
  const only = env.AT_VERSION;
  const active = only === undefined || only === '' || plainVersion(found) === only;
  const knob = (name: string): string | null => (active ? (env[name] ?? null) : null);
  const speed = Number(env.SPEED ?? '1') || 1;
  return {
    home,
    address: conf.get('priority_networks')?.split('/')[0] ?? '127.0.0.1',
    version: knob('REPORTS') ?? found,
    startedAt: Date.now(),
    scaled: (ms, leastMs = 0) => Math.max(ms / speed, leastMs),
    conf: (key, otherwise) => conf.get(key) ?? otherwise,
    port: (key, standard) => Number(conf.get(key) ?? standard),
    knob,
    knobMs: (name, otherwise) => Number(knob(name) ?? otherwise),
    note: what => {
      if (env.EVENTS === undefined) return;
      try {
        appendFileSync(
          env.EVENTS,
          `${Date.now()}\t${env.HOST_NAME ?? ''}\t${env.NODE_NAME ?? ''}\t${what}\n`,
        );
      } catch {
        // The cluster is being removed.
      }
    },
  };
};

/** The kernel shows a script's interpreter as its name; the product's own name is what its scripts ask for. */
export const nameSelf = (comm: string): void => {
  try {
    writeFileSync('/proc/self/comm', comm);
  } catch {
    // Only Linux has it; elsewhere the interpreter's name stays.
  }
};

export type Handler = (url: URL, request: IncomingMessage) => Answer | Promise<Answer>;
export type Answer = {readonly status?: number; readonly type?: string; readonly body: string};

export const json = (value: unknown): Answer => ({type: 'application/json', body: JSON.stringify(value)});
export const nothingThere: Answer = {status: 404, type: 'text/plain', body: 'not found\n'};

const respond = async (
  handler: Handler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const answer = await handler(new URL(request.url ?? '/', 'http://fake'), request);
  response.writeHead(answer.status ?? 200, {'Content-Type': answer.type ?? 'text/plain'});
  response.end(answer.body);
};

/** Listens with HTTP; rejects when the port is taken. */
export const serve = (self: Self, port: number, handler: Handler): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      respond(handler, request, response).catch(() => response.destroy());
    });
    server.once('error', reject);
    server.listen(port, self.address, () => resolve(server));
  });

export const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
  return body;
};

export const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

/** yyyy-MM-dd HH:mm:ss, as the product writes times. */
export const timeText = (at: number): string => {
  const d = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return d.toISOString().slice(0, 19).replace('T', ' ');
};

/** Keeps a process alive that listens nowhere. */
export const linger = (): void => {
  setInterval(() => {}, 60_000);
};

/** A process whose cluster's owner died without cleaning up ends by itself. */
export const endWithOwner = (env: NodeJS.ProcessEnv): void => {
  const owner = Number(env.LAKEUP_SIM_OWNER);
  if (!Number.isInteger(owner) || owner <= 1) return;
  setInterval(() => {
    try {
      process.kill(owner, 0);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ESRCH') process.exit(0);
    }
  }, 10_000).unref();
};
