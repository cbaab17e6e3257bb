import {readFile} from 'node:fs/promises';
import {formatProblem} from '../inventory/problem.ts';
import {parseCluster} from '../inventory/read-cluster.ts';
import type {Cluster} from '../model/inventory.ts';
import type {System} from '../model/system.ts';
import {type Text, text} from '../model/text.ts';
import type {Outside} from './outside.ts';
import {fileError, UserError} from './user-error.ts';

export type Loaded = {readonly cluster: Cluster; readonly system: System; readonly inventory: string};

/** Parses one cluster out of an inventory's text. Everything that is wrong with it becomes one UserError. */
export const loadCluster = async (
  outside: Outside,
  name: string,
  file: string,
  inventory: string,
): Promise<Loaded> => {
  const systems = await outside.systems();
  const result = parseCluster(inventory, file, name, systems);
  if (result.kind === 'problems') {
    const list = (lang: 'en' | 'zh'): string =>
      result.problems.map(problem => formatProblem(problem, lang)).join('\n');
    const count = result.problems.length;
    const what: Text = text(
      `${list('en')}\n${count} ${count === 1 ? 'problem' : 'problems'} in the inventory; nothing was changed.`,
      `${list('zh')}\n清单中有 ${count} 个问题；未做任何改动。`,
    );
    throw new UserError(what, null);
  }
  const {cluster} = result;
  const system = systems.find(({name: known}) => known === cluster.system);
  if (system === undefined) throw new Error(`the inventory let the unknown system ${cluster.system} through`);
  return {cluster, system, inventory};
};

/** Reads an inventory file and one cluster of it. */
export const readCluster = async (outside: Outside, name: string, file: string): Promise<Loaded> => {
  const inventory = await readFile(file, 'utf8').catch(error => {
    throw fileError(
      error,
      file,
      text(
        'give the inventory with -i FILE; inventory.example.yaml shows how to write one',
        '请用 -i 文件 指定清单；写法见 inventory.example.yaml',
      ),
    );
  });
  return loadCluster(outside, name, file, inventory);
};
