import type {Probe} from '../../../model/system.ts';
import type {Alluxio} from '../fields.ts';
import {
  cacheCopyProbe,
  cachePlaceProbe,
  cacheProbe,
  folderBlastProbe,
  journalRoomProbe,
  unpersistedProbe,
} from './caches.ts';
import {clusterProbe} from './cluster.ts';
import {
  backupProbe,
  confProbe,
  homeProbe,
  journalBlastProbe,
  journalCopyProbe,
  journalProbe,
  proofProbe,
} from './files.ts';
import {processesProbe, processProbe} from './process.ts';
import {statusProbe} from './status.ts';
import {surveyProbe} from './survey.ts';
import {namespaceProbe, quorumProbe} from './whole.ts';

/** Every way of looking at an Alluxio node, by the name that a plan calls it. */
export const probes: Readonly<Record<string, Probe<Alluxio>>> = {
  status: statusProbe,
  survey: surveyProbe,
  cluster: clusterProbe,
  process: processProbe,
  processes: processesProbe,
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
};
