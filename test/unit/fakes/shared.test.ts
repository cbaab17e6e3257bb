import {describe, expect, it} from 'vitest';
import {parseAbsPath} from '../../../src/lib/abs-path.ts';
import {sh} from '../../../src/lib/sh.ts';
import {HostId, NodeId} from '../../../src/model/ids.ts';
import type {Node} from '../../../src/model/inventory.ts';
import type {Script, Vars} from '../../../src/model/script.ts';
import {makeAlone} from '../../fakes/common/memory-alone.ts';
import {makeHosts} from '../../fakes/common/memory-hosts.ts';
import {did} from '../../fakes/common/memory-replies.ts';
import {errandOf, wordOf, wordsOf} from '../../fakes/common/memory-script.ts';
import {makeTimeline} from '../../fakes/common/memory-timeline.ts';

const script = (name: string, vars: Vars = {}): Script => ({body: {name, text: sh`:`}, vars});
const host = (name: string): HostId => HostId.parse(name);

describe('what a script is for', () => {
  it.each([
    ['toy.store.stop', {kind: 'store', does: 'act', verb: 'stop'}],
    ['toy.store.look.tree', {kind: 'store', does: 'look', what: 'tree'}],
    ['toy.store.look.home-version', {kind: 'store', does: 'look', what: 'home-version'}],
  ])('%s', (name, errand) => {
    expect(errandOf(script(name))).toEqual(errand);
  });

  it.each(['toy', 'toy.store', 'toy.store.look', 'toy.store.stop.twice', 'toy.store.look.tree.deep'])(
    'is not told by %s',
    name => {
      expect(() => errandOf(script(name))).toThrow(name);
    },
  );

  it('stands in variables: a word that must be there, a list that may', () => {
    const start = script('toy.store.start', {stamp: 1, flags: ['--a', '--b']});
    expect(wordOf(start, 'stamp')).toBe('1');
    expect(wordsOf(start, 'flags')).toEqual(['--a', '--b']);
    expect(wordsOf(start, 'others')).toEqual([]);
    expect(() => wordOf(start, 'home')).toThrow('toy.store.start has no variable home');
    expect(() => wordOf(start, 'flags')).toThrow('no variable flags');
    expect(() => wordsOf(start, 'stamp')).toThrow('the variable stamp is no list');
  });
});

describe('who on a host is meant', () => {
  const node = (id: string, on: string, role: string, home: string | null): {readonly node: Node} => ({
    node: {
      id: NodeId.parse(id),
      host: host(on),
      role,
      home: home === null ? null : parseAbsPath(home),
      fields: {},
    },
  });
  const hosts = makeHosts([
    node('m-1', 'h1', 'master', '/a'),
    node('j-1', 'h1', 'jobs', '/a'),
    node('m-2', 'h2', 'master', '/a'),
    node('m-3', 'h2', 'master', '/b'),
    node('c-1', 'h2', 'client', null),
  ]);
  const meant = (on: string, role: string, vars: Vars): string =>
    hosts.meant(host(on), script(`toy.${role}.stop`, vars), ({node: {role: its}}) => its === role).node.id;

  it.each([
    ['h1', 'master', {home: '/a'}, 'm-1'],
    ['h1', 'jobs', {home: '/a'}, 'j-1'],
    ['h2', 'master', {home: '/a'}, 'm-2'],
    ['h2', 'master', {home: '/b'}, 'm-3'],
    ['h2', 'client', {}, 'c-1'],
  ])('on %s, %s, %o: %s', (on, role, vars, id) => {
    expect(meant(on, role, vars)).toBe(id);
  });

  it.each([
    ['h1', 'client', {home: '/a'}],
    ['h1', 'master', {home: '/b'}],
    ['h1', 'master', {}],
    ['h3', 'master', {home: '/a'}],
  ])('nobody on %s, %s, %o', (on, role, vars) => {
    expect(() => meant(on, role, vars)).toThrow(on);
  });
});

it('what was due is done when somebody looks, in its order', () => {
  let now = 0;
  const timeline = makeTimeline({now: () => now, ticks: () => now, sleep: async () => undefined});
  const done: string[] = [];
  timeline.later(20, () => done.push('at 20'));
  timeline.later(10, () => {
    done.push('at 10');
    timeline.later(15, () => done.push('at 15, said at 10'));
  });
  timeline.later(20, () => done.push('at 20, said later'));
  timeline.later(30, () => done.push('at 30'));
  timeline.catchUp();
  expect(done).toEqual([]);
  now = 20;
  timeline.catchUp();
  timeline.catchUp();
  expect(done).toEqual(['at 10', 'at 15, said at 10', 'at 20', 'at 20, said later']);
});

it('one action at a time works on a home of a host', async () => {
  const alone = makeAlone();
  const {promise, resolve: end} = Promise.withResolvers<void>();
  const first = alone(host('h1'), '/a', 'stop', () => promise.then(() => did('ended')));
  const go = async () => did('did it');
  expect(await alone(host('h1'), '/a', 'start', go)).toEqual({
    code: 98,
    stdout: '',
    stderr: 'stop of an earlier call is still at work on /a\n',
  });
  expect(await alone(host('h1'), '/b', 'start', go)).toMatchObject({code: 0});
  expect(await alone(host('h2'), '/a', 'start', go)).toMatchObject({code: 0});
  end();
  expect(await first).toMatchObject({code: 0, stdout: 'ended\n'});
  expect(await alone(host('h1'), '/a', 'start', go)).toMatchObject({code: 0, stdout: 'did it\n'});
  await expect(alone(host('h1'), '/a', 'stop', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await alone(host('h1'), '/a', 'start', go)).toMatchObject({code: 0});
});
