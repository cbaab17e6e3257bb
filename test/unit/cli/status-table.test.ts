import {expect, it} from 'vitest';
import {formatTable} from '../../../src/cli/status.ts';
import {widthOf} from '../../../src/ui/width.ts';

it('keeps its columns in line under Chinese titles too, and ends no line in blanks', () => {
  const lines = formatTable([
    ['角色', '节点', ''],
    ['be', 'be-1', 'cg_etl'],
    ['recycler', '后端-1', ''],
  ]);
  expect(lines).toEqual(['角色      节点', 'be        be-1    cg_etl', 'recycler  后端-1']);
  expect(lines.map(line => widthOf(line.slice(0, line.search(/节点|be-1|后端-1/))))).toEqual([10, 10, 10]);
});
