import {allSaid, type Said, said} from '../../../host/lines.ts';
import type {Facts} from '../../../model/facts.ts';

type Counted = {readonly blocks: number; readonly bytes: number};

/** The sum of all folders of one kind, each "BLOCKS BYTES PATH". */
const counted = (lines: Said, key: string): Counted => {
  const dirs = allSaid(lines, key).flatMap(text => {
    const [, blocks, bytes] = /^(\d+) (\d+) /.exec(text) ?? [];
    return blocks === undefined ? [] : [{blocks: Number(blocks), bytes: Number(bytes)}];
  });
  return {
    blocks: dirs.reduce((sum, {blocks}) => sum + blocks, 0),
    bytes: dirs.reduce((sum, {bytes}) => sum + bytes, 0),
  };
};

/**
 * What lies in a worker's tiers, as facts: `blocks` and `bytes` of all, `memoryBlocks` and `memoryBytes` of those in memory,
 * and its ramdisks that are not mounted (`unmounted`).
 */
export const cacheFacts = (lines: Said): Facts => {
  const memory = counted(lines, 'memory');
  return {
    ...counted(lines, 'dir'),
    memoryBlocks: memory.blocks,
    memoryBytes: memory.bytes,
    unmounted: allSaid(lines, 'unmounted'),
  };
};

/** The copy of this run: whether it is there (`copied`), what it holds, and which ramdisks hold what it does not (`differs`). */
export const cacheCopyFacts = (lines: Said): Facts => {
  const {blocks, bytes} = counted(lines, 'memory');
  return {copied: said(lines, 'copied') === 'yes', blocks, bytes, differs: allSaid(lines, 'differs')};
};
