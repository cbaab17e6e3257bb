import {mkdtempSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Known} from '../../lab/person.ts';
import type {Cluster} from './cluster.ts';
import {HOME, USER, WORKERS} from './layout.ts';
import {packageAt} from './packages.ts';

/** Writes the inventory of a cluster that is to be upgraded, with these settings beside version and package. */
export const writeInventory = (
  {lab, layout, masters}: Cluster,
  settings: Readonly<Record<string, unknown>> = {},
): Known => {
  const dir = mkdtempSync(join(lab.dir, 'operator-'));
  const nodes = (prefix: string, hosts: readonly string[]) => ({
    home: HOME,
    nodes: hosts.map(name => ({
      name: `${prefix}${name}`,
      host: lab.hosts.find(host => host.name === name)?.address,
      address: name,
    })),
  });
  const cluster = {
    system: 'alluxio',
    ssh: {user: USER, port: 22, identityFile: lab.identity, knownHosts: lab.knownHosts},
    settings: {version: layout.to, package: packageAt(layout.to), ...settings},
    roles: {
      master: nodes('', masters),
      'job-master': nodes('j', masters),
      worker: nodes('', WORKERS),
      'job-worker': nodes('j', WORKERS),
    },
  };
  const inventory = join(dir, 'inventory.yaml');
  // JSON is YAML too.
  writeFileSync(inventory, `${JSON.stringify({clusters: {'lake-alluxio': cluster}}, null, 2)}\n`, {
    mode: 0o600,
  });
  return {cluster: 'lake-alluxio', dir, inventory};
};
