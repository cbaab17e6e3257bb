import {text} from 'node:stream/consumers';
import {createConnection, type RowDataPacket} from 'mysql2/promise';
import {z} from 'zod';

/**
 * What `mysql -e 'SHOW BACKENDS'` in a loop is for a script: waits until some frontend tells a node alive at a version. A program of its
 * own, because frontends are only reached from the operator's namespace. Exits 1 when that takes longer than it may.
 */
const Wanted = z.object({
  frontends: z.array(z.object({host: z.string(), port: z.number()})),
  statement: z.enum(['SHOW BACKENDS', 'SHOW FRONTENDS']),
  host: z.string(),
  version: z.string(),
  withinMs: z.number(),
});

const Row = z.object({Host: z.string(), Alive: z.string(), Version: z.string().nullable()});

const {frontends, statement, host, version, withinMs} = Wanted.parse(JSON.parse(await text(process.stdin)));

const isAlive = async (at: (typeof frontends)[number]): Promise<boolean> => {
  try {
    const connection = await createConnection({...at, user: 'root', connectTimeout: 2_000});
    try {
      const [rows] = await connection.query<RowDataPacket[]>(statement);
      return z
        .array(Row)
        .parse(rows)
        .some(row => row.Host === host && row.Alive === 'true' && row.Version?.includes(version) === true);
    } finally {
      connection.destroy();
    }
  } catch {
    // One that is away is what is waited for.
    return false;
  }
};

const end = Date.now() + withinMs;
while (!(await Promise.all(frontends.map(isAlive))).includes(true)) {
  if (Date.now() > end) {
    process.stderr.write(`${host} is not alive at ${version} within ${withinMs / 1000} s\n`);
    process.exit(1);
  }
  await new Promise(resolve => setTimeout(resolve, 500));
}
