import mysql from 'mysql2/promise';
import {dorisKit} from '../../src/fakes/doris/kit.ts';
import {parseAbsPath} from '../../src/lib/abs-path.ts';
import type {Ask, HttpReply, Refused, ReplyTo, Request, ShellReply, SqlReply} from '../../src/model/ask.ts';
import {HostId, NodeId} from '../../src/model/ids.ts';
import type {Cluster} from '../../src/model/inventory.ts';
import {renderScript} from '../../src/model/script.ts';
import {plain} from '../../src/model/text.ts';
import type {DemoCluster} from '../../src/sim/demo-cluster.ts';
import type {Doris} from '../../src/systems/doris/fields.ts';
import {doris} from '../../src/systems/doris/system.ts';
import {run} from './support.ts';

/** A demo cluster as its inventory would tell it; roles that it does without may be missing. */
export const asInventory = ({cluster: name, places}: DemoCluster): Cluster<Doris> => ({
  name,
  system: doris.name,
  hosts: places.map(({address}) => ({id: HostId.parse(address), identityFiles: []})),
  nodes: places.map(({name: id, address, role, home, package: release, ports, group}) => {
    const fields = doris.roles.find(known => known.name === role)?.fields.parse({package: release, ...ports});
    if (fields === undefined) throw new Error(`there is no role ${role}`);
    return {
      id: NodeId.parse(id),
      host: HostId.parse(address),
      role,
      home: parseAbsPath(home),
      ...(group === undefined ? {} : {group}),
      fields,
    };
  }),
  settings: doris.settings.parse({version: dorisKit.to}),
});

const closed = (error: unknown): Refused => ({
  kind: 'refused',
  trouble: 'port-refused',
  detail: plain(error instanceof Error ? error.message : String(error)),
});

/** Asks the hosts of a demo cluster as simply as can be: a login for every script, and straight to their ports. */
export const askOn = (demo: DemoCluster): Ask => {
  const reply = async (
    host: HostId,
    request: Request,
  ): Promise<ShellReply | HttpReply | SqlReply | Refused> => {
    switch (request.kind) {
      case 'shell': {
        const place = demo.places.find(({address}) => address === host);
        if (place === undefined) throw new Error(`no host ${host}`);
        const {code, stdout, stderr} = await run(demo, place.name, renderScript(request.script));
        return {kind: 'shell', code: code ?? 255, stdout, stderr, cut: false, ms: 0};
      }
      case 'http':
        return fetch(`http://${host}:${request.port}${request.path}`).then(
          async (page): Promise<HttpReply> => ({kind: 'http', status: page.status, body: await page.text()}),
          closed,
        );
      case 'sql': {
        const connection = await mysql
          .createConnection({host, port: request.port, user: request.user})
          .catch(closed);
        if ('kind' in connection) return connection;
        try {
          if (request.first !== undefined) await connection.query(request.first);
          const [rows] = await connection.query<mysql.RowDataPacket[]>(request.query);
          return {kind: 'sql', rows: rows.map(row => ({...row}))};
        } finally {
          connection.destroy();
        }
      }
    }
  };
  // Each kind of request is answered by its own kind of reply.
  return <R extends Request>(host: HostId, request: R) => reply(host, request) as Promise<ReplyTo<R>>;
};
