import {expect, it} from 'vitest';
import {formatFindings} from '../../../src/cli/preflight.ts';
import {NodeId} from '../../../src/model/ids.ts';
import type {Finding} from '../../../src/model/system.ts';
import {text} from '../../../src/model/text.ts';

const finding = (node: string, seen: string): Finding => ({
  check: 'swap',
  node: NodeId.parse(node),
  level: 'warn',
  title: text('swap is on', '开启了交换分区'),
  seen,
  fix: text('turn it off', '请关闭'),
});

it('says once what is the same on several nodes', () => {
  const findings = [finding('be-1', '1 device'), finding('be-2', '2\ndevices'), finding('be-3', '1 device')];
  expect(formatFindings(findings, 'en')).toBe(`  ! be-1, be-3: swap is on
      seen: 1 device
      fix: turn it off
  ! be-2: swap is on
      seen: 2
      devices
      fix: turn it off`);
  expect(formatFindings(findings.slice(0, 1), 'zh')).toBe(
    '  ! be-1: 开启了交换分区\n      所见: 1 device\n      处理: 请关闭',
  );
});

it('has nothing to say about nobody', () => {
  expect(formatFindings([{...finding('be-1', ''), node: null}], 'en')).toBe(
    '  ! swap is on\n      fix: turn it off',
  );
});
