import {describe, expect, test} from 'vitest';
import type {SqlRequest} from '../../../../src/model/ask.ts';
import {plain} from '../../../../src/model/text.ts';
import {nodesOf} from '../../../../src/systems/doris/fields.ts';
import {askRows} from '../../../../src/systems/doris/probes/rows.ts';
import {boot, but} from './worlds.ts';

/** Asks a frontend that wants the password itself; what it was asked, and what is told of it. */
const askOne = async (sqlPasswordInClear: boolean) => {
  const world = boot();
  const settings = {...world.cluster.settings, sqlPasswordInClear};
  const [frontend] = nodesOf(world.cluster, 'fe');
  if (frontend === undefined) throw new Error('it has frontends');
  const asked: SqlRequest[] = [];
  const {ask} = but(world, (_, request) => {
    if (request.kind === 'sql') asked.push(request);
    const detail = plain('the server asked for mysql_clear_password');
    return {kind: 'refused', trouble: 'password-asked', detail};
  });
  const rows = await askRows(ask, {...world.cluster, settings}, frontend, 'SHOW FRONTENDS');
  if (rows.ok) throw new Error('it has no answer');
  expect(rows.denied).toBe('here');
  return {asked, words: rows.reasons[0].words};
};

describe('a frontend that asks for the password itself', () => {
  test('is not given it, and the operator is told whom to look for and what to write', async () => {
    const {asked, words} = await askOne(false);
    expect(asked.map(({inClearTo}) => inClearTo)).toEqual([undefined]);
    for (const said of Object.values(words)) {
      expect(said).toContain('mysql_clear_password');
      expect(said).toContain('`ss -ltnp`');
      expect(said).toContain('`sqlPasswordInClear: true`');
    }
  });

  test('is given it by the setting, where its own process listens on the query port', async () => {
    const {asked, words} = await askOne(true);
    expect(asked[0]?.inClearTo).toMatchObject({
      body: {name: 'doris.fe.look.port-owner'},
      vars: {home: '/opt/doris/fe', port: ['2346']},
    });
    expect(words.en).toContain('log in to the host as the user it runs as');
    expect(words.en).not.toContain('sqlPasswordInClear');
  });
});

/** `ss -ltnp` on its host shows somebody else's program, or the frontend itself. */
describe('what is said of it is followed', () => {
  const ask = async (wants: () => boolean, sqlPasswordInClear = false) => {
    const world = boot();
    const settings = {...world.cluster.settings, sqlPasswordInClear};
    const [frontend] = nodesOf(world.cluster, 'fe');
    if (frontend === undefined) throw new Error('it has frontends');
    const given: SqlRequest[] = [];
    const {ask: asked} = but(world, (_, request) => {
      if (request.kind !== 'sql') return null;
      given.push(request);
      const detail = plain('the server asked for mysql_clear_password');
      return wants() && request.inClearTo === undefined
        ? {kind: 'refused', trouble: 'password-asked', detail}
        : null;
    });
    return {given, rows: await askRows(asked, {...world.cluster, settings}, frontend, 'SHOW FRONTENDS')};
  };

  test('somebody else listens there: once that is ended, the frontend answers, and no password went in clear', async () => {
    let isStranger = true;
    const first = await ask(() => isStranger);
    expect(first.rows.ok).toBe(false);
    isStranger = false;
    const second = await ask(() => isStranger);
    expect(second.rows.ok).toBe(true);
    expect([...first.given, ...second.given].map(({inClearTo}) => inClearTo)).not.toContainEqual(
      expect.anything(),
    );
  });

  test('it is the frontend itself: with `sqlPasswordInClear: true` it answers', async () => {
    expect((await ask(() => true)).rows.ok).toBe(false);
    const {rows, given} = await ask(() => true, true);
    expect(rows.ok).toBe(true);
    expect(given.every(({inClearTo}) => inClearTo !== undefined)).toBe(true);
  });
});
