import {withoutSecrets} from '../lib/secrets.ts';
import {type Sh, sh} from '../lib/sh.ts';
import type {Facts} from '../model/facts.ts';
import {allSaid, type Said} from './lines.ts';

const TAIL_BYTES = 65_536;

/** Prints the end of the file `$home/$log`, or nothing where there is none. */
export const logTail: Sh = sh`if [ -f "$home/$log" ]; then tail -c ${TAIL_BYTES} "$home/$log"; fi`;

/** Lines of no words: empty ones, and those that tell where in its code something was, below what it was. */
const WORDLESS = '^[[:space:]]*($|at [^ ]*\\(|\\.\\.\\. [0-9]+ )';

/**
 * Of a home none of whose processes run (`pids`), the ends of its `$logs` below that folder: whoever ended by itself says why there.
 * With when each was written, by the host's clock: one that died before it had a word left those of the life before.
 */
export const lastWords = (folder: string): Sh => sh`if [ -z "$(pids)" ]; then
  for log in $logs; do
    file=$home/${folder}/$log
    if [ ! -f "$file" ]; then continue; fi
    written=$(date -r "$file" '+ (%m-%d %H:%M:%S)' 2>/dev/null) || written=
    tail -c 8192 "$file" 2>/dev/null | tr -d '\\000' | grep -Ev ${WORDLESS} | tail -n 2 | cut -c 1-200 |
      sed "s/^/lastWords=$log$written: /"
  done
fi`;

/** What it printed, as a fact, where it was anything: no secret is among it. */
export const lastWordsFact = (lines: Said): Facts => {
  const words = allSaid(lines, 'lastWords').map(withoutSecrets);
  return words.length === 0 ? {} : {lastWords: words};
};

/** What the look is told that judges a start: after a stop the last words are nothing that anybody has to read, or to keep. */
export const WITH_LAST_WORDS: Facts = {lastWords: true};

/** The last words, where the look was told so. */
export const lastWordsAsked = (given: Facts, lines: Said): Facts =>
  given.lastWords === true ? lastWordsFact(lines) : {};
