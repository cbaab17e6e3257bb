import {type Sh, sh} from '../lib/sh.ts';
import {type Said, said} from './lines.ts';

/** Prints the host's own time, in nanoseconds where its date knows them. */
export const clock: Sh = sh`echo "clock=$(date +%s%N 2>/dev/null || :)"`;

/** A moment by a host's own clock, in ms: not before `from`, not after `to`. */
export type Moment = {readonly from: number; readonly to: number};

/** What was printed, or null: whole seconds leave a second open. */
export const parseClock = (lines: Said): Moment | null => {
  const text = said(lines, 'clock') ?? '';
  if (/^\d{19}$/.test(text)) {
    const ms = Number(text.slice(0, -6));
    return {from: ms, to: ms + 1};
  }
  const [, seconds] = /^(\d{10})(%?N)?$/.exec(text) ?? [];
  return seconds === undefined ? null : {from: Number(seconds) * 1_000, to: Number(seconds) * 1_000 + 1_000};
};

/** How far one clock is ahead of another, in ms: at least and at most. Below zero it is behind. */
export type Ahead = {readonly least: number; readonly most: number};

/**
 * How far a clock is ahead of a reference that was asked before it and after it: its moment lies between those two,
 * however long each answer took. The longer they took, the less is known.
 */
export const aheadOf = (before: Moment, its: Moment, after: Moment): Ahead => ({
  least: its.from - after.to,
  most: its.to - before.from,
});

/** What is known by both measurements of the same two clocks. */
export const bothAhead = (a: Ahead, b: Ahead): Ahead => ({
  least: Math.max(a.least, b.least),
  most: Math.min(a.most, b.most),
});

/** By how much two clocks differ for certain, each known against one reference; 0 where they may be alike. */
export const apartAtLeast = (a: Ahead, b: Ahead): number => Math.max(0, a.least - b.most, b.least - a.most);
