import {request} from 'node:http';

export type Called =
  | {readonly kind: 'answered'; readonly body: string}
  | {readonly kind: 'failed'; readonly code: 'refused' | 'reset' | 'timeout'};

/** One HTTP request between members of the fake cluster. Never rejects. */
export const call = (
  host: string,
  port: number,
  path: string,
  body: string | null,
  timeoutMs: number,
): Promise<Called> =>
  new Promise(resolve => {
    const outgoing = request(
      {host, port, path, method: body === null ? 'GET' : 'POST', agent: false},
      response => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({kind: 'answered', body: text}));
        response.on('error', () => resolve({kind: 'failed', code: 'reset'}));
      },
    );
    outgoing.setTimeout(timeoutMs, () => {
      resolve({kind: 'failed', code: 'timeout'});
      outgoing.destroy();
    });
    outgoing.on('error', error => {
      const refused = 'code' in error && error.code === 'ECONNREFUSED';
      resolve({kind: 'failed', code: refused ? 'refused' : 'reset'});
    });
    outgoing.end(body ?? undefined);
  });
