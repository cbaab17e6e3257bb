import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';
import {
  clearReceipt,
  followReceipt,
  launched,
  lookAtReceipt,
  parseReceipt,
} from '../../../src/host/receipt.ts';
import {RECEIPT} from '../../../src/host/receipt-names.ts';
import {parseAbsPath} from '../../../src/lib/abs-path.ts';
import type {Sh} from '../../../src/lib/sh.ts';
import {RunId, StepId} from '../../../src/model/ids.ts';
import {renderScript, type Script} from '../../../src/model/script.ts';
import type {Command} from '../transport/shells.ts';

export type Ended = {readonly code: number | null; readonly stdout: string; readonly stderr: string};

/** An action's own script as it is sent. */
const quoted = (script: string): string => `'${script.replaceAll("'", `'\\''`)}'`;
const asSent = (text: string): string => `( eval ${quoted(text)} ) </dev/null\nexit $?\n`;

export const RUN = RunId.parse('20260101-000000-aaaa');

/** Whose receipt is asked for; what is left out is as the launched action's. */
type Asked = {
  readonly run?: string;
  readonly step?: string;
  readonly attempt?: number;
  readonly hands?: readonly string[];
};

/**
 * A host on which actions are launched by this shell, which is also what `sh` is there. `change`: a bug that is planted in what is
 * asked of receipts.
 */
export const makeHost = (command: Command = ['sh'], change: (text: string) => string = text => text) => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "lakeup it's ")));
  const home = join(root, 'home');
  const own = join(root, 'own');
  for (const dir of [home, own]) mkdirSync(dir);
  const [file, ...args] = command;
  const path = (spawnSync('sh', ['-c', `command -v ${file}`], {encoding: 'utf8'}).stdout ?? file).trim();
  /** Puts a program before the real one of that name. */
  const instead = (name: string, text: string): void =>
    writeFileSync(join(own, name), `#!/bin/dash\n${text}\n`, {mode: 0o755});
  instead('sh', `exec ${[path, ...args].join(' ')} "$@"`);
  const env = {...process.env, PATH: `${own}${delimiter}${process.env.PATH}`};
  const children: ChildProcess[] = [];
  const place = {at: parseAbsPath(home), kind: 'in'} as const;

  const begun = (script: Script): ChildProcess => {
    const child = spawn(file, args, {stdio: ['pipe', 'pipe', 'pipe'], detached: true, env});
    children.push(child);
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(asSent(change(renderScript(script))));
    return child;
  };
  const ended = async (child: ChildProcess): Promise<Ended> => {
    const said = {stdout: '', stderr: ''};
    for (const which of ['stdout', 'stderr'] as const)
      child[which]?.on('data', (chunk: Buffer) => {
        said[which] += chunk.toString();
      });
    await once(child, 'close');
    return {code: child.exitCode, ...said};
  };
  const actionOf = (text: string, step = 'p/stop@a', attempt = 1, hand = 'word'): Script =>
    launched(
      {
        body: {name: 'toy.stop', text: text as Sh},
        vars: {home, lease_at: home, lease_kind: 'in', lease_run: RUN, lease_token: 3, lease_hand: hand},
      },
      {step: StepId.parse(step), attempt},
    );
  const askedFor = ({run = RUN, step = 'p/stop@a', attempt = 1, hands = ['old', 'word']}: Asked = {}) => ({
    place,
    run: RunId.parse(run),
    hands,
    step: StepId.parse(step),
    attempt,
  });
  return {
    root,
    home,
    instead,
    begun,
    ended,
    actionOf,
    launch: (text: string, step?: string, attempt?: number) => begun(actionOf(text, step, attempt)),
    /** What an action says of which nothing more is heard: the link is cut, and nobody reads there. */
    cut: (child: ChildProcess): void => {
      child.stdin?.destroy();
      child.stdout?.destroy();
      child.stderr?.destroy();
    },
    look: async (asked?: Asked) => parseReceipt((await ended(begun(lookAtReceipt(askedFor(asked))))).stdout),
    follow: (asked?: Asked) => ended(begun(followReceipt(askedFor(asked)))),
    clear: (asked?: Asked) => ended(begun(clearReceipt(askedFor(asked)))),
    receipts: () => readdirSync(home).filter(name => name.startsWith(RECEIPT)),
    /** The process that watches over the only action, and names its group. */
    owner: (): number =>
      Number(
        readdirSync(home)
          .find(name => name.startsWith(RECEIPT))
          ?.split('.')
          .at(-2),
      ),
    close: () => {
      for (const child of children.splice(0)) child.kill('SIGKILL');
      rmSync(root, {recursive: true, force: true});
    },
  };
};
export type Host = ReturnType<typeof makeHost>;
