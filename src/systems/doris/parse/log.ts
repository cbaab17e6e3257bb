import {parseVersion} from '../../../lib/version.ts';

/** What the newest start wrote to log/doris_cloud.out. */
export type StartLog = {readonly found: boolean; readonly started: boolean; readonly version: string | null};

/**
 * Reads the lines that the process `pid` wrote. The file is appended to by every start; a process writes its own pid
 * before anything else of note, so everything after the last such line is its own (domain: main.cpp).
 */
export const parseStartLog = (log: string, pid: number): StartLog => {
  const lines = log.split('\n');
  const begin = lines.findLastIndex(line => line.startsWith(`pid=${pid} written to file=`));
  if (begin === -1) return {found: false, started: false, version: null};
  const own = lines.slice(begin);
  const version = own.map(line => /version:\{([^}]*)\}/.exec(line)?.[1]).find(text => text !== undefined);
  return {
    found: true,
    started: own.some(line => line.startsWith('successfully started ')),
    version: version === undefined ? null : parseVersion(version),
  };
};
