import {allSaid, type Said} from '../../../host/lines.ts';
import {parseVersion} from '../../../lib/version.ts';

const TELLING = [/version:\{([^}]*)\}/, /Build version:\s*(\S+)/, /\b(doris-\d\S*)/i];

/**
 * The version that scripts or binaries said with --version, or null. Lines about Java and compilers are not taken for
 * it: only the product's own three ways of saying it count (recorded: start.sh, start_be.sh, start_fe.sh).
 */
export const parsePackageVersion = (lines: Said): string | null => {
  for (const line of allSaid(lines, 'say')) {
    for (const telling of TELLING) {
      const text = telling.exec(line)?.[1];
      const version = text === undefined ? null : parseVersion(text);
      if (version !== null) return version;
    }
  }
  return null;
};
