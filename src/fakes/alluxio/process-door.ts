import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import {type Handler, sleep} from '../common/process-node.ts';
import type {Me} from './process-self.ts';

const JETTY = 'Jetty(9.4.46.v20220331)';

/** What Jetty says of a page that is not there. */
export const jettyMissing = (uri: string) => ({
  status: 404,
  type: 'text/html;charset=iso-8859-1',
  body: `<html>
<head>
<meta http-equiv="Content-Type" content="text/html;charset=ISO-8859-1"/>
<title>Error 404 Not Found</title>
</head>
<body><h2>HTTP ERROR 404 Not Found</h2>
<table>
<tr><th>URI:</th><td>${uri}</td></tr>
<tr><th>STATUS:</th><td>404</td></tr>
<tr><th>MESSAGE:</th><td>Not Found</td></tr>
</table>
<hr/><a href="https://eclipse.org/jetty">Powered by Jetty:// 9.4.46.v20220331</a><hr/>
</body>
</html>
`,
});

const answer = async (pages: Handler, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const {status, type, body} = await pages(new URL(request.url ?? '/', 'http://fake'), request);
  response.writeHead(status ?? 200, {'Content-Type': type ?? 'text/plain', Server: JETTY});
  response.end(body);
};

const listening = (server: Server, port: number, address: string): Promise<Server> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => resolve(server));
  });

const httpServer = (pages: Handler): Server =>
  createServer((request, response) => {
    answer(pages, request, response).catch(() => response.destroy());
  });

/** A page's port. While `serves` is false, later versions take connections and drop them; earlier ones do not listen. */
export const openDoor = async (
  me: Me,
  port: number,
  serves: () => boolean,
  pages: Handler,
): Promise<void> => {
  if (me.generation.drops) {
    const server = httpServer(pages);
    server.on('connection', socket => {
      if (!serves()) socket.destroy();
    });
    await listening(server, port, me.address);
    return;
  }
  void (async () => {
    let server: Server | null = null;
    for (;;) {
      if (serves() && server === null)
        server = await listening(httpServer(pages), port, me.address).catch(() => null);
      if (!serves() && server !== null) {
        server.closeAllConnections();
        server.close();
        server = null;
      }
      await sleep(50);
    }
  })();
};
