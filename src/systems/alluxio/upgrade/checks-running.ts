import {WITH_LAST_WORDS} from '../../../host/log.ts';
import type {Check} from '../../../model/plan.ts';
import {text} from '../../../model/text.ts';
import {check, STARTED_BY_SOMEBODY} from '../../../recipe/check.ts';
import type {ServerNode} from '../fields.ts';
import {isMute, MUTE_AFTER_SEC} from '../mute.ts';

// What is seen of one process. One that is gone, or runs another version, for this long does not become what is waited for.

const IN_VAIN_AFTER_MS = 20_000;

/** What is left to look in, once a process is old enough. */
const AFTERWARDS_MS = 30_000;

export const gone = (node: ServerNode): Check =>
  check(
    node,
    'process',
    text('the process is gone and its ports are free', '进程已退出且端口已释放'),
    {running: false, portsFree: true},
    node.fields.stopWithinMs,
    {vain: STARTED_BY_SOMEBODY},
  );

export const runsAt = (node: ServerNode, version: string): Check =>
  check(
    node,
    'process',
    text(`its process runs ${version}`, `进程已以 ${version} 运行`),
    {running: true, count: 1, version},
    node.fields.startWithinMs,
    {
      given: WITH_LAST_WORDS,
      hopeless: {running: false},
      hopelessAfterMs: IN_VAIN_AFTER_MS,
      vain: [{seen: {running: true, count: 1, version: {not: version}}, afterMs: IN_VAIN_AFTER_MS}],
    },
  );

/** One that may listen nowhere is known to be well by its age alone: that is waited for, however soon others have to serve. */
const servesWithin = ({fields}: ServerNode, version: string, steadyMs: number): number =>
  isMute(fields.role, version)
    ? Math.max(fields.startWithinMs, MUTE_AFTER_SEC * 1_000 + steadyMs + AFTERWARDS_MS)
    : fields.startWithinMs;

/** It answers, and for a while: a process that is about to die looks well for some seconds. */
export const serves = (node: ServerNode, version: string, steadyMs: number): Check =>
  check(
    node,
    'status',
    text(`it is healthy at ${version}`, `以 ${version} 健康运行`),
    {health: 'ok', causes: [], process: 'running', version},
    servesWithin(node, version, steadyMs),
    {
      steadyMs,
      hopeless: {process: 'none'},
      hopelessAfterMs: IN_VAIN_AFTER_MS,
      vain: [{seen: {health: 'ok', version: {not: version}}, afterMs: IN_VAIN_AFTER_MS}],
    },
  );
