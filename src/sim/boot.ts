import {spawn} from 'node:child_process';
import {mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import {get} from 'node:http';
import {dirname} from 'node:path';
import type {Kit, KitContext, KitFile, KitLink, Place} from '../model/kit.ts';

/** Writes one file or link of a kit, with the folders above it. */
export const writeKitFile = (file: KitFile | KitLink): void => {
  mkdirSync(dirname(file.path), {recursive: true});
  if ('link' in file) {
    rmSync(file.path, {force: true});
    symlinkSync(file.link, file.path);
    return;
  }
  writeFileSync(file.path, file.text, {mode: file.mode});
  if (file.madeAt !== undefined) utimesSync(file.path, file.madeAt, file.madeAt);
};

/** What a node's scripts are run with when nothing else is said: as little as a fresh login has. */
export const plainEnv = (home: string, marks: Readonly<Record<string, string>>): Record<string, string> => ({
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: home,
  LANG: 'C.UTF-8',
  ...marks,
});

/** Runs a node's start command; its exit code means nothing (the products' own lie), whether it serves is seen later. */
const startNode = (kit: Kit, place: Place, context: KitContext): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', kit.start(place)], {
      cwd: place.root,
      env: plainEnv(place.root, context.marks),
      stdio: 'ignore',
      detached: true,
    });
    child.on('error', reject);
    child.on('exit', () => resolve());
  });

/** The body of a page, or null when nobody answers within 2 s. */
const page = (address: string, port: number, path: string): Promise<string | null> =>
  new Promise(resolve => {
    const request = get({host: address, port, path, agent: false, timeout: 2000}, response => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        body += piece;
      });
      response.on('end', () => resolve(body));
      response.on('error', () => resolve(null));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(null));
  });

const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

const untilReady = async (kit: Kit, place: Place, until: number): Promise<boolean> => {
  const {port, path, body} = kit.ready(place);
  while (Date.now() < until) {
    if ((await page(place.address, port, path))?.trim() === body) return true;
    await sleep(100);
  }
  return false;
};

/** Nodes that were not ready in time. */
export class NotReady extends Error {
  readonly nodes: readonly string[];
  readonly withinMs: number;
  constructor(nodes: readonly string[], withinMs: number) {
    super(`not ready ${withinMs / 1000} s after the start: ${nodes.join(', ')}`);
    this.nodes = nodes;
    this.withinMs = withinMs;
  }
}

/** Starts all nodes at once and waits until each is ready. Throws NotReady when some are not in time. */
export const bootNodes = async (kit: Kit, context: KitContext, withinMs: number): Promise<void> => {
  const until = Date.now() + withinMs;
  const late = await Promise.all(
    context.places.map(async place => {
      await startNode(kit, place, context);
      return (await untilReady(kit, place, until)) ? [] : [place.name];
    }),
  );
  const names = late.flat();
  if (names.length > 0) throw new NotReady(names, withinMs);
};
