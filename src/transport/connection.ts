import type {Duplex} from 'node:stream';
import type ssh2 from 'ssh2';
import type {ClientChannel} from 'ssh2';
import type {Refused} from '../model/ask.ts';
import {type Text, text} from '../model/text.ts';
import type {Clock} from '../model/world.ts';
import type {Limits} from './env.ts';
import {CLOSED_FROM_HERE, inSeconds, quoted, refused} from './replies.ts';
import type {Pipes} from './shell-loop.ts';
import {channelTrouble} from './ssh-trouble.ts';
import {within} from './within.ts';

/** One SSH connection that stands: shells and channels to ports. */
export type Connection = {
  alive(): boolean;
  /** Calls back once, with the reason; at once when it is dead already. */
  onClose(listener: (reason: Text) => void): () => void;
  /** A command on a new session channel. Refused: it was not started, or cannot have been given anything to do. */
  exec(command: string): Promise<Pipes | Refused>;
  /** A channel to a port as the host sees it. */
  forward(host: string, port: number): Promise<Duplex | Refused>;
  /** Says that a request is about to use it, or does; gives the way to say, once or more often, that it is over. */
  hold(): () => void;
  /** Closes as soon as nobody holds it and no channel of it is open. */
  retire(): void;
  close(): void;
};

/** What the handshake hands over: when the connection ends, and who wants to hear of it. */
export type Life = {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly over: () => Text | null;
  readonly listeners: Set<(reason: Text) => void>;
  readonly die: (reason: Text) => void;
};

/** The connection on a client that has logged in. */
export const makeConnection = (
  client: ssh2.Client,
  {clock, limits, over, listeners, die}: Life,
): Connection => {
  let holders = 0;
  let retired = false;
  const close = () => {
    client.end();
    die(CLOSED_FROM_HERE);
  };
  const closeUnused = () => {
    if (retired && holders === 0) close();
  };
  const hold = (): (() => void) => {
    let held = true;
    holders++;
    return () => {
      if (!held) return;
      held = false;
      holders--;
      closeUnused();
    };
  };
  const onClose: Connection['onClose'] = listener => {
    const reason = over();
    if (reason !== null) listener(reason);
    else listeners.add(listener);
    return () => listeners.delete(listener);
  };
  /** Opens a channel; one that comes after its limit is closed again. */
  const open = async (
    ms: number,
    start: (done: (error: Error | undefined, channel: ClientChannel) => void) => void,
  ): Promise<ClientChannel | Refused> => {
    const {promise, resolve} = Promise.withResolvers<ClientChannel | Refused>();
    const leave = hold();
    const off = onClose(reason => resolve(refused('dropped', reason)));
    let late = false;
    try {
      start((error, channel) => {
        if (error !== undefined) return resolve(channelTrouble(error));
        channel.once('close', leave);
        if (late) channel.close();
        else resolve(channel);
      });
    } catch (error) {
      resolve(refused('dropped', quoted(String(error))));
    }
    const result = await within(clock, ms, undefined, promise);
    off();
    if (result.kind === 'ok') {
      if ('kind' in result.value) leave();
      return result.value;
    }
    late = true;
    leave();
    const span = inSeconds(ms);
    return refused(
      'channel-refused',
      text(`the host did not open a channel within ${span.en}`, `主机在 ${span.zh}内没有打开通道`),
    );
  };
  /**
   * Ends a far shell and what runs in it. sshd makes each session a process group; it does not pass signals on itself for
   * root and in old versions.
   */
  const kill = async (pid: number): Promise<void> => {
    const channel = await open(limits.shellReadyMs, done => client.exec(`sh -c 'kill -TERM -${pid}'`, done));
    if ('kind' in channel) return;
    channel.resume();
    channel.stderr.resume();
  };
  return {
    alive: () => over() === null,
    onClose,
    close,
    hold,
    retire: () => {
      retired = true;
      closeUnused();
    },
    exec: async command => {
      const channel = await open(limits.shellReadyMs, done => client.exec(command, done));
      return 'kind' in channel ? channel : channelPipes(channel, onClose, kill);
    },
    forward: async (host, port) => {
      const channel = await open(limits.forwardMs, done =>
        client.forwardOut('127.0.0.1', 0, host, port, done),
      );
      // Closed over there is closed here, as with a socket: sshd itself keeps our half open.
      if (!('kind' in channel)) channel.once('end', () => channel.end());
      return channel;
    },
  };
};

const endedBy = (code: number | null, signal: string | undefined): Text => {
  if (code !== null) return text(`the shell ended with exit code ${code}`, `shell 已结束，退出码 ${code}`);
  return signal === undefined
    ? text('the shell was ended by a signal', 'shell 被信号终止')
    : text(`the shell was ended by ${signal}`, `shell 被信号 ${signal} 终止`);
};

const channelPipes = (
  channel: ClientChannel,
  onClose: Connection['onClose'],
  kill: (pid: number) => Promise<void>,
): Pipes => ({
  stdin: channel.stdin,
  stdout: channel.stdout,
  stderr: channel.stderr,
  onEnd: listener => {
    let exit: Text | null = null;
    let told = false;
    const tell = (reason: Text) => {
      if (!told) listener(reason);
      told = true;
      off();
    };
    channel.on('exit', (code: number | null, signal?: string) => {
      exit = endedBy(code, signal);
    });
    channel.once('close', () => tell(exit ?? text('the shell’s channel was closed', 'shell 的通道已关闭')));
    const off = onClose(tell);
  },
  drop: pid => {
    channel.on('error', () => {});
    if (pid !== null) {
      channel.signal('TERM');
      void kill(pid);
    }
    channel.close();
  },
});
