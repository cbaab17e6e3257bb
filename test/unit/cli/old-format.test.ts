import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {parseJournal} from '../../../src/engine/parse-journal.ts';
import {PLAN_FORMAT} from '../../../src/model/plan.ts';
import {doris} from '../../../src/systems/doris/system.ts';
import {JOURNALS, readKept} from '../../journals/files.ts';
import {runCli} from './outside.ts';

/** What an earlier lakeup wrote, and this one does not carry out. */
const folders = readdirSync(JOURNALS)
  .filter(name => /^\d+$/.test(name) && Number(name) !== PLAN_FORMAT)
  .flatMap(format => readdirSync(join(JOURNALS, format)).map(name => `${format}/${name}`));

const ID = '20261115-020000-old1';

describe.each(folders)('the journal %s', folder => {
  const state = mkdtempSync(join(tmpdir(), 'lakeup-old-'));
  const run = join(state, 'lakeup/runs', ID);
  const {journal, inventory} = readKept(join(JOURNALS, folder));
  const cli = (...argv: readonly string[]) => runCli(argv, {XDG_STATE_HOME: state}, {systems: [doris]});

  beforeAll(() => {
    mkdirSync(run, {recursive: true});
    writeFileSync(join(run, 'journal.ndjson'), journal);
    writeFileSync(join(run, 'inventory.yaml'), inventory);
  });
  afterAll(() => rmSync(state, {recursive: true, force: true}));

  it('is no journal of this format', () => {
    expect(() => parseJournal(journal, 'journal.ndjson')).toThrow(
      /lakeup 0\.1\.0 began it with a plan of format 1/,
    );
  });

  it('is listed, with what to do', async () => {
    const {code, stdout} = await cli('runs');
    expect(code).toBe(0);
    expect(stdout).toBe(
      `${ID}  lakeup 0.1.0 began it with a plan of format 1; this one carries out format 2 only; finish it with lakeup 0.1.0; or look at the nodes with \`lakeup status\`, and begin a new run when they are well\n`,
    );
    const chinese = await cli('runs', '--lang', 'zh');
    expect(chinese.stdout).toContain('由 lakeup 0.1.0 开始，其计划为格式 1；此版本只能执行格式 2');
    const json: unknown = JSON.parse((await cli('runs', '--json')).stdout);
    expect(json).toMatchObject([{run: ID, unreadable: expect.stringMatching(/format 1/)}]);
  });

  it.each([[['resume', ID]], [['resume']]])(
    '%j refuses it, says what to do, and changes nothing',
    async argv => {
      const {code, stdout, stderr} = await cli(...argv);
      expect(code).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toMatch(
        new RegExp(`${ID}: lakeup 0\\.1\\.0 began it with a plan of format 1; this one carries out`),
      );
      expect(stderr).toContain(
        'to do: finish it with lakeup 0.1.0; or look at the nodes with `lakeup status`',
      );
      expect(readFileSync(join(run, 'journal.ndjson'), 'utf8')).toBe(journal);
      expect(readdirSync(run).toSorted()).toEqual(['inventory.yaml', 'journal.ndjson']);
    },
  );
});
