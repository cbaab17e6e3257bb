import {type Sh, sh} from '../lib/sh.ts';
import type {HttpReply, HttpRequest, Lost, Refused, ShellReply, ShellRequest} from '../model/ask.ts';

/** Runs a script on the host, as the transport does it. */
export type AskShell = (request: ShellRequest) => Promise<ShellReply | Refused | Lost>;

/** Our own exit codes, above those of curl, wget and bash. */
const CODES = {noTool: 117, noConnection: 118, timeout: 119} as const;

/**
 * A script that prints the raw answer of a GET: by curl, else wget, else bash. The address goes in by stdin, as a path
 * may hold a token that nobody should read in a list of processes. No redirect is followed.
 */
export const httpScript = (address: string, {port, path, timeoutMs}: HttpRequest): Sh => {
  const host = address.includes(':') ? `[${address}]` : address;
  const url = `http://${host}:${port}${path}`;
  const seconds = Math.max(1, Math.ceil(timeoutMs / 1000));
  const config = `url = "${url.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"\n`;
  const ask = `GET ${path} HTTP/1.0\r\nHost: ${host}:${port}\r\nConnection: close\r\n\r\n`;
  const dial = sh`exec 3<>/dev/tcp/${address}/${port} || exit ${CODES.noConnection}; printf %s ${ask} >&3; cat <&3`;
  return sh`if command -v curl >/dev/null 2>&1; then
  printf %s ${config} | curl -q -s -i --globoff --http1.1 --noproxy '*' --max-redirs 0 --max-time ${seconds} --config -
  case $? in 0) exit 0 ;; 28) exit ${CODES.timeout} ;; *) exit ${CODES.noConnection} ;; esac
elif command -v wget >/dev/null 2>&1; then
  printf '%s\\n' ${url} | wget -q -O - --save-headers --content-on-error --no-proxy --max-redirect=0 --tries=1 --timeout=${seconds} -i -
  case $? in 0|8) exit 0 ;; *) exit ${CODES.noConnection} ;; esac
elif command -v bash >/dev/null 2>&1; then
  printf '%s\\n' ${dial} | bash
else exit ${CODES.noTool}
fi`;
};

/** Reads the raw answer of an HTTP server; null when it is none. */
export const parseRawHttp = (text: string): HttpReply | null => {
  const status = /^HTTP\/\d(?:\.\d)? (\d{3})/.exec(text)?.[1];
  const end = /\r?\n\r?\n/.exec(text);
  if (status === undefined || end === null) return null;
  // An answer of the kind "100 Continue" stands before the real one.
  const body = text.slice(end.index + end[0].length);
  return status.startsWith('1') ? parseRawHttp(body) : {kind: 'http', status: Number(status), body};
};

/** GET by a command on the host, for hosts that forbid forwarding. */
export const httpOnHost = async (
  request: HttpRequest,
  addresses: readonly string[],
  maxBytes: number,
  shell: AskShell,
): Promise<HttpReply | Refused | Lost> => {
  let answer: Refused = {kind: 'refused', trouble: 'port-refused', detail: 'no address to try'};
  for (const address of addresses) {
    const reply = await shell({
      kind: 'shell',
      lane: 'look',
      name: 'http',
      script: httpScript(address, request),
      timeoutMs: request.timeoutMs + 2_000,
      maxBytes,
    });
    if (reply.kind !== 'shell') return reply;
    const {timeoutMs} = request;
    if (reply.code === CODES.timeout)
      return {kind: 'lost', trouble: 'timeout', detail: `no answer within ${timeoutMs / 1000} s`};
    if (reply.code === CODES.noTool)
      return {
        kind: 'refused',
        trouble: 'forward-denied',
        detail: 'forwarding is forbidden, and curl, wget and bash are missing',
      };
    if (reply.code === 0 || reply.stdout !== '') {
      const parsed = reply.cut ? null : parseRawHttp(reply.stdout);
      return (
        parsed ?? {kind: 'lost', trouble: 'protocol', detail: `no HTTP answer: ${reply.stdout.slice(0, 200)}`}
      );
    }
    answer = {
      kind: 'refused',
      trouble: 'port-refused',
      detail: `${address}:${request.port} cannot be reached on the host`,
    };
  }
  return answer;
};
