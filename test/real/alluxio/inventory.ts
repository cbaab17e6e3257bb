import {mkdtempSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Known} from '../../lab/person.ts';
import type {Cluster} from './cluster.ts';
import {COPIES, HOME, USER, WORKERS} from './layout.ts';
import {packageAt} from './packages.ts';

/**
 * How long things have to stay as they are. By default it is 20 s, again and again, since leaders tell what is some seconds old;
 * here nobody disturbs the cluster but the test, which looks at everything again in the end.
 */
const PATIENCE = {lastSteadyMs: 3_000, steadyMs: 1_000};

/** Writes the inventory of a cluster that is to be upgraded, with these settings beside version and package. */
export const writeInventory = (
  {lab, layout, masters}: Cluster,
  settings: Readonly<Record<string, unknown>> = {},
): Known => {
  const dir = mkdtempSync(join(lab.dir, 'operator-'));
  const nodes = (prefix: string, hosts: readonly string[], more: Readonly<Record<string, string>> = {}) => ({
    home: HOME,
    nodes: hosts.map(name => ({
      name: `${prefix}${name}`,
      host: lab.hosts.find(host => host.name === name)?.address,
      address: name,
      ...more,
    })),
  });
  const cluster = {
    system: 'alluxio',
    ssh: {user: USER, port: 22, identityFile: lab.identity, knownHosts: lab.knownHosts},
    settings: {version: layout.to, package: packageAt(layout.to), ...PATIENCE, ...settings},
    roles: {
      master: nodes('', masters),
      worker: nodes('', WORKERS, {cachePath: COPIES}),
      ...(layout.jobs ? {'job-master': nodes('j', masters), 'job-worker': nodes('j', WORKERS)} : {}),
    },
  };
  const inventory = join(dir, 'inventory.yaml');
  // JSON is YAML too.
  writeFileSync(inventory, `${JSON.stringify({clusters: {'lake-alluxio': cluster}}, null, 2)}\n`, {
    mode: 0o600,
  });
  return {cluster: 'lake-alluxio', dir, inventory};
};
