import {gzipSync} from 'node:zlib';

export type Packed = {readonly path: string; readonly text: string; readonly mode: number};

const BLOCK = 512;

const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;

/** One header of a ustar archive: names of up to 100 bytes, nobody's own. */
const header = (path: string, mode: number, size: number, type: '0' | '5'): Buffer => {
  const block = Buffer.alloc(BLOCK);
  block.write(path, 0, 100);
  block.write(octal(mode, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  block.write(' '.repeat(8), 148);
  block.write(type, 156);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((all, byte) => all + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
};

/** A .tar.gz of these files, with the folders they lie in; the same files make the same bytes. */
export const tarball = (files: readonly Packed[]): Uint8Array => {
  const folders = new Set(
    files.flatMap(({path}) => {
      const parts = path.split('/').slice(0, -1);
      return parts.map((_, i) => `${parts.slice(0, i + 1).join('/')}/`);
    }),
  );
  const pieces = [
    ...[...folders].map(folder => header(folder, 0o755, 0, '5')),
    ...files.flatMap(({path, text, mode}) => {
      const bytes = Buffer.from(text);
      const rest = Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK);
      return [header(path, mode, bytes.length, '0'), bytes, rest];
    }),
    Buffer.alloc(2 * BLOCK),
  ];
  return gzipSync(Buffer.concat(pieces));
};
