import {appendFileSync, readFileSync, writeFileSync} from 'node:fs';
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';

/** What one fake process knows of itself, read from its files and its environment when it starts. */
export type Self = {
  readonly home: string;
  readonly address: string;
  /** As the product reports it. */
  readonly version: string;
  readonly startedAt: number;
  /** A real duration of the product at this cluster's speed, never shorter than `leastMs`. */
  scaled(ms: number, leastMs?: number): number;
  conf(key: string, otherwise: string): string;
  port(key: string, standard: number): number;
  /** A knob (kit-knobs.ts), or null. With AT_VERSION set, knobs count only for a process of that version. */
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
        const match = /^\s*([A-Za-z_][\w.]*)\s*=\s*(.*?)\s*$/.exec(line);
        return match?.[1] === undefined ? [] : [[match[1], match[2] ?? ''] as const];
      }),
  );

/** x.y.z of a version string, without a fourth number. */
export const plainVersion = (version: string): string => /\d+\.\d+\.\d+/.exec(version)?.[0] ?? '0.0.0';

/** Where a product keeps what its process has to know. */
export type SelfFiles = {
  readonly home: string;
  /** The node's conf file, lines of KEY = VALUE. */
  readonly conf: string;
  /** The file whose text is the version that is installed. */
  readonly version: string;
  /** The address to listen on, as the conf tells it. */
  address(conf: ReadonlyMap<string, string>): string | undefined;
};

/** Reads who this process is. Throws when the conf or the version file is not there: then the product cannot start. */
export const readSelf = (files: SelfFiles, env: NodeJS.ProcessEnv): Self => {
  const conf = settings(files.conf);
  const found = readFileSync(files.version, 'utf8').trim();
  const only = env.AT_VERSION;
  const active = only === undefined || only === '' || plainVersion(found) === only;
  const knob = (name: string): string | null => (active ? (env[name] ?? null) : null);
  const speed = Number(env.SPEED ?? '1') || 1;
  return {
    home: files.home,
    address: files.address(conf) ?? '127.0.0.1',
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
