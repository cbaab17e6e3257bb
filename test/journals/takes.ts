import type {Event} from '../../src/model/event.ts';
import {
  alluxioInventory,
  dorisInventory,
  FOURTEEN,
  LONE_BACKEND,
  THOUSAND,
  vaultInventory,
} from './inventories.ts';
import {ALLUXIO, ALLUXIO_IN_PLACE, DORIS, VAULT} from './products.ts';
import type {Take} from './take.ts';

const DEMO = {...DORIS, cluster: 'lake-demo', inventory: dorisInventory('lake-demo', FOURTEEN)};

const CACHES = {cluster: 'lake-alluxio', inventory: alluxioInventory('lake-alluxio')};
const RESTORED = {...ALLUXIO, ...CACHES};

const isOf = (event: Event, type: Event['type'], step: string): boolean =>
  event.type === type && 'step' in event && event.step === step;

/** Every run that is recorded. */
export const takes: readonly Take[] = [
  {...DEMO, name: 'whole', seed: 1},
  // A backend comes up and reports its old version: the step fails, and is tried again once that has been put right.
  {
    ...DEMO,
    name: 'held',
    seed: 2,
    faults: [{fault: 'wrong-version', node: 'be-3'}],
    putRight: async ({heal}) => heal(),
  },
  {...DEMO, name: 'lone-backend', seed: 3, inventory: dorisInventory('lake-demo', LONE_BACKEND)},
  // A backend goes down while the last node starts; it is started by hand when lakeup tells of it.
  {
    ...DEMO,
    name: 'unverified',
    seed: 4,
    beside: async (event, {carryOut}) => {
      if (isOf(event, 'step.acted', 'frontends/start@fe-1')) await carryOut('stop', 'be-4');
    },
    putRight: ({carryOut}) => carryOut('start', 'be-4'),
  },
  // A backend that waits goes down while another is upgraded: the gate of the next one holds the run. With this seed it is
  // gone before the other one starts.
  {
    ...DEMO,
    name: 'node-down',
    seed: 25,
    beside: async (event, {carryOut}) => {
      if (isOf(event, 'step.started', 'backends/stop@be-3')) await carryOut('stop', 'be-5');
    },
    putRight: ({carryOut}) => carryOut('start', 'be-5'),
  },
  // The operator leaves while a backend stops, and comes back later.
  {
    ...DEMO,
    name: 'resumed',
    seed: 6,
    beside: async (event, {clock, wish}) => {
      if (!isOf(event, 'step.started', 'backends/stop@be-3')) return;
      await clock.sleep(3_000);
      wish('leave');
    },
  },
  {
    ...VAULT,
    name: 'destructive',
    seed: 7,
    cluster: 'vault-demo',
    inventory: vaultInventory('vault-demo', 'script'),
  },
  {
    ...VAULT,
    name: 'by-hand',
    seed: 8,
    cluster: 'vault-demo',
    inventory: vaultInventory('vault-demo', 'hand'),
  },
  {
    ...DEMO,
    name: 'thousand',
    seed: 9,
    inventory: dorisInventory('lake-demo', THOUSAND),
    large: true,
    until: event => isOf(event, 'step.done', 'backends/start@be-12'),
  },
  // Back up, format, restore.
  {...RESTORED, name: 'restored', seed: 10},
  // One master cannot read the backup where the others wrote it: before anything stops the run is held, until somebody
  // has mounted the share there.
  {
    ...RESTORED,
    name: 'unreadable',
    seed: 21,
    faults: [{fault: 'backup-unreadable', node: 'am-2'}],
    putRight: async ({heal}) => heal(),
  },
  // An application goes on writing until somebody sees that lakeup counts and backs up again because of it.
  {
    ...RESTORED,
    name: 'written',
    seed: 12,
    faults: [{fault: 'writes-go-on', node: 'am-1'}],
    beside: async (event, {heal}) => {
      if (event.type === 'step.reopened') heal();
    },
  },
  // lakeup is killed when all journals are formatted and no master runs.
  {
    ...RESTORED,
    name: 'killed',
    seed: 13,
    killedAfter: event => isOf(event, 'step.done', 'format/format@am-3'),
  },
  {...ALLUXIO_IN_PLACE, ...CACHES, name: 'in-place', seed: 14},
];
