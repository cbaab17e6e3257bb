import type {Recording} from '../../src/store/recording.ts';
import type {RunShell, ShellEnd} from '../../src/ui/parts/use-hands.ts';

/** How an operator gets to a host. */
export const sshOf = (host: string): readonly string[] => [
  'ssh',
  '-p',
  '2222',
  '-o',
  'UserKnownHostsFile=/a b',
  '--',
  host,
];

/** The same recording with hosts behind it. */
export const withHosts = (recording: Recording): Recording => ({
  ...recording,
  cluster: {
    ...recording.cluster,
    atHand: new Map(
      recording.cluster.nodes.map(({id, host}) => [
        id,
        {ssh: sshOf(host), logs: [`/srv/${id}/log/one.out`, `/srv/${id}/log/two.log`]},
      ]),
    ),
  },
});

/** A shell that stays open until it is ended, and says what ran. */
export const makeShell = () => {
  const ran: (readonly string[])[] = [];
  let end = (_: ShellEnd): void => undefined;
  const shell: RunShell = command => {
    ran.push(command);
    return new Promise(resolve => {
      end = resolve;
    });
  };
  return {shell, ran, end: (code = 0) => end({kind: 'ended', code})};
};
