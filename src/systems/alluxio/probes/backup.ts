import {seen} from '../../../host/ask.ts';
import type {Ask} from '../../../model/ask.ts';
import type {Facts, Look} from '../../../model/facts.ts';
import type {Cluster} from '../../../model/inventory.ts';
import type {Probe} from '../../../model/system.ts';
import {isNamed, isSpread, nodesOf, type ServerNode, type Servers} from '../fields.ts';
import {backupFacts, proofFacts} from '../parse/proof.ts';
import {askBackup, askProof, PROOF_TIMEOUT_MS} from '../scripts/look-backup.ts';
import {askFacts, givenText, namesIn} from './files.ts';

/** Whoever has it may be called otherwise in the inventory than the product calls it: then each is asked. */
const mayHaveIt = (cluster: Cluster<Servers>, host: string): readonly ServerNode[] => {
  const masters = nodesOf(cluster, 'master');
  const named = masters.filter(master => isNamed(master, host));
  return named.length === 1 ? named : masters;
};

/**
 * A backup on the disk of one master, with what is to be seen of the file there: `backupNode` is that master, '' where none
 * has it. Nothing is known while one that may have it does not answer.
 */
const withOwner = async (told: Facts, path: string, cluster: Cluster<Servers>, ask: Ask): Promise<Look> => {
  const {gzip: _gzip, bytes: _bytes, sha256: _sha256, complete: _complete, ...printed} = told;
  for (const master of mayHaveIt(cluster, givenText(told, 'host'))) {
    const look = await askFacts(ask, master, askProof(master, path), proofFacts);
    if (look.kind === 'silent') return look;
    const {readable, ...proof} = look.facts;
    if (readable === true) return seen({...printed, ...proof, backupNode: master.id});
  }
  return seen({...printed, backupNode: ''});
};

/**
 * The backup of this run, as its command named it: `uri`, `path`, `entries`; or the `error` it ended with. Where it is written
 * to a disk of one of several masters, it may be any of them (recorded: a standby, from 2.9 on), whoever was asked for it.
 */
export const backupProbe: Probe<Servers> = {
  roles: ['master'],
  // Its own host is asked, and where another master may have the file each of them.
  takesMs: cluster => PROOF_TIMEOUT_MS * (1 + nodesOf(cluster, 'master').length),
  look: async (node, cluster, ask, given) => {
    const local = cluster.settings.backupDirectory !== undefined;
    const look = await askFacts(ask, node, askBackup(node, namesIn(given)), lines =>
      backupFacts(lines, local),
    );
    const path = look.kind === 'seen' ? givenText(look.facts, 'path') : '';
    return look.kind === 'seen' && path !== '' && isSpread(cluster)
      ? withOwner(look.facts, path, cluster, ask)
      : look;
  },
};
