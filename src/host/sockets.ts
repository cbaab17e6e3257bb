import {sameAddress} from '../lib/address.ts';
import {type Sh, sh} from '../lib/sh.ts';
import {allSaid, type Said, said} from './lines.ts';

/** A listening socket as /proc/net/tcp and tcp6 show it: the address as text, and the port. */
export type Listener = {readonly address: string; readonly port: number};

const v4 = (hex: string): string =>
  [6, 4, 2, 0].map(at => String(Number.parseInt(hex.slice(at, at + 2), 16))).join('.');

/** Four words, each with its bytes backwards. */
const v6 = (hex: string): string => {
  const words = [0, 8, 16, 24].map(at => hex.slice(at, at + 8));
  const bytes = words.map(word => [6, 4, 2, 0].map(at => word.slice(at, at + 2)).join('')).join('');
  if (/^0{20}ffff/i.test(bytes)) return v4(words[3] ?? '');
  return (bytes.match(/.{4}/g) ?? [])
    .map(group => group.replace(/^0{1,3}/, ''))
    .join(':')
    .toLowerCase();
};

/** Reads "0100007F:1388" or its IPv6 form; null for anything else. */
export const parseListener = (text: string): Listener | null => {
  const match = /^([0-9A-Fa-f]{8}|[0-9A-Fa-f]{32}):([0-9A-Fa-f]{4})$/.exec(text.trim());
  const [, address, port] = match ?? [];
  if (address === undefined || port === undefined) return null;
  const plain = address.length === 8 ? v4(address) : v6(address);
  return {address: plain === '0:0:0:0:0:0:0:0' ? '::' : plain, port: Number.parseInt(port, 16)};
};

const isLoopback = (address: string): boolean => address.startsWith('127.') || sameAddress(address, '::1');

/**
 * Which of `ports` are taken on this host: bound to every address, to the one lakeup reached the host by, or to any that
 * is no loopback. Sockets on other loopback addresses belong to other hosts that share one machine.
 */
export const busyPorts = (
  listeners: readonly Listener[],
  ports: readonly number[],
  self: string | null,
): number[] =>
  ports.filter(port =>
    listeners.some(
      ({address, port: taken}) =>
        taken === port && ((self !== null && sameAddress(address, self)) || !isLoopback(address)),
    ),
  );

/** Ports as /proc/net shows them: the value of the variable `ports` that `sockets` asks for. */
export const hexPorts = (ports: readonly number[]): readonly string[] =>
  ports.map(port => port.toString(16).toUpperCase().padStart(4, '0'));

/** Prints a line `listen=ADDRESS:PORT` for every socket that listens on one of `$ports` (four hex digits each). */
export const sockets: Sh = sh`awk -v want=" $(echo $ports) " '
  $4 == "0A" && index(want, " " substr($2, length($2) - 3) " ") {print "listen=" $2}
' /proc/net/tcp /proc/net/tcp6 2>/dev/null || :`;

/**
 * Prints `PID BIRTH SOCKETS` where every socket that listens on `$port` (four hex digits) is held by one process of the
 * home; nothing where one of them is not, or nobody listens. Needs `identity`.
 */
export const portOwner: Sh = sh`listening=$(awk -v want="$port" '
  $4 == "0A" && substr($2, length($2) - 3) == want {print $10}
' /proc/net/tcp /proc/net/tcp6 2>/dev/null | sort -u) || :
holds_all() {
  held=$newline$(ls -l "/proc/$1/fd" 2>/dev/null | sed -n 's/.* -> socket:\\[\\([0-9]*\\)\\]$/\\1/p')$newline
  for socket in $listening; do
    case $held in *"$newline$socket$newline"*) ;; *) return 1 ;; esac
  done
}
for pid in $(pids); do
  if [ -n "$listening" ] && holds_all "$pid"; then echo "$pid $(ticks "$pid")" $listening; fi
done`;

/** Taken ports among `ports`, from the sockets that were listed. */
export const parseBusyPorts = (lines: Said, ports: readonly number[]): number[] => {
  const listeners = allSaid(lines, 'listen').flatMap(text => parseListener(text) ?? []);
  return busyPorts(listeners, ports, said(lines, 'self'));
};
