import {askLines, seen, silent} from '../../../host/ask.ts';
import type {Fact, Facts} from '../../../model/facts.ts';
import type {Probe} from '../../../model/system.ts';
import type {Doris} from '../fields.ts';
import {parseDigest, parseStage, parseTree} from '../parse/tree.ts';
import {askDigest, askStage, askTree, type Bytes, DIGEST_TIMEOUT_MS} from '../scripts/look.ts';

const ALL = ['ms', 'recycler', 'be', 'fe'] as const;

/** Where bin and lib and their backups lie, whether the installed ones are the package's, and what a given stamp left; `sizesOf`: how large its backups are. */
export const treeProbe: Probe<Doris> = {
  roles: ALL,
  look: async (node, _cluster, ask, given) => {
    const textOf = (value: Fact | undefined): string | undefined =>
      typeof value === 'string' ? value : undefined;
    const stamp = textOf(given.stamp);
    const answer = await askLines(ask, node, askTree(node, textOf(given.sizesOf)));
    return answer.ok ? seen(parseTree(answer.value.lines, stamp)) : silent(answer);
  },
};

/** How the stages below the home compare with the package. */
export const stageProbe: Probe<Doris> = {
  roles: ALL,
  look: async (node, _cluster, ask) => {
    const answer = await askLines(ask, node, askStage(node));
    return answer.ok ? seen(parseStage(answer.value.lines)) : silent(answer);
  },
};

/** Every byte that is asked for is read, but for what the stage of that stamp recalls. */
const bytesOf = ({bytes, stamp}: Facts): Bytes =>
  bytes !== true ? 'none' : typeof stamp === 'string' ? {since: stamp} : 'all';

/** What the home's bin and lib are, told by digests: quick as it is, or of every byte where that is asked for. */
export const digestProbe: Probe<Doris> = {
  roles: ALL,
  takesMs: () => DIGEST_TIMEOUT_MS,
  look: async (node, _cluster, ask, given) => {
    const answer = await askLines(ask, node, askDigest(node, bytesOf(given)));
    return answer.ok ? seen(parseDigest(answer.value.lines)) : silent(answer);
  },
};
