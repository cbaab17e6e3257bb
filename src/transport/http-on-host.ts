import {sh} from '../lib/sh.ts';
import type {HttpReply, HttpRequest, Lost, Refused, ShellReply, ShellRequest} from '../model/ask.ts';
import {body, type Script} from '../model/script.ts';
import {text} from '../model/text.ts';
import type {Limits} from './env.ts';
import {lost, noAddress, noAnswerWithin, quoted, refused, tooLong} from './replies.ts';

/** Runs a script on the host, as the transport does it. */
export type AskShell = (request: ShellRequest) => Promise<ShellReply | Refused | Lost>;

/** Our own exit codes, above those of curl, wget and bash. */
const CODES = {noTool: 117, noConnection: 118, timeout: 119} as const;

/**
 * Prints the raw answer of a GET: by curl, else wget, else bash. The address goes in by stdin, as a path may hold a token
 * that nobody should read in a list of processes. No redirect is followed.
 */
const GET = body(
  'http',
  sh`if command -v curl >/dev/null 2>&1; then
  printf %s "$config" | curl -q -s -i --globoff --http1.1 --noproxy '*' --max-redirs 0 --max-time "$seconds" --config -
  case $? in 0) exit 0 ;; 28) exit ${CODES.timeout} ;; *) exit ${CODES.noConnection} ;; esac
elif command -v wget >/dev/null 2>&1; then
  printf '%s\\n' "$url" | wget -q -O - --save-headers --content-on-error --no-proxy --max-redirect=0 --tries=1 --timeout="$seconds" -i -
  case $? in 0|8) exit 0 ;; *) exit ${CODES.noConnection} ;; esac
elif command -v bash >/dev/null 2>&1; then
  printf '%s\\n' "$dial" | bash
else exit ${CODES.noTool}
fi`,
);

/** The script of a GET on an address of the host. */
export const httpScript = (address: string, {port, path, timeoutMs}: HttpRequest): Script => {
  const host = address.includes(':') ? `[${address}]` : address;
  const url = `http://${host}:${port}${path}`;
  const ask = `GET ${path} HTTP/1.0\r\nHost: ${host}:${port}\r\nConnection: close\r\n\r\n`;
  return {
    body: GET,
    vars: {
      url,
      config: `url = "${url.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"\n`,
      seconds: Math.max(1, Math.ceil(timeoutMs / 1000)),
      dial: sh`exec 3<>/dev/tcp/${address}/${port} || exit ${CODES.noConnection}; printf %s ${ask} >&3; cat <&3`,
    },
  };
};

/** Reads the raw answer of an HTTP server; null when it is none. */
export const parseRawHttp = (printed: string): HttpReply | null => {
  const status = /^HTTP\/\d(?:\.\d)? (\d{3})/.exec(printed)?.[1];
  const end = /\r?\n\r?\n/.exec(printed);
  if (status === undefined || end === null) return null;
  // An answer of the kind "100 Continue" stands before the real one.
  const rest = printed.slice(end.index + end[0].length);
  if (status.startsWith('1')) return parseRawHttp(rest);
  const location = /^location:[ \t]*(\S+)/im.exec(printed.slice(0, end.index))?.[1];
  return {
    kind: 'http',
    status: Number(status),
    body: rest,
    ...(location === undefined ? {} : {location}),
  };
};

const noTool = refused(
  'forward-denied',
  text(
    'forwarding is forbidden, and curl, wget and bash are missing',
    '主机禁止端口转发，且没有 curl、wget 或 bash',
  ),
);

const notHttp = (printed: string): Lost => {
  const said = quoted(printed);
  return lost('protocol', text(`no HTTP answer: ${said.en}`, `不是 HTTP 响应：${said.zh}`));
};

/** GET by a command on the host, for hosts that forbid forwarding. */
export const httpOnHost = async (
  request: HttpRequest,
  addresses: readonly string[],
  {httpBodyBytes, onHostExtraMs}: Pick<Limits, 'httpBodyBytes' | 'onHostExtraMs'>,
  shell: AskShell,
): Promise<HttpReply | Refused | Lost> => {
  let answer = noAddress;
  for (const address of addresses) {
    const reply = await shell({
      kind: 'shell',
      shell: 'look',
      script: httpScript(address, request),
      timeoutMs: request.timeoutMs + onHostExtraMs,
      maxBytes: httpBodyBytes,
    });
    if (reply.kind !== 'shell') return reply;
    if (reply.code === CODES.timeout) return lost('timeout', noAnswerWithin(request.timeoutMs));
    if (reply.code === CODES.noTool) return noTool;
    if (reply.cut) return tooLong(httpBodyBytes);
    if (reply.code === 0 || reply.stdout !== '') return parseRawHttp(reply.stdout) ?? notHttp(reply.stdout);
    const at = `${address}:${request.port}`;
    answer = refused('port-refused', text(`${at} cannot be reached on the host`, `在该主机上无法连接 ${at}`));
  }
  return answer;
};
