/** A ProxyCommand that makes the way longer: `delay.ts HOST PORT MS` holds every byte back for so long, in each direction. */
import net from 'node:net';
import type {Readable, Writable} from 'node:stream';

const [host = '', port, ms] = process.argv.slice(2);
const each = Number(ms);

const later = (from: Readable, to: Writable): void => {
  from.on('data', (chunk: Buffer) => void setTimeout(() => to.write(chunk), each));
  from.on('end', () => void setTimeout(() => to.end(), each));
};

const socket = net.connect({host, port: Number(port), noDelay: true});
socket.on('error', error => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
socket.on('close', () => void setTimeout(() => process.exit(0), each));
later(process.stdin, socket);
later(socket, process.stdout);
