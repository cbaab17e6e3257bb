import type {ReplyTo, Request, ShellRequest} from '../../../src/model/ask.ts';
import type {HostId} from '../../../src/model/ids.ts';
import type {Script} from '../../../src/model/script.ts';
import type {Clock} from '../../../src/model/world.ts';
import type {FakeCluster} from '../memory.ts';
import {makeAlone} from './memory-alone.ts';
import {did, failed, printed, refused, shellReply, type Told} from './memory-replies.ts';
import {wordOf} from './memory-script.ts';

/** What lies at a path: what it is, how much there is, and how many processes are at work in it. */
export type Lying = {
  kind: 'dir' | 'file' | 'symlink';
  id: number;
  files: number;
  bytes: number;
  newest: number;
  at: number;
  /** Of a link: where it leads. */
  readonly leads?: string;
  /** It lies on a file system of the network: whoever has it at this path too has the same one. */
  readonly shared?: true;
  /** By which file in it a run knows it; without one, by the one that is looked for. */
  readonly knownBy?: string;
};

/** Something was removed: what it was the moment before it began to go. */
export type Vanished = {
  readonly host: HostId;
  readonly path: string;
  readonly was: Lying;
  readonly whole: boolean;
};

/** The disks of the hosts, as far as it matters who removes what. */
export type Disks = {
  lying(host: HostId, path: string): Lying | null;
  put(host: HostId, path: string, lying: Lying): void;
  take(host: HostId, path: string): Lying | null;
  readonly places: () => readonly {readonly host: HostId; readonly path: string; readonly lying: Lying}[];
  /** In order. */
  readonly vanished: readonly Vanished[];
};

/** Bugs that a script on the hosts may have. */
export type ScriptBugs = {readonly followsLinks?: boolean; readonly looksAtNothing?: boolean};

/** What of the host's own words about a place is the same for all: what the directory above it is. */
const ABOVE = '1:1';

/** What a host without such disks tells of any place, by the name of the look; null for a look at something else. */
export const nothingKept = (what: string): string[] | null => {
  if (what === 'kept') return ['place=none', 'going=none', `above=${ABOVE}`];
  return what === 'home-files' ? ['files=0'] : null;
};

const LOOK_MS = 20;
const REMOVE_STEP_MS = 700;

const goingOf = (path: string, script: Script): string =>
  path.replace(/[^/]+$/, name => `.lakeup-going-${wordOf(script, 'kept_stamp')}-${name}`);

const idOf = ({id}: Lying): string => `1:${id}`;

/**
 * The same fake, on hosts whose disks hold what runs have kept: it answers the looks at that, and removes it, as the scripts of
 * `host/kept.ts` and `host/remove-kept.ts` do, a piece at a time.
 */
export const withKept = <F extends FakeCluster>(
  fake: F,
  clock: Clock,
  bugs: ScriptBugs = {},
): F & {readonly disks: Disks} => {
  const disk = new Map<string, {host: HostId; path: string; lying: Lying}>();
  const vanished: Vanished[] = [];
  const alone = makeAlone();
  const keyOf = (host: HostId, path: string): string => `${host} ${path}`;
  const disks: Disks = {
    lying: (host, path) => disk.get(keyOf(host, path))?.lying ?? null,
    put: (host, path, lying) => void disk.set(keyOf(host, path), {host, path, lying}),
    take: (host, path) => {
      const lying = disks.lying(host, path);
      disk.delete(keyOf(host, path));
      return lying;
    },
    places: () => [...disk.values()],
    vanished,
  };

  const against = ({at, knownBy}: Lying, script: Script): readonly string[] => {
    const wanted = wordOf(script, 'known_by');
    return [
      ...(at === 0 ? [] : ['process 7 (bash) is at work in it']),
      ...(wanted === '' || knownBy === undefined || knownBy === wanted
        ? []
        : [`the run has left ${wanted} in it, and it is not there`]),
    ];
  };

  const tell = (host: HostId, script: Script): Told => {
    const path = wordOf(script, 'path');
    const [here, going] = [disks.lying(host, path), disks.lying(host, goingOf(path, script))];
    const now = here === null ? going : going === null && here.kind !== 'symlink' ? here : null;
    const own = [`place=${here?.kind ?? 'none'}`, `going=${going?.kind ?? 'none'}`, `above=${ABOVE}`];
    if (now === null) return printed(own);
    const {files, bytes, newest} = now;
    return printed([
      ...own,
      `id=${idOf(now)}`,
      `shared=${now.shared === true ? 'yes' : 'no'}`,
      `files=${files}`,
      'folders=1',
      `bytes=${bytes}`,
      `newest=${newest}`,
      'devices=1',
      ...against(now, script).map(each => `against=${each}`),
    ]);
  };

  const isAsAsked = (lying: Lying, script: Script): boolean =>
    idOf(lying) === wordOf(script, 'id') &&
    (['files', 'bytes', 'newest'] as const).every(name => String(lying[name]) === wordOf(script, name));

  const goneFrom = async (host: HostId, path: string, was: Lying): Promise<Told> => {
    for (
      let left = disks.lying(host, path);
      left !== null && left.files > 0;
      left = disks.lying(host, path)
    ) {
      await clock.sleep(REMOVE_STEP_MS);
      const files = Math.floor(left.files / 3);
      disks.put(host, path, {...left, files, bytes: files, newest: left.newest + 1});
    }
    disks.take(host, path);
    vanished.push({host, path, was, whole: true});
    return did(`removed ${path}`);
  };

  const remove = async (host: HostId, script: Script): Promise<Told> => {
    await clock.sleep(LOOK_MS);
    const path = wordOf(script, 'path');
    const going = goingOf(path, script);
    const [here, moved] = [disks.lying(host, path), disks.lying(host, going)];
    if (here === null && moved === null) return did(`${path} is gone already`);
    if (here !== null && moved !== null) return refused(`${path} stays: it is there twice`);
    if (here !== null) {
      if (here.kind === 'symlink' && bugs.followsLinks === true)
        return goneFrom(host, here.leads ?? '', disks.lying(host, here.leads ?? '') ?? here);
      if (bugs.looksAtNothing !== true) {
        if (here.kind !== wordOf(script, 'what')) return refused(`${path} stays: it is ${here.kind}`);
        if (!isAsAsked(here, script))
          return refused(`${path} stays: it has changed since it was asked about`);
        if (against(here, script).length > 0)
          return refused(`${path} stays: ${against(here, script).join()}`);
      }
      disks.put(host, going, here);
      disks.take(host, path);
      vanished.push({host, path, was: here, whole: false});
    }
    const now = disks.lying(host, going);
    if (now === null) return failed(1, '', `${going} is gone`);
    if (idOf(now) !== wordOf(script, 'id') && bugs.looksAtNothing !== true)
      return refused(`${path} stays: it was exchanged in the last moment`);
    return goneFrom(host, going, now);
  };

  const shell = async (host: HostId, request: ShellRequest): Promise<ReplyTo<ShellRequest>> => {
    const {script} = request;
    const {name} = script.body;
    const begun = clock.now();
    const told = async (): Promise<Told | null> => {
      if (name.endsWith('.look.kept')) return tell(host, script);
      if (name.endsWith('.look.home-files')) return printed(['files=abc']);
      if (name.endsWith('.prune'))
        return alone(host, wordOf(script, 'home'), 'prune', () => remove(host, script));
      return null;
    };
    const said = await told();
    return said === null ? fake.answer(host, request) : shellReply(said, clock.now() - begun);
  };

  return {
    ...fake,
    disks,
    // Each kind of request is answered by its own kind of reply.
    answer: <R extends Request>(host: HostId, request: R) =>
      (request.kind === 'shell' ? shell(host, request) : fake.answer(host, request)) as Promise<ReplyTo<R>>,
  };
};
