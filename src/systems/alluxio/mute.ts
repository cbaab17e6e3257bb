import {compareVersions} from '../../lib/version.ts';

/**
 * From which version on one that does not lead listens all the same: where it does not then, it has not come up. Job masters of
 * 2.9 do (recorded). A standby of 1.8 opens neither of its ports while another one leads (seen on real servers, with ZooKeeper).
 */
const LISTENS_SINCE: Partial<Record<string, string>> = {master: '2.0.0', 'job-master': '2.9.0'};

/** How old a process is at least that is taken for one that does not lead: a younger one may still come up, or end while it does. */
export const MUTE_AFTER_SEC = 60;

/** Whether a server of that version listens nowhere while another one leads. */
export const isMute = (role: string, version: string): boolean => {
  const since = LISTENS_SINCE[role];
  return since !== undefined && compareVersions(version, since) < 0;
};
