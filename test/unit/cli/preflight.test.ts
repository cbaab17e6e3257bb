import {expect, it} from 'vitest';
import {formatFindings, runPreflight} from '../../../src/cli/preflight.ts';
import type {Finding} from '../../../src/model/finding.ts';
import {HostId, NodeId} from '../../../src/model/ids.ts';
import {plain, type Text, text} from '../../../src/model/text.ts';
import {block, eachNode} from '../../../src/recipe/finding.ts';
import {a, clusterOf, systemWith} from './small-run.ts';

const finding = (node: string, seen: Text | null): Finding => ({
  check: 'swap',
  node: NodeId.parse(node),
  level: 'warn',
  title: text('swap is on', '开启了交换分区'),
  seen,
  fix: text('turn it off', '请关闭'),
});

it('says once what is the same on several nodes', () => {
  const findings = [
    finding('be-1', plain('1 device')),
    finding('be-2', plain('2\ndevices')),
    finding('be-3', plain('1 device')),
  ];
  expect(formatFindings(findings, 'en')).toBe(`  ! be-1, be-3: swap is on
      seen: 1 device
      to do: turn it off
  ! be-2: swap is on
      seen: 2
      devices
      to do: turn it off`);
});

it('speaks the language in what was seen too', () => {
  expect(formatFindings([finding('be-1', text('1 device', '1 个设备'))], 'zh')).toBe(
    '  ! be-1: 开启了交换分区\n      所见: 1 个设备\n      处理: 请关闭',
  );
});

it('cannot be misread: what has to be so and is not is told as not so', () => {
  const node = {id: NodeId.parse('be-3'), host: HostId.parse('h-3'), role: 'be', home: null, fields: {}};
  const check = eachNode('healthy', text('Every process is up', '所有进程运行'), () =>
    block(plain('health=down'), text('bring it up', '请恢复')),
  );
  const cluster = {name: 'c', system: 's', settings: {}, hosts: [], nodes: [node]};
  const found = check.find({cluster, facts: new Map([[node.id, {}]])});
  expect(formatFindings(found, 'en')).toContain('✗ be-3: not so: Every process is up\n');
  expect(formatFindings(found, 'zh')).toContain('✗ be-3: 不成立：所有进程运行\n');
});

it('has nothing to say about nobody', () => {
  expect(formatFindings([{...finding('be-1', null), node: null}], 'en')).toBe(
    '  ! swap is on\n      to do: turn it off',
  );
  expect(formatFindings([{...finding('be-1', null), fix: null}], 'en')).toBe('  ! be-1: swap is on');
});

it('blocks, last of all, with the reason where the system knows no way, and says what instead', () => {
  const because = text('2.1 does not go to 3.1 in one step', '2.1 不能直接升级到 3.1');
  const instead = text('put 3.0 there as the package first', '请先放入 3.0 的软件包');
  const system = systemWith({choose: () => ({kind: 'refused', because, instead})});
  const {findings} = runPreflight(system, {cluster: clusterOf([a]), facts: new Map()});
  expect(findings.at(-1)).toMatchObject({check: 'procedure', level: 'block', seen: because, fix: instead});
});
