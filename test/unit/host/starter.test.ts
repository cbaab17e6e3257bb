import {describe, expect, test} from 'vitest';
import {parseLines} from '../../../src/host/lines.ts';
import {starterFacts} from '../../../src/host/starter.ts';
import type {Facts} from '../../../src/model/facts.ts';

const own = (script: string): boolean => script === 'start_be.sh';

/** Parents as "PID COMM CALLED LOOP CONF WORD", and other lines as they are. */
const factsOf = (...lines: readonly string[]): Facts =>
  starterFacts(
    parseLines(
      lines.map(line => (line.includes('=') ? line : `parent=${line.replaceAll(' ', '\t')}`)).join('\n'),
    ),
    own,
  );

const OWN_SCRIPT = '8 start_be.sh bash loop - /opt/doris/be/bin/start_be.sh';

describe('who starts a process again, by those above it', () => {
  test.each<[string, string[], Facts]>([
    ['nobody is above it', [], {}],
    ['a login', ['9 bash -bash - - -', '8 sshd sshd: - - -'], {}],
    ['what somebody typed at a login', ['9 bash bash plain - -c', '8 sshd-session sshd-session: - - -'], {}],
    ['what stands above a login', ['9 bash -bash - - -', '8 sshd sshd: - - -', '7 agent agent - - -'], {}],
    ['the product’s own script in the foreground', [OWN_SCRIPT, '7 sudo sudo - - bash'], {}],
    [
      'supervisord, begun by hand, through the product’s own script',
      [OWN_SCRIPT, '7 supervisord python3 - /etc/sv.conf /usr/bin/supervisord', 'supervised=be'],
      {
        ...{starter: 'supervisord', starterPid: 7, starterProgram: 'supervisord'},
        ...{starterConf: '/etc/sv.conf', starterRuns: '/usr/bin/supervisord', starterService: 'be'},
      },
    ],
    [
      'supervisord run as a module, a program in a group',
      ['7 python3 python3 - - supervisor.supervisord', 'supervised=doris:be_00'],
      {
        ...{starter: 'supervisord', starterPid: 7, starterProgram: 'supervisor.supervisord'},
        ...{starterRuns: 'supervisor.supervisord', starterService: 'doris:be_00'},
      },
    ],
    [
      'supervisord that its daemon has left, known by the environment',
      ['supervised=be', 'supervised.state=RUNNING', 'supervisord=77'],
      {
        ...{starter: 'supervisord', starterPid: 77, starterProgram: 'supervisord'},
        starterService: 'be',
      },
    ],
    ['an environment of a supervisord that is gone', ['supervised=be'], {}],
    [
      'supervisord that was told to stop it, and ended the script above it alone',
      ['supervised=be', 'supervised.state=STOPPED', 'supervisord=77'],
      {},
    ],
    [
      'supervisord whose daemon went its own way until it gave up',
      ['supervised=be', 'supervised.state=FATAL', 'supervisord=77'],
      {},
    ],
    [
      'supervisord as the process of the unit the daemon stayed in',
      ['unit=supervisord.service', 'unitMain=77', 'unitMainProgram=supervisord'],
      {starter: 'supervisord', starterPid: 77, starterProgram: 'supervisord'},
    ],
    [
      'runit',
      ['7 runsv runsv - - doris-be', '6 runsvdir runsvdir - - /etc/service'],
      {
        ...{starter: 'runsv', starterPid: 7, starterProgram: 'runsv'},
        ...{starterRuns: 'doris-be', starterService: 'doris-be'},
      },
    ],
    [
      's6, behind a run script that was replaced by the product’s',
      [OWN_SCRIPT, '7 s6-supervise s6-supervise - - be', '6 s6-svscan s6-svscan - - /run/service'],
      {
        ...{starter: 's6-supervise', starterPid: 7, starterProgram: 's6-supervise'},
        ...{starterRuns: 'be', starterService: 'be'},
      },
    ],
    [
      'a loop in a shell script',
      ['7 keep_be.sh bash loop - /opt/ops/keep_be.sh', '6 bash -bash - - -'],
      {
        ...{starter: 'shell', starterPid: 7, starterProgram: 'keep_be.sh'},
        starterRuns: '/opt/ops/keep_be.sh',
      },
    ],
    [
      'a script that cannot be read',
      ['7 keep_be.sh sh hidden - /root/keep_be.sh'],
      {
        ...{starter: 'shell', starterPid: 7, starterProgram: 'keep_be.sh'},
        starterRuns: '/root/keep_be.sh',
      },
    ],
    [
      'a loop that somebody typed',
      ['7 sh sh loop - -c'],
      {starter: 'shell', starterPid: 7, starterProgram: 'sh', starterRuns: '-c'},
    ],
    [
      'a program nobody knows',
      ['7 python3 python3.11 - - /opt/agent/run.py', '1234 systemd systemd - - -'],
      {starter: 'other', starterPid: 7, starterProgram: 'run.py', starterRuns: '/opt/agent/run.py'},
    ],
    [
      'one that is known, above one that is not',
      ['7 limit3 limit3 - - 65536', '6 monit monit - - -'],
      {starter: 'monit', starterPid: 6, starterProgram: 'monit'},
    ],
    [
      'a name the kernel cut off',
      ['7 a-watcher-of-lon a-watcher-of-long-names - - -'],
      {starter: 'other', starterPid: 7, starterProgram: 'a-watcher-of-lon'},
    ],
    [
      'the unit’s own process is the product’s script',
      [OWN_SCRIPT, 'unitMain=8', 'unitMainProgram=start_be.sh'],
      {unitMainOwn: true},
    ],
    [
      'cron, whose job is still at it',
      ['7 sh sh plain - -c', '6 cron CRON - - -'],
      {starter: 'cron', starterPid: 6, starterProgram: 'CRON'},
    ],
  ])('%s', (_, lines, facts) => {
    expect(factsOf(...lines)).toEqual(facts);
  });
});
