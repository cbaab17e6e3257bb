import {afterEach, beforeEach, expect, test} from 'vitest';
import {type Desk, makeDesk} from '../terminal/desk.ts';
import {KEY} from '../terminal/person.ts';

let desk: Desk;

beforeEach(() => {
  desk = makeDesk({TERM: 'dumb'});
});
afterEach(() => desk.close());

test('a demo that is read out, on a terminal that can draw nothing, is begun, held and left by its keys', async () => {
  const terminal = await desk.open(['demo', '--speed', '50', '--screen-reader']);
  await terminal.waitFor('y: begin; n: leave', 30_000);
  // One more key than a hurried hand: it is told of, and answers nothing.
  terminal.press('yy');
  await terminal.waitFor('Several keys at once do not answer', 10_000);
  // It names the keys again once they count.
  await terminal.waitFor(/at once do not answer.*\n(?:.*\n)*y: begin/, 10_000);
  terminal.press('y');
  await terminal.waitFor('MetaService: confirmed', 10_000);
  terminal.press(' ');
  await terminal.waitFor('space: go on', 20_000);
  expect(terminal.alternate()).toBe(false);
  terminal.press('q');
  await terminal.waitFor('only Enter ends it', 20_000);
  terminal.press(KEY.enter);
  expect(await terminal.exited()).toBe(3);
}, 120_000);
