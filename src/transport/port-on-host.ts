import {Duplex} from 'node:stream';
import {sh} from '../lib/sh.ts';
import type {Refused} from '../model/ask.ts';
import {body, type Script} from '../model/script.ts';
import {text} from '../model/text.ts';
import type {Clock} from '../model/world.ts';
import type {Far} from './far.ts';
import {CALLED_OFF_UNSENT, noAddress, noAnswerWithin, quoted, refused} from './replies.ts';
import {within} from './within.ts';

/** Our own exit codes, above those of bash. */
const CODES = {noTool: 117, noConnection: 118} as const;

/**
 * A connection to a port of the host by its bash, which opens sockets itself: what comes on stdin goes there, what comes
 * back goes to stdout, and the end of either ends both. Descriptor 4: what runs in the background has no other way to stdin.
 * Nothing but the one that reads the port keeps stdout and stderr open, for the session lasts as long as somebody does.
 */
const PIPE = body(
  'port',
  sh`command -v bash >/dev/null 2>&1 || exit ${CODES.noTool}
exec bash -c ${sh`exec 3<>"/dev/tcp/$1/$2" 4<&0 || exit ${CODES.noConnection}
echo "$3 open" >&2
cat <&3 &
back=$!
{ cat <&4 >&3; kill "$back"; } >/dev/null 2>&1 &
wait "$back"
kill "$!"
exit 0`} bash "$address" "$port" "$mark"`,
);

/** The script of a connection to a port; behind `mark` it tells that it stands. */
export const portScript = (mark: string, address: string, port: number): Script => ({
  body: PIPE,
  vars: {mark, address, port},
});

const noTool = refused(
  'forward-denied',
  text('forwarding is forbidden, and bash is missing', '主机禁止端口转发，且没有 bash'),
);

/** A server that was told goodbye closes at once; whoever does not in this time is not waited for. */
const GOODBYE_MS = 2_000;

/** Both ways of a far script as one stream: the end of either side is the end of both. */
const duplexOf = (far: Far, clock: Clock): Duplex => {
  const {stdin, stdout} = far;
  const channel = new Duplex({
    allowHalfOpen: false,
    read: () => void stdout.resume(),
    write: (chunk: Buffer, _, done) => void stdin.write(chunk, () => done()),
  });
  stdout.on('data', (chunk: Buffer) => channel.push(chunk) || stdout.pause());
  stdout.once('end', () => channel.push(null));
  void far.end.then(({kind}) => kind === 'gone' && channel.destroy());
  channel.once('close', () => {
    stdin.end();
    stdout.resume();
    const late = new AbortController();
    void Promise.race([far.end, clock.sleep(GOODBYE_MS, late.signal)]).then(() => {
      late.abort();
      far.drop();
    });
  });
  return channel;
};

type How = {
  readonly clock: Clock;
  readonly mark: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly open: () => Promise<Far | Refused>;
};

/** A channel to a port for hosts that forbid forwarding: the first of the addresses on which somebody listens. */
export const portOnHost = async (
  port: number,
  addresses: readonly string[],
  {clock, mark, timeoutMs, signal, open}: How,
): Promise<Duplex | Refused> => {
  let answer = noAddress;
  for (const address of addresses) {
    const far = await open();
    if ('kind' in far) return far;
    far.run(portScript(mark, address, port));
    const answered = await within(clock, timeoutMs, signal, far.next());
    const heard = answered.kind === 'ok' ? answered.value : null;
    if (heard?.kind === 'told') return duplexOf(far, clock);
    const said = quoted(far.printed());
    far.drop();
    if (answered.kind === 'timeout') return refused('timeout', noAnswerWithin(timeoutMs));
    if (heard === null) return refused('cancelled', CALLED_OFF_UNSENT);
    if (heard.kind === 'gone') return refused('dropped', heard.why);
    if (heard.code === CODES.noTool) return noTool;
    const at = `${address}:${port}`;
    answer = refused(
      'port-refused',
      text(`${at} cannot be reached on the host: ${said.en}`, `在该主机上无法连接 ${at}：${said.zh}`),
    );
  }
  return answer;
};
