import {spawn} from 'node:child_process';
import {readdirSync, rmSync} from 'node:fs';
import {basename} from 'node:path';
import {describe, expect, test} from 'vitest';
import {RECEIPT} from '../../../../src/host/receipt-names.ts';
import {BUSY_EXIT} from '../../../../src/lib/exit-codes.ts';
import type {Body, Vars} from '../../../../src/model/script.ts';
import {backupBody, backupVars, markBody} from '../../../../src/systems/alluxio/scripts/backup.ts';
import {actionVars} from '../../../../src/systems/alluxio/scripts/begin.ts';
import {formatBody, formatVars} from '../../../../src/systems/alluxio/scripts/format.ts';
import {installBody, uninstallBody} from '../../../../src/systems/alluxio/scripts/install.ts';
import {
  journalBackBody,
  journalVars,
  keepJournalBody,
} from '../../../../src/systems/alluxio/scripts/journal.ts';
import {stageBody, stageVars, unstageBody} from '../../../../src/systems/alluxio/scripts/stage.ts';
import {startBody, startVars} from '../../../../src/systems/alluxio/scripts/start.ts';
import {stopBody, stopVars} from '../../../../src/systems/alluxio/scripts/stop.ts';
import {leaveReceipt, ownerName} from '../../host/receipts.ts';
import {children} from '../../made.ts';
import {install, type Layout, linux, type Place, run, treeOf} from './homes.ts';

const actionsOf = ({node, context}: Place): readonly (readonly [Body, Vars])[] => [
  [stageBody('master'), stageVars(node, context)],
  [unstageBody('master'), stageVars(node, context)],
  [markBody, actionVars(node, context)],
  [backupBody, backupVars(node, context)],
  [stopBody('master'), stopVars(node, context)],
  [startBody('master'), startVars(node, context)],
  [keepJournalBody, journalVars(node, context)],
  [journalBackBody, journalVars(node, context)],
  [installBody('master'), actionVars(node, context)],
  [uninstallBody('master'), actionVars(node, context)],
  [formatBody, formatVars(node, context)],
];

const receipts = (home: string): string[] => readdirSync(home).filter(name => name.startsWith(RECEIPT));

describe.runIf(linux).each(['link', 'dir'] as readonly Layout[])('a home that is a %s', layout => {
  test('whoever meets an action at work there does nothing and says so', () => {
    const place = install({layout});
    const worker = spawn('sleep', ['600']);
    children.push(worker);
    const left = leaveReceipt(place.old, ownerName(worker.pid ?? 0));
    const before = treeOf(place.root);
    for (const [body, vars] of actionsOf(place)) {
      const {code, stdout, stderr} = run(body, vars);
      expect(`${body.name} ${code} ${stdout}`).toBe(`${body.name} ${BUSY_EXIT} `);
      expect(stderr).toContain(`stage (process ${worker.pid})`);
    }
    expect(treeOf(place.root)).toEqual(before);
    expect(receipts(place.old)).toEqual([basename(left)]);
  });

  test('no action leaves a receipt that nobody asks for, wherever its home went meanwhile', () => {
    const place = install({layout});
    const vars = stageVars(place.node, place.context);
    for (const body of [stageBody, installBody, uninstallBody, installBody, uninstallBody, unstageBody]) {
      expect(run(body('master'), vars)).toMatchObject({code: 0, stderr: ''});
      for (const home of [place.home, place.aside, place.staged])
        expect(receiptsAt(home), body('master').name).toEqual([]);
    }
  });

  test('each body says what it is in its name, and is one text for all nodes of a role', () => {
    const [one, other] = [install({layout}), install({layout})];
    const names = actionsOf(one).map(([body]) => body.name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^alluxio\.master\.[a-z-]+$/);
    expect(actionsOf(one).map(([body]) => body.text)).toEqual(actionsOf(other).map(([body]) => body.text));
  });

  test('a home that is gone is refused by every action', () => {
    const place = install({layout});
    rmSync(place.home, {recursive: true, force: true});
    const before = treeOf(place.root);
    for (const [body, vars] of actionsOf(place)) {
      const {code, stderr} = run(body, vars);
      expect(`${body.name} ${code} ${stderr}`).toMatch(/ 97 ./);
    }
    expect(treeOf(place.root)).toEqual(before);
  });
});

const receiptsAt = (home: string): string[] => {
  try {
    return receipts(home);
  } catch {
    return [];
  }
};
