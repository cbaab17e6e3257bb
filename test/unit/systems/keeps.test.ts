import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {readRecording} from '../../../src/cli/recordings.ts';
import type {Event} from '../../../src/model/event.ts';
import {type Plan, planSteps} from '../../../src/model/plan.ts';
import {alluxio} from '../../../src/systems/alluxio/system.ts';
import {doris} from '../../../src/systems/doris/system.ts';
import {NEWEST} from '../../journals/files.ts';

/** What each step of a recorded run has left, by the name of the step. */
const keptIn = async (recording: string): Promise<Record<string, string[]>> => {
  const {events} = await readRecording(join(NEWEST, recording));
  const planned = events.find(event => event.type === 'run.planned');
  if (planned?.type !== 'run.planned') throw new Error('the recording has no plan');
  const plan: Plan = planned.plan;
  const system = plan.system === 'doris' ? doris : alluxio;
  const steps = new Map(planSteps(plan).map(step => [step.id, step] as const));
  const isDone = (event: Event): event is Event & {type: 'step.done'} => event.type === 'step.done';
  const kept = events.filter(isDone).flatMap(event => {
    const step = steps.get(event.step);
    if (step === undefined) throw new Error(`the plan has no ${event.step}`);
    return (system.keeps?.(step, event.facts) ?? []).map(({path, bytes}) => ({
      name: step.name,
      path: `${path.replaceAll(/\d{8}_\d{6}|\d{4}-\d\d-\d\d-\d+/g, 'STAMP')}${bytes === null ? '' : ' sized'}`,
    }));
  });
  const byName = Map.groupBy(kept, ({name}) => name);
  return Object.fromEntries(
    [...byName].map(([name, all]) => [name, [...new Set(all.map(({path}) => path))].toSorted()]),
  );
};

describe('what steps leave on the hosts', () => {
  it('of Doris: bin and lib of the old version, in each home', async () => {
    const {backup, ...more} = await keptIn('whole');
    expect(more).toEqual({});
    expect(backup).toContain('/opt/doris/fe/bin_backup_STAMP');
    expect(backup).toHaveLength(8);
  });

  it.each([
    ['restored', '/opt/alluxio-2.3.0'],
    ['in-place', '/opt/alluxio_backup_STAMP'],
  ])('of Alluxio (%s): the backup, the journals, and the old version', async (recording, old) => {
    expect(await keptIn(recording)).toEqual({
      backup: ['/mnt/ufs/alluxio_backups/alluxio-backup-STAMP.gz sized'],
      'keep-journal': ['/srv/alluxio/journal_copy_STAMP', '/srv/alluxio/metastore_copy_STAMP'],
      install: [old],
    });
  });

  it('of Alluxio on the way back: what the new version wrote in a journal, where it was put aside', async () => {
    const {events} = await readRecording(join(NEWEST, 'restored'));
    const planned = events.find(event => event.type === 'run.planned');
    if (planned?.type !== 'run.planned') throw new Error('the recording has no plan');
    const steps = planSteps(planned.plan).flatMap(step =>
      step.undo.kind === 'action' && ['format', 'keep-journal'].includes(step.name)
        ? [{...step, name: `undo-${step.name}`, action: step.undo.action}]
        : [],
    );
    expect(steps.length).toBeGreaterThan(1);
    const aside = ['/srv/alluxio/journal_new_s'];
    for (const step of steps) {
      expect(alluxio.keeps?.(step, {copied: true, same: true, aside})).toEqual([
        {path: aside[0], bytes: null, kind: 'journal'},
      ]);
      expect(alluxio.keeps?.(step, {copied: true, same: true})).toEqual([]);
    }
  });
});
