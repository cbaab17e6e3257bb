import type {Owner} from '../engine/run-lock.ts';
import {momentOf} from '../lib/moment.ts';
import {type Text, text} from '../model/text.ts';
import {realClock} from './real-clock.ts';

/** "process 101433, since 07:44:22": by the clock of this machine, as any other moment is told. A lock keeps it in UTC. */
export const describeOwner = ({pid, at}: Owner): Text => {
  const since = momentOf(Date.parse(at), realClock.now());
  return text(`process ${pid}, since ${since}`, `进程 ${pid}，自 ${since} 起`);
};
