import {dateOf, timeOfDay} from '../lib/moment.ts';
import {describeRehearsed, type Rehearsed} from '../model/rehearsed.ts';
import type {Text} from '../model/text.ts';

/** Whether a plan was rehearsed, with the date as it is where lakeup runs. */
export const rehearsedWords = (rehearsed: Rehearsed): Text =>
  describeRehearsed(
    rehearsed,
    rehearsed.is === 'never' ? '' : `${dateOf(rehearsed.at)} ${timeOfDay(rehearsed.at)}`,
  );
