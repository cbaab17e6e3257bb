import {z} from 'zod';
import type {Lab} from '../../lab/lab.ts';

/** What a leader says of its cluster, as far as tests read it; whoever does not lead answers nothing of it. */
const LeaderPage = z.object({
  workers: z.array(z.object({address: z.object({host: z.string()})})),
  mountPoints: z.record(z.string(), z.object({ufsUri: z.string()})),
});
export type LeaderPage = z.infer<typeof LeaderPage>;

const GET = `fetch(process.argv[1], {signal: AbortSignal.timeout(5000)})
  .then(answer => answer.text()).then(text => process.stdout.write(text), () => { process.exitCode = 1; })`;

/** Asks for a page from where the operator sits; null when nobody answers. */
export const pageOf = async (lab: Lab, host: string, port: number, path: string): Promise<string | null> => {
  const address = lab.hosts.find(({name}) => name === host)?.address ?? host;
  const url = `http://${address}:${port}${path}`;
  const {code, stdout} = await lab.operator([process.execPath, '-e', GET, url]);
  return code === 0 ? stdout : null;
};

const parsed = (text: string | null): LeaderPage | null => {
  try {
    return LeaderPage.parse(JSON.parse(text ?? ''));
  } catch {
    return null;
  }
};

/** Who leads, and what it says; null while nobody does. */
export const leaderPage = async (
  lab: Lab,
  masters: readonly string[],
): Promise<{readonly host: string; readonly page: LeaderPage} | null> => {
  const all = await Promise.all(
    masters.map(async host => ({host, page: parsed(await pageOf(lab, host, 19_999, '/api/v1/master/info'))})),
  );
  return all.flatMap(({host, page}) => (page === null ? [] : [{host, page}]))[0] ?? null;
};
