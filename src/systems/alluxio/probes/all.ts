import type {Probe} from '../../../model/system.ts';
import {keptProbes} from '../../../recipe/kept.ts';
import {type Alluxio, SERVERS, type Servers} from '../fields.ts';
import {homeFilesBody, keptBody} from '../scripts/prune.ts';
import {backupProbe} from './backup.ts';
import {
  cacheCopyProbe,
  cachePlaceProbe,
  cacheProbe,
  folderBlastProbe,
  journalRoomProbe,
  unpersistedProbe,
} from './caches.ts';
import {clientProbe, nodeSurveyProbe} from './client.ts';
import {clusterProbe, pinsProbe, workersProbe} from './cluster.ts';
import {fanOutProbe} from './fan-out.ts';
import {
  confProbe,
  homeProbe,
  journalBlastProbe,
  journalCopyProbe,
  journalProbe,
  proofProbe,
} from './files.ts';
import {jobsProbe} from './jobs.ts';
import {processesProbe, processProbe} from './process.ts';
import {statusProbe} from './status.ts';
import {namespaceProbe, quorumProbe} from './whole.ts';

/** Every way of looking at an Alluxio node, by the name that a plan calls it. */
export const probes: Readonly<Record<string, Probe<Alluxio>>> = {
  status: statusProbe,
  survey: nodeSurveyProbe,
  client: clientProbe,
  cluster: clusterProbe,
  workers: workersProbe,
  pins: pinsProbe,
  jobs: jobsProbe,
  process: processProbe,
  processes: processesProbe,
  'fan-out': fanOutProbe,
  home: homeProbe,
  conf: confProbe,
  backup: backupProbe,
  proof: proofProbe,
  namespace: namespaceProbe,
  quorum: quorumProbe,
  journal: journalProbe,
  'journal-copy': journalCopyProbe,
  'journal-blast': journalBlastProbe,
  'journal-room': journalRoomProbe,
  unpersisted: unpersistedProbe,
  cache: cacheProbe,
  'cache-copy': cacheCopyProbe,
  'cache-place': cachePlaceProbe,
  'folder-blast': folderBlastProbe,
  ...keptProbes<Servers>({
    roles: SERVERS,
    kept: ({fields}) => keptBody(fields.role),
    homeFiles: ({fields}) => homeFilesBody(fields.role),
  }),
};
