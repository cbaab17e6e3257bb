import {describe, expect, it} from 'vitest';
import {EXIT} from '../../../src/cli/exit-code.ts';
import {HELP} from '../../../src/cli/help.ts';
import {widthOf} from '../../../src/ui/width.ts';
import {runCli} from './outside.ts';

const COMMANDS = Object.keys(HELP).map(name => (name === 'lakeup' ? [] : [name]));
const helpOf = async (command: readonly string[], lang: string): Promise<string> => {
  const {code, stdout} = await runCli([...command, '--help', '--lang', lang]);
  expect(code).toBe(0);
  return stdout;
};

describe.each(['en', 'zh'])('the help in %s', lang => {
  it.each(COMMANDS)(
    'of %s fits 80 columns, its comments stand in one column, and it has examples',
    async (...command) => {
      const lines = (
        await helpOf(
          command.filter(word => word !== undefined),
          lang,
        )
      ).split('\n');
      expect(lines.filter(line => widthOf(line) > 80)).toEqual([]);
      const from = lines.findIndex(line => /^(Examples:|示例：)$/.test(line));
      expect(lines[from + 1]).toMatch(/^ {2}lakeup /);
      const comments = lines.slice(from).flatMap(line => (line.includes(' # ') ? [line.indexOf(' # ')] : []));
      expect(new Set(comments).size).toBeLessThanOrEqual(1);
    },
  );

  it('names what goes with every command under each of them, and every exit code', async () => {
    for (const option of ['--lang', '--theme', '--ascii', '--plain', '--json'])
      expect(await helpOf(['status'], lang)).toContain(option);
    const codes = [...(await helpOf([], lang)).matchAll(/^ +(\d+) {2}\S/gm)].map(([, code]) => Number(code));
    expect(codes).toEqual(Object.values(EXIT).sort((a, b) => a - b));
  });
});

it.each(['status', 'runs', 'doctor', 'demo', 'rehearse'])(
  'of %s says where the fields of --json are named',
  async name => {
    for (const lang of ['en', 'zh']) expect(await helpOf([name], lang)).toContain('docs/json.md');
  },
);

it('has no English titles in Chinese', async () => {
  for (const command of COMMANDS)
    expect(await helpOf(command, 'zh')).not.toMatch(/^(Usage|Options|Commands|Arguments|Global)/m);
});
