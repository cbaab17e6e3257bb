import {sh} from '../lib/sh.ts';
import type {Refused} from '../model/ask.ts';
import type {HostId} from '../model/ids.ts';
import {body, type Script} from '../model/script.ts';
import {type Text, text} from '../model/text.ts';
import type {TransportEnv} from './env.ts';
import type {Far} from './far.ts';
import {makeNonce} from './nonce.ts';

/** Follows a file of a host; resolves with why nothing comes any more. Null: it was called off. */
export type Follow = (
  host: HostId,
  file: string,
  onText: (piece: string) => void,
  signal: AbortSignal,
) => Promise<Text | null>;

/** Lines of the file that are there already. */
const LINES_BEFORE = 200;

/** More than this in one beat waits for the next: a log that floods must not keep lakeup from its work. */
const BEAT_BYTES = 64 * 1024;
const BEAT_MS = 100;

/**
 * Prints the end of a file, and what comes, under its name: a log that is moved away is followed in the new one. Ends with
 * whoever reads: when the link is gone nothing is left behind, also where the file says no more.
 */
const FOLLOW = body(
  'follow',
  sh`if [ ! -e "$file" ]; then
  echo "there is no $file; in \${file%/*} there is:"
  ls -lt "\${file%/*}" 2>&1 | head -n 20
  exit 1
fi
tail -n ${LINES_BEFORE} -F "$file" 2>&1 </dev/null &
reads=$!
trap 'kill "$reads" 2>/dev/null' EXIT
# Nothing is ever sent: this ends when the link does.
cat >/dev/null`,
);

export const followScript = (file: string): Script => ({body: FOLLOW, vars: {file}});

const followOn = async (
  far: Far,
  file: string,
  {clock}: Pick<TransportEnv, 'clock'>,
  onText: (piece: string) => void,
  signal: AbortSignal,
): Promise<Text | null> => {
  const drop = (): void => far.drop();
  signal.addEventListener('abort', drop, {once: true});
  let came = 0;
  far.stdout.setEncoding('utf8');
  far.stdout.on('data', (piece: string) => {
    onText(piece);
    came += piece.length;
    if (came < BEAT_BYTES || far.stdout.isPaused()) return;
    far.stdout.pause();
    void clock.sleep(BEAT_MS, signal).then(() => {
      came = 0;
      far.stdout.resume();
    });
  });
  far.run(followScript(file));
  const end = await far.end;
  signal.removeEventListener('abort', drop);
  far.drop();
  if (signal.aborted) return null;
  const said = far.printed();
  if (end.kind === 'gone') return end.why;
  return text(`it ended with ${end.code} ${said}`.trimEnd(), `已结束，退出码 ${end.code} ${said}`.trimEnd());
};

/** Follows files of hosts, each over a session of its own on the connection that stands. */
export const makeFollow =
  (
    env: Pick<TransportEnv, 'clock' | 'chance'>,
    open: (host: HostId, mark: string, signal: AbortSignal) => Promise<Far | Refused>,
  ): Follow =>
  async (host, file, onText, signal) => {
    const far = await open(host, makeNonce(env.chance), signal);
    if (!('kind' in far)) return followOn(far, file, env, onText, signal);
    return signal.aborted ? null : far.detail;
  };
