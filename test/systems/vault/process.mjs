// The vault's process: answers on its port and says which version it was started with.
import {createServer} from 'node:http';

createServer((_, response) => response.end('ok')).listen(
  Number(process.env.PORT),
  process.env.ADDRESS,
  () => {
    console.log(`ready ${process.env.VERSION}`);
  },
);
