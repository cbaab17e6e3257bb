import {spawnSync} from 'node:child_process';
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import {dirname, join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {clientJar} from '../../../../src/fakes/alluxio/kit-jar.ts';
import {
  clientVars,
  jarBackBody,
  jarBody,
  restartBody,
} from '../../../../src/systems/alluxio/scripts/client.ts';
import {
  act,
  type ClientPlace,
  end,
  FROM,
  type Layout,
  lookAtClient,
  makeClient,
  NAMES,
  put,
  runJava,
  STAMP,
  surveyClient,
  TO,
} from './client-places.ts';
import {linux, SHELLS} from './looked.ts';

const LAYOUTS: readonly Layout[] = ['dir', 'file', 'link'];
const EACH = SHELLS.flatMap(shell => LAYOUTS.map(layout => [shell, layout] as const));

const bring = (place: ClientPlace, shell: string) =>
  act(jarBody, clientVars(place.node, place.context), shell);
const takeBack = (place: ClientPlace, shell: string) =>
  act(jarBackBody, clientVars(place.node, place.context), shell);

/** What lies about: nothing of an action's own may. */
const leftIn = (...folders: readonly string[]): string[] =>
  folders.flatMap(folder => readdirSync(folder)).filter(name => /lakeup|part|next/.test(name));

describe.each(EACH)('the client jar, by %s, %s', (shell, layout) => {
  it('is replaced, the old one stays beside it, and comes back as it was', () => {
    const place = makeClient(layout);
    const {jar, folder, old, target} = place;
    const before = {names: readdirSync(folder), old: readFileSync(old), leads: realpathSync(jar)};
    expect(lookAtClient(place, shell)).toMatchObject({version: FROM, kind: layout, health: 'ok'});
    expect(bring(place, shell)).toMatchObject({code: 0, stderr: ''});
    expect(lookAtClient(place, shell)).toMatchObject({
      version: TO,
      kind: layout,
      at: target,
      health: 'ok',
      causes: [],
    });
    expect(readFileSync(target)).toEqual(clientJar(TO));
    const kept = layout === 'link' ? `${jar}_backup_${STAMP}` : `${old}_backup_${STAMP}`;
    expect(readFileSync(kept)).toEqual(before.old);
    expect(leftIn(folder, dirname(jar))).toEqual([]);
    // Once more changes nothing.
    const names = readdirSync(folder);
    expect(bring(place, shell)).toMatchObject({code: 0, stderr: ''});
    expect(readdirSync(folder)).toEqual(names);
    expect(readFileSync(kept)).toEqual(before.old);

    expect(takeBack(place, shell)).toMatchObject({code: 0, stderr: ''});
    expect(lookAtClient(place, shell)).toMatchObject({version: FROM, kind: layout});
    expect(realpathSync(jar)).toBe(before.leads);
    expect(readFileSync(old)).toEqual(before.old);
    // A link's new jar stays beside the old one, where nobody is led to it.
    if (layout !== 'link') expect(readdirSync(folder)).toEqual(before.names);
    expect(takeBack(place, shell)).toMatchObject({code: 0, stderr: ''});
    expect(lookAtClient(place, shell)).toMatchObject({version: FROM});
  });

  it('stays as it is where the new one is not there', () => {
    const place = makeClient(layout, {}, null);
    expect(bring(place, shell)).toMatchObject({code: 97});
    expect(lookAtClient(place, shell)).toMatchObject({version: FROM, health: 'ok'});
    expect(leftIn(place.folder)).toEqual([]);
  });

  it('is finished where an earlier action ended in the middle', () => {
    const place = makeClient(layout);
    put(join(place.folder, `${NAMES.to}.lakeup-${STAMP}.new`), 'half');
    put(join(place.folder, `alluxio-client.jar.lakeup-${STAMP}.part`), 'half');
    if (layout === 'dir') put(place.target, clientJar(TO));
    expect(bring(place, shell)).toMatchObject({code: 0, stderr: ''});
    expect(lookAtClient(place, shell)).toMatchObject({version: TO, health: 'ok'});
    expect(readFileSync(place.target)).toEqual(clientJar(TO));
  });
});

describe.each(SHELLS)('the client jar, by %s', shell => {
  it('of a link is not laid over another file of its name', () => {
    const place = makeClient('link');
    put(place.target, 'of somebody else');
    expect(bring(place, shell)).toMatchObject({code: 97});
    expect(readFileSync(place.target, 'utf8')).toBe('of somebody else');
    expect(readlinkSync(place.jar)).toBe(place.old);
  });

  it('of a directory may be a link itself', () => {
    const place = makeClient('dir');
    const real = join(place.root, 'elsewhere', NAMES.from);
    put(real, readFileSync(place.old));
    rmSync(place.old);
    symlinkSync(real, place.old);
    expect(bring(place, shell)).toMatchObject({code: 0, stderr: ''});
    expect(lookAtClient(place, shell)).toMatchObject({version: TO});
    expect(takeBack(place, shell)).toMatchObject({code: 0});
    expect(lstatSync(place.old).isSymbolicLink()).toBe(true);
    expect(lookAtClient(place, shell)).toMatchObject({version: FROM, at: real});
  });

  it('tells its version by what is in it, then by its name; packed or not', () => {
    const place = makeClient('file', {}, null);
    const told = (what: Buffer | string, env: NodeJS.ProcessEnv = {}) => {
      put(place.jar, what);
      return lookAtClient(place, shell, {env}).version;
    };
    expect(told(clientJar('2.7.3'))).toBe('2.7.3');
    expect(told(clientJar('2.7.3', false))).toBe('2.7.3');
    expect(told('no zip')).toBeUndefined();
    const named = makeClient('dir');
    put(named.old, 'no zip');
    expect(lookAtClient(named, shell)).toMatchObject({version: FROM});
  });

  it('tells its version where there is no unzip', () => {
    const place = makeClient('file');
    const bin = join(place.root, 'bin');
    for (const name of [
      'cat',
      'cut',
      'grep',
      'gzip',
      'head',
      'ls',
      'od',
      'awk',
      'readlink',
      'sed',
      'sort',
      'tail',
      'tr',
    ]) {
      const path = spawnSync('sh', ['-c', `command -v ${name}`], {encoding: 'utf8'}).stdout.trim();
      put(join(bin, '.keep'), '');
      symlinkSync(path, join(bin, name));
    }
    const env = {PATH: bin};
    const by = (what: Buffer) => {
      put(place.jar, what);
      return lookAtClient(
        place,
        spawnSync('sh', ['-c', `command -v ${shell.split(' ')[0]}`], {encoding: 'utf8'}).stdout.trim() +
          shell.replace(/^\S+/, ''),
        {env},
      ).version;
    };
    // busybox has an unzip of its own, and is tried as well.
    expect(by(clientJar('2.7.3'))).toBe('2.7.3');
    expect(by(clientJar('2.7.3', false))).toBe('2.7.3');
  });

  it('that is not one, or not there, is told as that', () => {
    const several = makeClient('dir');
    put(join(several.folder, 'alluxio-2.1.0-client.jar'), 'x');
    expect(lookAtClient(several, shell)).toMatchObject({health: 'degraded', causes: ['many-jars']});
    const none = makeClient('dir');
    rmSync(none.old);
    expect(lookAtClient(none, shell)).toMatchObject({health: 'down', causes: ['no-jar'], jars: []});
    const gone = makeClient('file');
    rmSync(gone.jar);
    expect(lookAtClient(gone, shell)).toMatchObject({health: 'down', kind: 'none'});
    expect(bring(gone, shell)).toMatchObject({code: 97});
  });

  it('is surveyed with the new one and the login', () => {
    const place = makeClient('link');
    expect(surveyClient(place, shell)).toMatchObject({
      version: FROM,
      newKind: 'file',
      newVersion: TO,
      unwritable: [],
    });
    expect(surveyClient(makeClient('dir', {}, null), shell)).toMatchObject({newKind: 'none'});
  });
});

describe.each(SHELLS)('the deployed file, by %s', shell => {
  const seen = (text: string | null) => {
    const place = makeClient('dir', {safetyValve: '/x'});
    const path = join(place.root, 'etc/hadoop env.sh');
    if (text !== null) put(path, text);
    const node = {...place.node, fields: {...place.node.fields, safetyValve: path as never}};
    const {deployed, classpath} = lookAtClient({...place, node}, shell);
    return {deployed, classpath};
  };

  it.each([
    [
      'one line',
      `export HADOOP_CLASSPATH=/a/alluxio-2.9.4-client.jar:\${HADOOP_CLASSPATH}\n`,
      ['/a/alluxio-2.9.4-client.jar'],
    ],
    [
      'quotes, and others beside it',
      '  export  HADOOP_CLASSPATH="/x/y.jar:/a/alluxio-client.jar:$HADOOP_CLASSPATH"\n',
      ['/a/alluxio-client.jar'],
    ],
    ['a comment', '#export HADOOP_CLASSPATH=/a/alluxio-2.9.4-client.jar\n', []],
    [
      'two lines',
      'HADOOP_CLASSPATH=/a/alluxio-1-client.jar\nexport HADOOP_CLASSPATH=/b/alluxio-2-client.jar:x\n',
      ['/a/alluxio-1-client.jar', '/b/alluxio-2-client.jar'],
    ],
    ['nothing of it', 'export JAVA_HOME=/a\n', []],
  ])('with %s', (_, text, classpath) => {
    expect(seen(text)).toEqual({deployed: 'file', classpath});
  });

  it('that is not there', () => {
    expect(seen(null)).toEqual({deployed: 'none', classpath: []});
  });
});

describe.runIf(linux).each(EACH)('who loads the client, by %s, %s', (shell, layout) => {
  it('is seen by what it has open, also once that was replaced', async () => {
    const place = makeClient(layout);
    const child = await runJava(place.jar === place.folder ? place.old : place.jar);
    const before = lookAtClient(place, shell);
    expect(before).toMatchObject({
      users: [expect.stringMatching(`^${child.pid}\\.`)],
      old: [],
      named: false,
      health: 'ok',
    });
    expect(bring(place, shell)).toMatchObject({code: 0});
    expect(lookAtClient(place, shell)).toMatchObject({
      old: before.users,
      causes: ['old-jar'],
      health: 'degraded',
    });
    await end(child);
    expect(lookAtClient(place, shell)).toMatchObject({users: [], old: [], health: 'ok'});
    await runJava(place.target);
    expect(lookAtClient(place, shell)).toMatchObject({old: [], health: 'ok', users: {length: 1}});
  });

  it('is seen by its arguments; those that loaded it before are old for as long as they run', async () => {
    const place = makeClient(layout);
    const path = layout === 'dir' ? `${place.folder}/*` : place.jar;
    const child = await runJava(null, '-cp', `/x/conf:${path}:/y.jar`, 'Main');
    const {users, named} = lookAtClient(place, shell);
    expect({users, named}).toEqual({users: [expect.stringMatching(`^${child.pid}\\.`)], named: true});
    bring(place, shell);
    const before = users as readonly string[];
    expect(lookAtClient(place, shell)).toMatchObject({old: []});
    expect(lookAtClient(place, shell, {before})).toMatchObject({old: users});
    await end(child);
    await runJava(null, `-Dspark.jars=file://${path}`);
    expect(lookAtClient(place, shell, {before})).toMatchObject({old: [], named: true, users: {length: 1}});
  });
});

describe.runIf(linux).each(SHELLS)('who loads the client, by %s', shell => {
  it('is old where it names a jar that is there no longer', async () => {
    const place = makeClient('dir');
    const child = await runJava(null, '-cp', `${place.folder}/${NAMES.from}`);
    bring(place, shell);
    expect(lookAtClient(place, shell)).toMatchObject({old: [expect.stringMatching(`^${child.pid}\\.`)]});
  });

  it('is nobody who has another client, or is no Java', async () => {
    const place = makeClient('dir');
    const other = makeClient('dir');
    await runJava(other.old, '-cp', `${other.folder}/*`);
    expect(lookAtClient(place, shell)).toMatchObject({users: []});
  });
});

describe.each(SHELLS)('the restart, by %s', shell => {
  const restart = (place: ClientPlace, command: string) =>
    act(restartBody, {...clientVars(place.node, place.context), restart: command}, shell);

  it('runs the words of the inventory in a shell of its own, and keeps how that ended', () => {
    const place = makeClient('dir');
    const out = join(place.root, 'ran');
    const told = restart(
      place,
      `echo "it's $((1 + 1))"; printf '%s' "\${LAKEUP_RECEIPT-none}" >"${out.replaceAll(/["$]/g, '\\$&')}"`,
    );
    expect(told).toEqual({code: 0, stdout: "it's 2\n", stderr: ''});
    expect(readFileSync(out, 'utf8')).toBe('none');
    expect(lookAtClient(place, shell)).toMatchObject({restarted: 0});
    expect(restart(place, 'echo no >&2; exit 3')).toMatchObject({code: 3, stdout: 'no\n'});
    expect(lookAtClient(place, shell)).toMatchObject({restarted: 3});
    // Codes that mean that nothing was done are lakeup's own.
    expect(restart(place, 'exit 97')).toMatchObject({code: 1});
  });

  it('does not wait for what it starts', () => {
    const place = makeClient('file');
    const began = Date.now();
    expect(restart(place, 'sleep 30 & echo $! >"$TMPDIR/none" 2>/dev/null; echo $!')).toMatchObject({
      code: 0,
    });
    expect(Date.now() - began).toBeLessThan(20_000);
    expect(existsSync(join(place.folder, `.lakeup-restarted-${STAMP}`))).toBe(true);
  });
});
