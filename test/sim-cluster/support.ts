import {readFileSync} from 'node:fs';
import {connect, type Socket} from 'node:net';
import {fileURLToPath} from 'node:url';
import mysql from 'mysql2/promise';
import ssh2, {type Client, type ClientChannel} from 'ssh2';
import {dorisKit} from '../../src/fakes/doris/kit.ts';
import type {Place} from '../../src/model/kit.ts';
import {type DemoCluster, type DemoOptions, startDemoCluster} from '../../src/sim/demo-cluster.ts';

export const program = fileURLToPath(new URL('../../src/fakes/doris/process.ts', import.meta.url));

export const boot = (options: Partial<DemoOptions> = {}): Promise<DemoCluster> =>
  startDemoCluster({
    kit: dorisKit,
    cluster: 'lake-doris',
    program,
    speed: 20,
    bootWithinMs: 240_000,
    ...options,
  });

export const placeOf = (cluster: DemoCluster, name: string): Place => {
  const place = cluster.places.find(({name: other}) => other === name);
  if (place === undefined) throw new Error(`no node ${name}`);
  return place;
};

export const portOf = (place: Place, name: string): number => {
  const port = place.ports[name];
  if (port === undefined) throw new Error(`${place.name} has no port ${name}`);
  return port;
};

/** Asks again until the answer is what is wanted; fails with the last answer. */
export const until = async <T>(
  ask: () => Promise<T> | T,
  wanted: (answer: T) => boolean,
  withinMs = 120_000,
): Promise<T> => {
  const end = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > end)
      throw new Error(`still ${JSON.stringify(answer).slice(-1500)} after ${withinMs} ms`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
};

/** Logs in at a node's host, with the cluster's key unless another is given. */
export const login = (
  cluster: DemoCluster,
  node: string,
  privateKey: string | Buffer = readFileSync(cluster.identity),
): Promise<Client> => {
  const host = cluster.hosts.find(({places}) => places.some(({name}) => name === node));
  if (host === undefined) throw new Error(`no host for ${node}`);
  const known = readFileSync(cluster.knownHosts, 'utf8');
  const client = new ssh2.Client();
  return new Promise((resolve, reject) => {
    client.once('ready', () => resolve(client));
    client.once('error', reject);
    client.connect({
      host: host.ssh.address,
      port: host.ssh.port,
      username: cluster.user,
      privateKey,
      hostVerifier: (key: Buffer) => known.includes(key.toString('base64')),
    });
  });
};

/** The smallest cluster there is: one node, for tests that are not about the product. */
export const oneNode = {...dorisKit, layouts: {demo: [{name: 'ms-1', role: 'ms'}]}};

export type Ran = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
};

const collect = (channel: ClientChannel, input: string | null): Promise<Ran> =>
  new Promise(resolve => {
    let stdout = '';
    let stderr = '';
    let code: number | null = null;
    let signal: string | null = null;
    channel.setEncoding('utf8');
    channel.stderr.setEncoding('utf8');
    channel.on('data', (piece: string) => {
      stdout += piece;
    });
    channel.stderr.on('data', (piece: string) => {
      stderr += piece;
    });
    channel.on('exit', (ended: number | null, by?: string) => {
      code = ended;
      signal = by ?? null;
    });
    channel.on('close', () => resolve({code, signal, stdout, stderr}));
    if (input !== null) channel.end(input);
  });

/** One command over a connection that stands, with its input. */
export const exec = (client: Client, command: string, input: string | null = ''): Promise<Ran> =>
  new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) reject(error);
      else collect(channel, input).then(resolve, reject);
    });
  });

/** A login, one command, and good-bye. */
export const run = async (cluster: DemoCluster, node: string, command: string): Promise<Ran> => {
  const client = await login(cluster, node);
  try {
    return await exec(client, command);
  } finally {
    client.end();
  }
};

export type Row = Readonly<Record<string, string | null>>;

/** Every row of a statement on one frontend, by column name, and the columns in order. */
export const sql = async (
  cluster: DemoCluster,
  frontend: string,
  ...statements: readonly string[]
): Promise<{columns: readonly string[]; rows: readonly Row[]}> => {
  const place = placeOf(cluster, frontend);
  const connection = await mysql.createConnection({
    host: place.address,
    port: portOf(place, 'queryPort'),
    user: 'root',
    connectTimeout: 60_000,
  });
  try {
    let last: {columns: readonly string[]; rows: readonly Row[]} = {columns: [], rows: []};
    for (const statement of statements) {
      const [rows, fields] = await connection.query<mysql.RowDataPacket[]>(statement);
      if (Array.isArray(rows))
        last = {columns: fields.map(({name}) => name), rows: rows.map(row => ({...row}))};
    }
    return last;
  } finally {
    connection.destroy();
  }
};

/** The status and body of a page, or null when nobody listens. */
export const page = async (
  cluster: DemoCluster,
  node: string,
  port: string,
  path: string,
): Promise<string | null> => {
  const place = placeOf(cluster, node);
  try {
    const response = await fetch(`http://${place.address}:${portOf(place, port)}${path}`);
    return `${response.status} ${await response.text()}`;
  } catch {
    return null;
  }
};

/** Whether somebody listens there. */
export const listens = (host: string, port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket: Socket = connect({host, port});
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
