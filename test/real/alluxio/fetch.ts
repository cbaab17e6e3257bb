import {stripVTControlCharacters} from 'node:util';
import {type Ran, type RunOptions, run} from '../../lab/command.ts';

const TRIES = 3;
/** A registry that does not let anything through is asked again, not for ever. */
const WITHIN_MS = 300_000;
const PAUSE_MS = 5_000;

/** What Maven and pip print where nobody answers, or nothing comes any more. */
const UNREACHABLE =
  /Could not transfer|Unknown host|UnknownHost|Name or service not known|name resolution|Failed to establish a new connection|onnection (?:timed out|refused|reset)|Read timed out|Network is unreachable|No route to host|ProxyError|SSLError/;

const timedOut = ({code, stderr}: Ran): boolean => code === 128 && stderr.endsWith('SIGKILL');

/** The tool's own first word of what went wrong, in one line; of Maven's long ones, from where it names what did not come. */
const causeIn = ({code, stdout, stderr}: Ran): string => {
  const lines = stripVTControlCharacters(`${stdout}\n${stderr}`).split('\n');
  const [line = `it ended with ${code}`] = lines.filter(each => /error|fail/i.test(each));
  return line
    .replace(/^.*(?=Could not (?:transfer|find) )/, '')
    .replace(/ from\/to .*?transfer failed for \S+/, '')
    .replace(/ -> \[Help.*$/, '')
    .slice(0, 300)
    .trim();
};

const wordsOf = (registry: string, ran: Ran): string => {
  if (timedOut(ran)) return `${registry} gave too little within ${WITHIN_MS / 60_000} minutes`;
  const reached = UNREACHABLE.test(`${ran.stdout}\n${ran.stderr}`) ? 'cannot be reached' : 'does not give it';
  return `${registry} ${reached}: ${causeIn(ran)}`;
};

/** Lets a tool fetch from a registry, more than once where that fails. Rejects with what is fetched, and why that cannot be. */
export const fetched = async (
  what: string,
  registry: string,
  argv: readonly string[],
  options: RunOptions = {},
): Promise<void> => {
  for (let tries = 1; ; tries++) {
    const ran = await run(argv, {withinMs: WITHIN_MS, ...options});
    if (ran.code === 0) return;
    if (tries === TRIES || timedOut(ran))
      throw new Error(`${what}: ${wordsOf(registry, ran)} (tries: ${tries})`);
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS * tries));
  }
};
