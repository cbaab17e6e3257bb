import {allSaid, type Said} from '../../../host/lines.ts';
import type {Facts} from '../../../model/facts.ts';

/** What lies in a worker's tiers, as facts: `blocks`, `bytes`, and its ramdisks that are not mounted (`unmounted`). */
export const cacheFacts = (lines: Said): Facts => {
  const dirs = allSaid(lines, 'dir').flatMap(text => {
    const [, blocks, bytes] = /^(\d+) (\d+) /.exec(text) ?? [];
    return blocks === undefined ? [] : [{blocks: Number(blocks), bytes: Number(bytes)}];
  });
  return {
    blocks: dirs.reduce((sum, {blocks}) => sum + blocks, 0),
    bytes: dirs.reduce((sum, {bytes}) => sum + bytes, 0),
    unmounted: allSaid(lines, 'unmounted'),
  };
};
