import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {clientJar} from '../../../../src/fakes/alluxio/kit-jar.ts';
import {parseLines} from '../../../../src/host/lines.ts';
import type {ShellRequest} from '../../../../src/model/ask.ts';
import type {Facts} from '../../../../src/model/facts.ts';
import {HostId, NodeId} from '../../../../src/model/ids.ts';
import {type Body, renderScript, type Vars} from '../../../../src/model/script.ts';
import {
  type ClientNode,
  type Context,
  ROLE_FIELDS,
  Settings,
} from '../../../../src/systems/alluxio/fields.ts';
import {clientFacts, clientSurveyFacts} from '../../../../src/systems/alluxio/parse/client.ts';
import {askClient, askClientSurvey} from '../../../../src/systems/alluxio/scripts/look-client.ts';
import {children, roots} from '../../made.ts';

export const STAMP = '20261122_010203';
export const [FROM, TO] = ['2.3.0', '2.9.4'];
export const NAMES = {from: `alluxio-${FROM}-client.jar`, to: `alluxio-${TO}-client.jar`};

export type Layout = 'dir' | 'file' | 'link';

export type ClientPlace = {
  readonly node: ClientNode;
  readonly context: Context;
  readonly root: string;
  /** What the inventory calls the jar; the folder it lies in; where the old one lies at first, and the new one afterwards. */
  readonly jar: string;
  readonly folder: string;
  readonly old: string;
  readonly target: string;
};

export const put = (path: string, what: string | Buffer, mode = 0o644): void => {
  mkdirSync(dirname(path), {recursive: true});
  writeFileSync(path, what, {mode});
};

/** An application's client of 2.3.0 and a new one of 2.9.4, in a place whose name holds what shells trip over. */
export const makeClient = (
  layout: Layout,
  fields: object = {},
  newJar: Buffer | null = clientJar(TO),
): ClientPlace => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'lakeup it\'s "$HOME" ')));
  roots.push(root);
  const folder = join(root, 'opt/spa rk/jars');
  const old = join(folder, layout === 'file' ? 'alluxio-client.jar' : NAMES.from);
  put(old, clientJar(FROM));
  const jar = layout === 'dir' ? folder : layout === 'file' ? old : join(root, 'opt/client.jar');
  if (layout === 'link') symlinkSync(old, jar);
  const fresh = join(root, 'pkg/client', NAMES.to);
  if (newJar !== null) put(fresh, newJar);
  const node: ClientNode = {
    id: NodeId.parse('spark-1'),
    host: HostId.parse('host'),
    role: 'client',
    home: null,
    fields: ROLE_FIELDS.client.parse({kind: 'spark', jar, newJar: fresh, restart: 'by hand', ...fields}),
  };
  const context: Context = {
    cluster: {
      name: 'lake',
      system: 'alluxio',
      hosts: [],
      nodes: [node],
      settings: Settings.parse({version: TO, package: '/x.tgz'}),
    },
    facts: new Map<NodeId, Facts>(),
    target: {from: FROM, to: TO, stamp: STAMP},
  };
  const target = layout === 'file' ? old : join(folder, NAMES.to);
  return {node, context, root, jar, folder, old, target};
};

export type Ran = {readonly code: number | null; readonly stdout: string; readonly stderr: string};

const words = (shell: string, text: string): [string, string[]] => {
  const [program = '', ...more] = shell.split(' ');
  return [program, [...more, '-c', text]];
};

/** Runs an action; `env` goes over this process's own. */
export const act = (body: Body, vars: Vars, shell: string, env: NodeJS.ProcessEnv = {}): Ran => {
  const [program, args] = words(shell, renderScript({body, vars}));
  const {status, stdout, stderr} = spawnSync(program, args, {
    encoding: 'utf8',
    env: {...process.env, ...env},
  });
  return {code: status, stdout, stderr};
};

const factsBy = (
  request: ShellRequest,
  shell: string,
  env: NodeJS.ProcessEnv,
  factsOf: (told: string) => Facts,
): Facts => {
  const {code, stdout, stderr} = act(request.script.body, request.script.vars, shell, env);
  if (code !== 0 || stderr !== '') throw new Error(`the look ended with ${code}: ${stderr}`);
  return factsOf(stdout);
};

export const lookAtClient = (
  {node}: ClientPlace,
  shell: string,
  {before = [], env = {}}: {readonly before?: readonly string[]; readonly env?: NodeJS.ProcessEnv} = {},
): Facts => factsBy(askClient(node, STAMP), shell, env, told => clientFacts(node, parseLines(told), before));

export const surveyClient = ({node}: ClientPlace, shell: string): Facts =>
  factsBy(askClientSurvey(node), shell, {}, told => clientSurveyFacts(node, parseLines(told)));

/** A process that is called java, is given these arguments, and holds a file open. */
export const runJava = async (open: string | null, ...args: readonly string[]): Promise<ChildProcess> => {
  const script = `${open === null ? '' : 'exec 7<"$OPENED"; '}echo up; while :; do sleep 1; done`;
  const child = spawn('bash', ['-c', `exec -a java bash -c '${script}' java "$@"`, 'bash', ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {...process.env, OPENED: open ?? ''},
  });
  children.push(child);
  await new Promise(resolve => child.stdout?.once('data', resolve));
  return child;
};

/** Ends a process that was started here, and waits until it is gone. */
export const end = async (child: ChildProcess): Promise<void> => {
  child.kill('SIGKILL');
  while (child.exitCode === null && child.signalCode === null) await wait(10);
};
