import type {Host} from '../model/inventory.ts';
import type {TransportEnv} from './env.ts';

/** A value of -o that may be a list of files: one with blanks is quoted as in a configuration. */
const inConfig = (path: string): string => (/\s/.test(path) ? `"${path}"` : path);

/**
 * How the operator's own ssh gets to a host as lakeup does. Only what the inventory says stands in it; whatever else there is,
 * jump hosts above all, ssh reads from the same configuration as lakeup.
 */
export const sshCommand = (
  {id, port, user, identityFiles, knownHostsFile}: Host,
  {sshConfig}: Pick<TransportEnv, 'sshConfig'>,
): readonly string[] => [
  'ssh',
  ...(sshConfig === undefined ? [] : ['-F', sshConfig ?? 'none']),
  ...(port === undefined ? [] : ['-p', String(port)]),
  ...(user === undefined ? [] : ['-l', user]),
  ...identityFiles.flatMap(file => ['-i', file]),
  ...(identityFiles.length === 0 ? [] : ['-o', 'IdentitiesOnly=yes']),
  ...(knownHostsFile === undefined ? [] : ['-o', `UserKnownHostsFile=${inConfig(knownHostsFile)}`]),
  '--',
  id,
];
