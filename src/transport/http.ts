import http from 'node:http';
import type {Duplex} from 'node:stream';
import type {HttpReply, HttpRequest, Lost, Refused} from '../model/ask.ts';
import {text} from '../model/text.ts';
import type {Clock} from '../model/world.ts';
import {CALLED_OFF_SENT, lost, noAnswerWithin, quoted, refused, tooLong} from './replies.ts';
import {within} from './within.ts';

type Options = {readonly clock: Clock; readonly maxBytes: number; readonly signal: AbortSignal | undefined};

const troubleOf = (error: Error): Lost => {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const said = quoted(error.message);
  return code.startsWith('HPE_')
    ? lost('protocol', text(`no HTTP answer: ${said.en}`, `不是 HTTP 响应：${said.zh}`))
    : lost('dropped', said);
};

const get = (channel: Duplex, {host, port, path}: HttpRequest, maxBytes: number): Promise<HttpReply | Lost> =>
  new Promise(resolve => {
    const request = http.request({
      method: 'GET',
      path,
      headers: {host: `${host ?? '127.0.0.1'}:${port}`, accept: '*/*', connection: 'close'},
      createConnection: () => channel,
    });
    request.on('error', error => resolve(troubleOf(error)));
    request.on('response', response => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxBytes) resolve(tooLong(maxBytes));
        else chunks.push(chunk);
      });
      response.on('error', error => resolve(troubleOf(error)));
      response.on('end', () => {
        const {statusCode = 0, headers} = response;
        resolve({
          kind: 'http',
          status: statusCode,
          body: Buffer.concat(chunks).toString('utf8'),
          ...(headers.location === undefined ? {} : {location: headers.location}),
        });
      });
    });
    request.end();
  });

/**
 * GET through a channel of the SSH connection. A redirect is an answer like any other and is never followed: it may
 * lead elsewhere, and may carry a password.
 */
export const httpThrough = async (
  channel: Duplex,
  request: HttpRequest,
  {clock, maxBytes, signal}: Options,
): Promise<HttpReply | Refused | Lost> => {
  try {
    const result = await within(clock, request.timeoutMs, signal, get(channel, request, maxBytes));
    if (result.kind === 'ok') return result.value;
    return result.kind === 'timeout'
      ? lost('timeout', noAnswerWithin(request.timeoutMs))
      : lost('cancelled', CALLED_OFF_SENT);
  } catch (error) {
    return refused('protocol', quoted(String(error)));
  } finally {
    channel.on('error', () => {});
    channel.destroy();
  }
};
