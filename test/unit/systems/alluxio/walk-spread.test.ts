import {describe, expect, it} from 'vitest';
import {NodeId} from '../../../../src/model/ids.ts';
import {type Story, walk} from '../../../walks/alluxio-story.ts';
import {last, wrongs} from './stories.ts';

const OWN = {settings: ['backupDirectory: /srv/bk']};
const copiesOf = ({did}: Story): string[] => did.filter(line => line.endsWith(' copied')).toSorted();
/** Steps of the phase that were done without an action. */
const already = ({events}: Story): string[] =>
  events.flatMap(event =>
    event.type === 'step.done' && event.already && event.step.startsWith('spread/') ? [event.step] : [],
  );
const ofBackup = ({events}: Story) =>
  events.flatMap(event =>
    event.type === 'step.done' && event.step === 'backup/backup@m-1' ? [event.facts] : [],
  );

describe('a backup on the disk of one master', () => {
  it.each([
    ['the leader, before 2.9', '2.3.0', 'm-1', ['m-2 copied', 'm-3 copied']],
    ['a standby, from 2.9 on', '2.9.1', 'm-2', ['m-1 copied', 'm-3 copied']],
  ])('is copied to the others from whoever wrote it: %s', async (_, from, writer, copies) => {
    const story = await walk({...OWN, before: {from}});
    for (const facts of ofBackup(story))
      expect(facts).toMatchObject({backupNode: writer, uri: expect.stringMatching(/^file:\/\/\/srv\/bk\//)});
    // Each time that it is made.
    expect(new Set(copiesOf(story))).toEqual(new Set(copies));
    expect(copiesOf(story)).toHaveLength(2 * ofBackup(story).length);
    expect(already(story)).toEqual([`spread/copy@${writer}`]);
    expect(last(story.did, / copied$/)).toBeLessThan(story.did.findIndex(line => line.endsWith(' stop')));
    expect(story.events.at(-1)?.type).toBe('run.ended');
    expect(wrongs(story)).toEqual([]);
  });

  it('is asked for with the backup', async () => {
    const {events} = await walk(OWN);
    const asked = events.flatMap(event => (event.type === 'gate.reached' ? [event.gate.split('#')[0]] : []));
    expect(asked).toContain('backup');
    expect(asked).not.toContain('spread');
  });

  it('is not copied where masters share the directory: each is seen to have it', async () => {
    const story = await walk({...OWN, before: {shared: true}});
    expect(copiesOf(story)).toEqual([]);
    expect(already(story)).toEqual(['m-1', 'm-2', 'm-3'].map(id => `spread/copy@${id}`));
    expect(story.events.at(-1)?.type).toBe('run.ended');
    expect(wrongs(story)).toEqual([]);
  });

  it('is made again and brought to all again where something was written meanwhile', async () => {
    const story = await walk({...OWN, faults: [{fault: 'writes-go-on', node: NodeId.parse('m-1')}]});
    const reopened = story.events.filter(({type}) => type === 'step.reopened');
    expect(reopened.length).toBeGreaterThan(0);
    const rounds = ofBackup(story).map(({path}) => path);
    expect(new Set(rounds).size).toBe(rounds.length);
    expect(rounds).toHaveLength(reopened.length + 1);
    expect(copiesOf(story)).toHaveLength(2 * rounds.length);
    expect(story.did.filter(line => line.endsWith(' stop'))).toEqual([]);
  });
});
