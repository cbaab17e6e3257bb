import type {Text} from '../model/text.ts';

/** As package.json's engines say. */
export const NEEDED_NODE = 22;

/** The major version of a node: 20 of "20.20.2". */
const majorOf = (version: string): number => Number(version.split('.')[0]);

export const isNewEnough = (version: string): boolean => majorOf(version) >= NEEDED_NODE;

/** What is said where node is too old. A literal: with what makes texts elsewhere that node would have to load more. */
export const tooOld = (version: string, path: string): Text => ({
  en: `lakeup needs node ${NEEDED_NODE} or newer, and this is node ${version} (${path}).`,
  zh: `lakeup 需要 node ${NEEDED_NODE} 或更新版本，而这里是 node ${version}（${path}）。`,
});
