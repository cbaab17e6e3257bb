import type {Lost, Refused} from '../../../src/model/ask.ts';
import {type CopyReply, type CopyRequest, type FileAt, PART} from '../../../src/model/copy.ts';
import type {HostId} from '../../../src/model/ids.ts';
import {text} from '../../../src/model/text.ts';
import type {Clock} from '../../../src/model/world.ts';
import type {Copying} from '../memory.ts';

/** A file in memory: what it is, and how much of it is there. */
export type FakeFile = {readonly sum: string; readonly sizeBytes: number};

/** The files of the hosts of a fake cluster. */
export type Files = {
  at(host: HostId, path: string): FakeFile | null;
  put(host: HostId, path: string, file: FakeFile): void;
  remove(host: HostId, path: string): void;
  readonly copy: Copying;
};

const BYTES_PER_SECOND = 50_000_000;
const STEP_MS = 500;

const keyOf = (host: HostId, path: string): string => `${host}\0${path}`;

const lost: Lost = {
  kind: 'lost',
  trouble: 'dropped',
  detail: text('simulated: the copy was cut', '模拟：复制被中断'),
};

/**
 * Copies as the hosts do: a part that grows, a name for what is whole, nothing that is overwritten. What is cut leaves its
 * part; what is cut after its end is there all the same. `full`: hosts whose disk has no room.
 */
export const makeFiles = (clock: Clock, full: (host: HostId) => boolean = () => false): Files => {
  const files = new Map<string, FakeFile>();
  const at: Files['at'] = (host, path) => files.get(keyOf(host, path)) ?? null;
  const put: Files['put'] = (host, path, file) => void files.set(keyOf(host, path), file);
  const remove: Files['remove'] = (host, path) => void files.delete(keyOf(host, path));

  const ended = (side: CopyReply['side'], code: number, words: string, begun: number): CopyReply => ({
    kind: 'copy',
    code,
    side,
    stdout: code === 0 ? `${words}\n` : '',
    stderr: code === 0 ? '' : `${side}: ${words}\n`,
    ms: clock.now() - begun,
  });

  const transfer = async (
    to: FileAt,
    file: FakeFile,
    onBytes: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<'whole' | 'cut' | 'full'> => {
    const part = `${to.path}${PART}`;
    // Whatever an earlier copy left is replaced.
    put(to.host, part, {sum: 'part', sizeBytes: 0});
    for (let bytes = 0; bytes < file.sizeBytes; ) {
      await clock.sleep(STEP_MS, signal);
      if (signal.aborted) return 'cut';
      if (full(to.host)) {
        remove(to.host, part);
        return 'full';
      }
      bytes = Math.min(file.sizeBytes, bytes + (BYTES_PER_SECOND * STEP_MS) / 1000);
      put(to.host, part, {sum: 'part', sizeBytes: bytes});
      onBytes(bytes);
    }
    remove(to.host, part);
    put(to.host, to.path, file);
    return 'whole';
  };

  const copy = async (
    {from, to}: CopyRequest,
    onProgress: Parameters<Copying>[1],
    signal: AbortSignal,
  ): Promise<CopyReply | Refused | Lost> => {
    const begun = clock.now();
    const file = at(from.host, from.path);
    const known = at(to.host, to.path);
    if (file === null) return ended('sender', 97, `${from.path} is not there`, begun);
    if (known !== null)
      return known.sum === file.sum
        ? ended('receiver', 0, `${to.path}: was there already`, begun)
        : ended('receiver', 97, `${to.path} is there with other bytes and is not overwritten`, begun);
    const total = file.sizeBytes;
    const how = await transfer(
      to,
      file,
      bytes => onProgress({stage: 'copying', bytes, totalBytes: total}),
      signal,
    );
    if (how === 'cut') return lost;
    if (how === 'full') return ended('receiver', 1, 'no space left on device', begun);
    return ended('receiver', 0, `${to.path}: copied`, begun);
  };
  return {at, put, remove, copy};
};
