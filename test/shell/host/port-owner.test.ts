import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {mkdtempSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {identity} from '../../../src/host/identity.ts';
import {hexPorts, portOwner} from '../../../src/host/sockets.ts';
import {lines} from '../../../src/lib/sh.ts';
import {setVars} from '../../../src/model/script.ts';
import {roleScripts} from '../../../src/systems/doris/scripts/role.ts';
import {shellsHere} from '../transport/shells.ts';

let home = '';
const children: ChildProcess[] = [];
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "lakeup it's ")));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(home, {recursive: true, force: true});
});

const LISTENS = `
  const server = require('node:net').createServer().listen(Number(process.env.PORT), process.env.ADDRESS);
  server.on('listening', () => console.log(server.address().port));
`;

/** A process that listens; `is`: how a frontend of this home looks. */
const listens = async (is: 'frontend' | 'other', address = '127.0.0.1', port = 0) => {
  const words = is === 'frontend' ? ['org.apache.doris.DorisFE'] : ['somebody'];
  const child = spawn(process.execPath, ['-e', LISTENS, '--', ...words], {
    env: {DORIS_HOME: home, ADDRESS: address, PORT: String(port)},
  });
  children.push(child);
  const told = await new Promise(resolve => child.stdout.once('data', resolve));
  return {pid: child.pid, port: Number(String(told))};
};

const ownerOf = (port: number, [command, ...args]: readonly [string, ...string[]] = ['sh']): string => {
  const [hex = ''] = hexPorts([port]);
  const script = lines(setVars({home, port: hex}), identity(roleScripts('fe').process), portOwner);
  return spawnSync(command, args, {input: script, encoding: 'utf8'}).stdout.trim();
};

describe.runIf(process.platform === 'linux')('whose process listens on a port', () => {
  it.each(shellsHere)('is told where it is the frontend’s, by %s', async (_, command) => {
    const {pid, port} = await listens('frontend');
    expect(ownerOf(port, command)).toMatch(new RegExp(`^${pid} \\d+ \\d+$`));
    // As long as it is the same process and the same socket it is told in the same words.
    expect(ownerOf(port, command)).toBe(ownerOf(port, command));
  });

  it('is not told where it is somebody else’s, also while the frontend runs on another port', async () => {
    await listens('frontend');
    const {port} = await listens('other');
    expect(ownerOf(port)).toBe('');
    expect(ownerOf(1)).toBe('');
  });

  it('is not told where somebody else listens on the same port of another address', async () => {
    const {port} = await listens('frontend');
    expect(ownerOf(port)).not.toBe('');
    await listens('other', '127.0.0.2', port);
    expect(ownerOf(port)).toBe('');
  });

  it('is another one after a restart', async () => {
    const {port} = await listens('frontend');
    const before = ownerOf(port);
    const [child] = children.splice(0);
    await new Promise(resolve => {
      child?.once('exit', resolve);
      child?.kill('SIGKILL');
    });
    await listens('frontend', '127.0.0.1', port);
    expect(ownerOf(port)).not.toBe('');
    expect(ownerOf(port)).not.toBe(before);
  });
});
