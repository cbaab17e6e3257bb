import type {Story} from './replay.ts';

/** To the end of a timeline. */
const END = 10_000;

/**
 * What was done in each timeline, by the scripts' own recordings and the lines of the timeline. A process is gone when its
 * ports begin to refuse, and there again when its start script returned; a heartbeat says when a backend served again.
 */
export const STORIES: Readonly<Record<string, Story>> = {
  'C1: an observer restarts, a backend is killed': {
    file: '3.0.6.1-cloud/events/C1-observer-restart-and-be-killed-25s.txt',
    gone: {21: [[12.25, 17.5]], 14: [[10, 42]]},
    unserved: {14: [[42, 47]]},
  },
  'C2: a follower restarts, a backend drains': {
    file: '3.0.6.1-cloud/events/C2-follower-restart-and-be-grace-drain-20s.txt',
    gone: {18: [[9.26, 12.2]], 15: [[27, 33]]},
    unserved: {15: [[33, 34.5]]},
    draining: {15: [[6.8, 27]]},
  },
  'C3: the master restarts': {
    file: '3.0.6.1-cloud/events/C3-master-restart.txt',
    gone: {19: [[7.43, 10.9]]},
  },
  'C4: both MetaServices are away': {
    file: '3.0.6.1-cloud/events/C4-both-ms-away-20s.txt',
    gone: {11: [[5.78, 25.07]], 12: [[5.78, 25.07]]},
    unserved: {11: [[3.78, 33.09]], 12: [[3.78, 33.09]]},
  },
  'C5: two frontends start while both MetaServices are away': {
    file: '3.0.6.1-cloud/events/C5-observer-and-follower-started-while-ms-away.txt',
    gone: {11: [[7.08, 56.77]], 12: [[7.08, 56.77]], 18: [[5.23, 10.9]], 21: [[5.31, 8.8]]},
    unserved: {11: [[2.71, 64.79]], 12: [[2.71, 64.79]]},
  },
  'D1: the master of 4.1 restarts, a backend drains': {
    file: '4.1.0-cloud/events/D1-master-restart-and-be-grace-drain-20s.txt',
    gone: {19: [[7.3, 10]], 15: [[27, 32.4]]},
    unserved: {15: [[32.4, 33]]},
    // From the heartbeat that tells of it: before, only its own page could, which was not recorded.
    draining: {15: [[8.2, 27]]},
  },
  'E: the rolling upgrade': {
    file: 'mixed-cloud/events/E-rolling-by-lakeup.txt',
    gone: {21: [[210.64, 214]], 18: [[286.39, 290]], 19: [[353.47, 357]], 20: [[428.6, 432.5]]},
  },
  'F1: an old observer beside a new master': {
    file: 'mixed-cloud/events/F1-old-observer-next-to-new-master.txt',
    gone: {
      21: [
        [3.34, 7],
        [17, 83.5],
      ],
    },
  },
  'G1: two old frontends beside a new master': {
    file: 'mixed-cloud/events/G1-old-observer-and-old-follower-next-to-a-new-master.txt',
    bare: true,
    gone: {
      18: [
        [7.43, 37],
        [46.7, 111],
      ],
      21: [[10.51, 111]],
    },
  },
  'R0: all frontends start together': {
    file: '3.0.6.1-cloud/events/R0-all-started-together.txt',
    gone: {[END]: []},
  },
};
