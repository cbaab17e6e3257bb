import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {dorisKit} from '../../src/fakes/doris/kit.ts';
import {type Installed, installKit} from '../../test/lab/install.ts';
import {type Lab, startLab} from '../../test/lab/lab.ts';
import {labProblem} from '../../test/lab/need.ts';
import type {Cleanup} from './cleanup.ts';

/** Fourteen hosts of their own with the demo's cluster on them, at the version before the upgrade. */
export type LabCluster = {
  readonly lab: Lab;
  readonly cluster: Installed;
  /** How many times faster than real the product's own waits are. */
  readonly speed: number;
  stop(): Promise<void>;
};

const DELAY = join(import.meta.dirname, '../child/delay.ts');

/**
 * Starts them, `speed` times faster than real; every byte between here and a host takes `oneWayMs`, by a ProxyCommand in the operator's
 * configuration.
 */
export const startLabCluster = async (
  cleanup: Cleanup,
  oneWayMs: number,
  speed = 10,
): Promise<LabCluster> => {
  const problem = labProblem();
  if (problem !== null) throw new Error(problem);
  const lab = await startLab({hosts: dorisKit.layouts.demo?.map(({name}) => name) ?? 14, user: 'doris'});
  const stop = cleanup.add(() => lab.stop());
  const cluster = await installKit(lab, {kit: dorisKit, cluster: 'lake-doris', speed});
  const config = join(cluster.dir, 'home/.ssh');
  mkdirSync(config, {recursive: true, mode: 0o700});
  const proxy = `Host *\n  ProxyCommand ${process.execPath} --no-warnings ${DELAY} %h %p ${oneWayMs}\n`;
  writeFileSync(join(config, 'config'), oneWayMs === 0 ? '' : proxy, {mode: 0o600});
  return {lab, cluster, speed, stop};
};
