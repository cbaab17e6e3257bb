import type {Problem} from '../../../src/inventory/problem.ts';
import {CLUSTER_KEYS, keysOf, nodeShape, SSH_KEYS} from '../../../src/inventory/shape.ts';
import {toy} from './toy.ts';

/** Keys, file names and what YAML calls its things are the same in every language; so are the words of a system. */
const NAMES = new Set([
  ...['YAML', 'inventory.example.yaml', 'true', 'false', 'clusters', ...CLUSTER_KEYS, ...SSH_KEYS],
  ...toy.roles.flatMap(role => [
    ...[role.name, role.title.zh, ...Object.keys(nodeShape(role).shape)],
    ...Object.keys(keysOf(role.fields).properties),
  ]),
  ...['fast', 'safe', 'nodes'],
]);

/** English words in what is said in Chinese: but for quoted values, names, and what stands in the file itself. */
export const englishIn = ({message, fix}: Problem, file: string): string[] =>
  [message.zh, fix.zh]
    .join('\n')
    .replace(/“[^”]*”|"[^"]*"|\/\S*/g, '')
    .match(/[A-Za-z][\w.-]*[A-Za-z]/g)
    ?.filter(word => !NAMES.has(word) && !file.includes(word)) ?? [];
