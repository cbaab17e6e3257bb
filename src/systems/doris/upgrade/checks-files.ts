import type {StepId} from '../../../model/ids.ts';
import type {Check} from '../../../model/plan.ts';
import {text} from '../../../model/text.ts';
import {check} from '../../../recipe/check.ts';
import type {DorisNode} from '../fields.ts';
import {CAUSES} from '../parse/package-run.ts';
import {backupName, stageName} from '../parse/tree.ts';

/** The stage is whole, its listing is the package's, and its contents were compared. */
export const staged = (node: DorisNode, stamp: string): Check =>
  check(
    node,
    'stage',
    text('the copy equals the package', '副本与升级包一致'),
    {[stageName(stamp)]: 'same'},
    60_000,
  );

/** Two looks agree on it. */
const SPOILT_AFTER_MS = 20_000;

/** One that says nothing at all may only be slow. */
const SPOILT = CAUSES.filter(cause => cause !== 'silent').map(cause => ({
  seen: {cause},
  afterMs: SPOILT_AFTER_MS,
}));

/**
 * The copy calls itself the wanted version, asked as preflight asked the package: that may have been exchanged since, or spoilt. A
 * copy that names another version never becomes the right one, and one that cannot run does not begin to.
 */
export const stagedVersion = (
  node: DorisNode,
  stamp: string,
  version: string,
  javaHome: string | null,
): Check =>
  check(
    node,
    'stage-version',
    text(`the copy is ${version}`, `副本版本为 ${version}`),
    {version, cause: 'none', said: []},
    180_000,
    {
      given: {stamp, ...(javaHome === null ? {} : {javaHome})},
      hopeless: {version: {not: version}},
      hopelessAfterMs: 0,
      vain: SPOILT,
    },
  );

/** Before the node was stopped bin and lib are in place anyway, so the stage itself has to be seen gone. */
export const unstaged = (node: DorisNode, stamp: string): Check =>
  check(
    node,
    'tree',
    text('the copy is gone and bin and lib are in place', '副本已移除，bin 和 lib 就位'),
    {bin: 'dir', lib: 'dir', stage: 'none'},
    30_000,
    {given: {stamp}},
  );

export const backedUp = (node: DorisNode, stamp: string): Check =>
  check(
    node,
    'tree',
    text('bin and lib are moved aside', 'bin 和 lib 已移开'),
    {bin: 'none', lib: 'none', [backupName('bin', stamp)]: 'dir', [backupName('lib', stamp)]: 'dir'},
    30_000,
  );

export const deployed = (node: DorisNode, stamp: string): Check =>
  check(
    node,
    'tree',
    text('bin and lib are the package’s', 'bin 和 lib 来自升级包'),
    {
      bin: 'dir',
      lib: 'dir',
      same: true,
      [backupName('bin', stamp)]: 'dir',
      [backupName('lib', stamp)]: 'dir',
    },
    60_000,
  );

/** The new bin and lib are directories too: it is the backups that have to be seen gone. */
export const restored = (node: DorisNode, stamp: string): Check =>
  check(
    node,
    'tree',
    text('the old bin and lib are back', '旧的 bin 和 lib 已恢复'),
    {bin: 'dir', lib: 'dir', kept: 'none'},
    30_000,
    {given: {stamp}},
  );

export const putAside = (node: DorisNode): Check =>
  check(
    node,
    'tree',
    text('the new bin and lib are put aside', '新的 bin 和 lib 已移开'),
    {bin: 'none', lib: 'none'},
    30_000,
  );

const DIGEST_WITHIN_MS = 600_000;

/**
 * What bin and lib are before anything is moved: the process is gone, which may write there (a backend keeps its own UDFs
 * below lib), and nothing of them has been touched. What comes back has to be this. The node is down meanwhile: files that are
 * as they were when the stage was made are not read again.
 */
export const digested = (node: DorisNode, stamp: string): Check =>
  check(
    node,
    'digest',
    text('a digest of the old bin and lib is taken', '已记录旧 bin 和 lib 的摘要'),
    {bin: 'dir', lib: 'dir'},
    DIGEST_WITHIN_MS,
    {given: {bytes: true, stamp}},
  );

/** Byte for byte, with every name, link and mode. */
export const asDigested = (node: DorisNode, stop: StepId): Check =>
  check(
    node,
    'digest',
    text('bin and lib are byte for byte what was moved aside', 'bin 和 lib 与移开之前逐字节一致'),
    {bytes: {from: {step: stop, fact: 'bytes'}}, files: {from: {step: stop, fact: 'files'}}},
    DIGEST_WITHIN_MS,
    {given: {bytes: true}},
  );

/** The same once it runs again, without reading every large file: a start may change modes. */
export const stillDigested = (node: DorisNode, files: string): Check =>
  check(node, 'digest', text('its files are those it had', '文件与原来一致'), {files}, 60_000, {
    given: {bytes: false},
  });
