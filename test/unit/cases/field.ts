import {page, parent, prints, printsToo, row, turns} from './answers.ts';
import {ALL, BACKENDS, CLOUD, named, type Ran, refused, type Variants, warned} from './variant.ts';

/** What the field met: variants of its kind, beside the input that it is known by. */
export type FieldCase = {readonly name: string; readonly variants: Variants};

const D = 'test/unit/systems/doris';
const S = 'test/shell/systems/doris';
const SSH = 'test/ssh';

/** All is well with a cluster that answers so: nothing is found, nobody is advised to remove anything, and every node is upgraded. */
const nothing = (name: string, turn: Parameters<typeof warned>[1]): Ran => ({
  ...warned(name, turn, /^Backends: 6 nodes, one at a time, 3\.0\.6 → 3\.1\.2$/m),
  wrong: ({en}) => (/not so:|[Rr]emove/.test(en) ? [en] : []),
});

/** It is not advised to remove a node whose process runs. */
const kept = (ran: Ran): Ran => ({...ran, wrong: ({en}) => (/[Rr]emove/.test(en) ? [en] : [])});

/** The cases by their numbers: one without a row does not compile. */
type FieldId =
  | '02'
  | '03'
  | '03b'
  | '04'
  | '06'
  | '07'
  | '08'
  | '09'
  | '10a'
  | '10b'
  | '12'
  | '13'
  | '14'
  | '15'
  | '16'
  | '19'
  | 'S1'
  | 'S2'
  | 'S3'
  | 'S4';

export const FIELD: Readonly<Record<FieldId, FieldCase>> = {
  '02': {
    name: 'frontends that serve HTTPS',
    variants: [
      refused(
        'a web server at the port of a backend',
        page('be-2', '<html>nginx</html>', 404),
        /seen: port 8040 answers something else: 404 <html>nginx<\/html>, health=not-serving process=running$/m,
        /correct `webPort` in the inventory\.$/m,
      ),
      refused(
        'another program at the port of a Recycler',
        page('rc-1', 'no', 503),
        /seen: port 5000 answers something else: 503 no/,
        /correct `port` in the inventory\.$/m,
      ),
      named(`${D}/own-page.test.ts`, 'TLS at the port of a frontend', '/something else: no HTTP/'),
      named(
        `${D}/own-page.test.ts`,
        'a backend whose page is nowhere',
        '/nobody listens on port 8040, though the process runs/',
      ),
      named(
        `${S}/spot.test.ts`,
        'of one that does not say what it is nobody is stopped, and why and what to do is said',
        'expect(isAlive(place)).toBe(true)',
      ),
    ],
  },
  '03': {
    name: 'one address, two spellings',
    variants: [
      nothing('IPv4 in IPv6, of a backend', row('be-2', {Host: '::ffff:10.77.0.6'})),
      nothing('the same in hexadecimal, of the master', row('fe-1', {Host: '::FFFF:a4d:b'})),
      kept(
        refused(
          'a backend that the cluster knows by a name of its own',
          row('be-2', {Host: 'lake-7.example'}),
          /be-2: not so: Inventory and cluster name the same backends\n\s+seen: its process 1005 runs/,
          /At this node, write where the cluster has it: `address: lake-7\.example`\.$/m,
        ),
      ),
      kept(
        refused(
          'a frontend that it knows so',
          row('fe-3', {Host: 'lake-7.example'}),
          /fe-3: not so: Inventory and cluster name the same frontends\n\s+seen: its process 1012 runs/,
        ),
      ),
    ],
  },
  '03b': {
    name: 'a serving frontend that has not joined',
    variants: [
      refused(
        'a frontend that the master does not see, and why',
        row('fe-2', {Alive: 'false', ErrMsg: 'got exception: time out'}),
        /seen: health=starting process=running alive=false: got exception: time out$/m,
      ),
      refused(
        'an observer that is neither alive nor joined',
        row('fe-4', {Alive: 'false', Join: 'false'}),
        /fe-4: not so: .*\n\s+seen: health=starting process=running alive=false join=false$/m,
      ),
      refused(
        'a backend that the master does not see, and why',
        row('be-5', {Alive: 'false', ErrMsg: 'invalid cluster id'}),
        /seen: health=starting process=running alive=false: invalid cluster id$/m,
      ),
    ],
  },
  '04': {
    name: 'false stand-ins',
    variants: [
      warned(
        'the loads of all the others are disabled',
        turns(
          row('be-2', {Status: '{"isLoadDisabled":true}'}),
          row('be-3', {Status: '{"isLoadDisabled":true}'}),
        ),
        /! be-2, be-3: not so: .*\n\s+seen: it is alive, but given no new work: load-disabled$/m,
        /^Nobody stands in for be-1 in compute group cg_etl \(be-1\): be-2 is load-disabled; be-3 is load-disabled\./m,
      ),
      warned(
        'their whole group is suspended',
        turns(
          ...['be-4', 'be-5', 'be-6'].map(of =>
            row(of, {Tag: '{"compute_group_status":"SUSPENDED","compute_group_name":"cg_bi"}'}),
          ),
        ),
        /given no new work: group-suspended\n\s+to do: .* To change that: have its compute group resumed\.$/m,
        /^Nobody stands in for be-4 in compute group cg_bi \(be-4\): be-5 is group-suspended; be-6 is group-suspended\./m,
      ),
      refused(
        'one of them drains',
        row('be-5', {Status: '{"isShutdown":true}'}),
        /be-5: not so: .*\n\s+seen: health=not-serving process=running unfit=shutdown$/m,
      ),
    ],
  },
  '06': {
    name: 'supervisord, begun by hand',
    variants: [
      refused(
        'run as a module, with the program in a group',
        printsToo(
          'be-1',
          'survey',
          parent('7 python3 python3 - - supervisor.supervisord'),
          'supervised=doris:be_00',
        ),
        /seen: supervisor\.supervisord \(7\) watches over it, and starts again what ends$/m,
        /`supervisorctl stop doris:be_00`/,
      ),
      refused(
        'runit, of a MetaService',
        printsToo(
          'ms-2',
          'survey',
          parent('9 runsv runsv - - doris-ms'),
          parent('8 runsvdir runsvdir - - /etc/service'),
        ),
        /seen: runsv: doris-ms \(9\) watches over it/,
        /`sv once doris-ms` .*`harmlessUnit: runsv`/,
      ),
      refused(
        'a loop in a script, of a frontend',
        printsToo('fe-3', 'survey', parent('9 keep_fe.sh bash loop - /opt/ops/keep_fe.sh')),
        /seen: a shell script stands above it, which may start it again: keep_fe\.sh: \/opt\/ops\/keep_fe\.sh \(9\)$/m,
        /`kill 9` ends that script alone; the node goes on\./,
      ),
    ],
  },
  '07': {
    name: 'supervisord, as a unit',
    variants: [
      refused(
        'another manager as a unit, with Restart=always of its own',
        printsToo(
          'be-1',
          'survey',
          ...['unit=circus.service', 'unitRestart=always', 'unitMain=77', 'unitMainProgram=circusd'],
        ),
        /seen: circusd \(77\) watches over it/,
        /`ps -fp 77`/,
      ),
      refused(
        'monit as a unit that nobody restarts',
        printsToo(
          'be-1',
          'survey',
          ...['unit=monit.service', 'unitRestart=no', 'unitMain=77', 'unitMainProgram=monit'],
        ),
        /seen: monit \(77\) watches over it/,
        /`monit unmonitor NAME`/,
      ),
      refused(
        'a unit whose own process nobody knows',
        printsToo(
          'rc-1',
          'survey',
          ...['unit=keeper.service', 'unitRestart=on-failure', 'unitMain=77', 'unitMainProgram=keeper'],
        ),
        /seen: the process belongs to keeper\.service, whose own process is 77 \(keeper\)$/m,
        /If that is a supervisor, tell it to leave this process alone/,
      ),
    ],
  },
  '08': {
    name: 'an edited script',
    variants: [
      warned(
        'a stop script that holds the path of the home',
        prints('fe-1', 'survey', 'script=1750000000 differs 210 190 1 stop_fe.sh'),
        /seen: stop_fe\.sh holds the path of this home$/m,
        /Such edits go into the backup with bin/,
      ),
      warned(
        'another script altogether',
        prints('ms-1', 'survey', 'script=1750000000 differs 12 2 0 start.sh'),
        /seen: start\.sh has little in common with the package’s$/m,
      ),
      warned(
        'a script of later than the rest',
        printsToo('be-1', 'survey', 'script=1760005000 differs 210 190 0 run-fs-benchmark.sh'),
        /seen: run-fs-benchmark\.sh changed after the release was put there$/m,
      ),
      named(
        `${S}/own.test.ts`,
        'in the way the package has it already: nothing is lost',
        'expect(surveyOf(place).edited).toEqual(edited)',
      ),
    ],
  },
  '09': {
    name: 'a watchdog in cron',
    variants: [
      refused(
        'a script that is run by the hour',
        printsToo('be-1', 'survey', 'cron=again /etc/cron.hourly/keep-be'),
        /seen: cron runs what starts this node: \/etc\/cron\.hourly\/keep-be$/m,
        /`crontab -e`.*`harmlessUnit: cron`/,
      ),
      refused(
        'a table of the system that calls a script, of a MetaService',
        printsToo('ms-1', 'survey', 'cron=again /etc/cron.d/lake:4 /opt/ops/ms.sh'),
        /seen: cron runs what starts this node: \/etc\/cron\.d\/lake:4 \/opt\/ops\/ms\.sh$/m,
      ),
      refused(
        'monit, which names a frontend in a file of its own',
        printsToo('fe-2', 'survey', 'monit=names /etc/monit.d/fe'),
        /seen: monit runs here, and \/etc\/monit\.d\/fe starts this node$/m,
        /`monit unmonitor NAME`/,
      ),
    ],
  },
  '10a': {
    name: 'a process of another name',
    variants: [
      refused(
        'a name of the site, beside the node’s own process',
        printsToo('ms-1', 'survey', 'other=4711 site_cloud'),
        /seen: site_cloud \(4711\) runs out of \/opt\/doris\/ms\/lib; .* know doris_cloud alone$/m,
        /Restart it under the name doris_cloud/,
      ),
      refused(
        'one of a backend',
        printsToo('be-2', 'survey', 'other=4711 doris_be_asan'),
        /seen: doris_be_asan \(4711\) runs out of \/opt\/doris\/be\/lib; .* know doris_be alone$/m,
      ),
      named(
        `${S}/own.test.ts`,
        'that was begun by a relative path, known by its exe',
        'expect.poll(() => surveyOf(place).others)',
      ),
    ],
  },
  '10b': {
    name: 'a warning that was heard and dropped',
    variants: [
      refused(
        'the start script of a backend refuses the JDK',
        prints(
          'be-1',
          'package-version',
          'asked=script start_be.sh',
          'say=ERROR: The jdk_version is 11, must be 17.',
          'ended=1',
        ),
        /its start script refuses this JDK: “ERROR: The jdk_version is 11, must be 17\.”$/m,
      ),
      refused(
        'a MetaService lacks a library',
        prints(
          'ms-1',
          'package-version',
          'asked=script start.sh',
          'say=error while loading shared libraries: libfdb_c.so: cannot open shared object file',
          'ended=127',
        ),
        /a library it needs is missing: “error while loading shared libraries: libfdb_c\.so/,
        /`ldd` on the binary/,
      ),
      refused(
        'a frontend lacks options',
        prints(
          'fe-1',
          'package-version',
          'asked=script start_fe.sh',
          'say=JAVA_OPTS_FOR_JDK_17 is not set in fe.conf',
          'ended=1',
        ),
        /its start script lacks options for the JVM: “JAVA_OPTS_FOR_JDK_17 is not set in fe\.conf”$/m,
      ),
    ],
  },
  '12': {
    name: 'directories that are new beside bin and lib',
    variants: [
      warned(
        'plugins of a backend',
        printsToo('be-2', 'survey', 'brings=plugins/tde'),
        /seen: the package has plugins\/tde, the home does not.*; without them fail: Java extensions/,
        /`cp -R \S+\/be\/plugins\/tde \/opt\/doris\/be\/plugins\/`/,
      ),
      warned(
        'pages of a frontend',
        printsToo('fe-2', 'survey', 'brings=webroot/new'),
        /seen: the package has webroot\/new.*; without them fail: its web pages$/m,
      ),
      warned(
        'a folder of which nobody knows what it is for',
        printsToo('rc-1', 'survey', 'brings=tools'),
        /seen: the package has tools, the home does not, and only bin and lib are replaced$/m,
      ),
    ],
  },
  '13': {
    name: 'a control group for each process',
    variants: [
      warned(
        'a quota of CPUs',
        printsToo('be-1', 'survey', 'limit=cpu 250000/100000 /sys/fs/cgroup/cpu/x'),
        /seen: its control group gives it 2\.5 CPUs \(\/sys\/fs\/cgroup\/cpu\/x\); what lakeup starts would go without$/m,
        /`echo PID > \/sys\/fs\/cgroup\/cpu\/x\/cgroup\.procs`/,
      ),
      warned(
        'CPUs of its own',
        printsToo('be-1', 'survey', 'limit=cpus 0-23 /sys/fs/cgroup/cpuset/x'),
        /seen: its control group gives it CPUs 0-23 /,
      ),
      warned(
        'memory of a slice of the second version, above its unit',
        printsToo(
          'be-1',
          'survey',
          'limit=memory 1073741824 /sys/fs/cgroup/doris.slice',
          ...['unit=be.service', 'unitRestart=no', 'unitMain=0', 'TriggeredBy='],
        ),
        /seen: its control group gives it memory up to 1\.0 GiB \(\/sys\/fs\/cgroup\/doris\.slice\)/,
        /After the upgrade the process no longer belongs to be\.service/,
      ),
      named(
        `${S}/around.test.ts`,
        'groups of the first version that limit nothing',
        'expect(told(its, ours, files)).toEqual(limits)',
      ),
    ],
  },
  '14': {
    name: 'upgraded by hand, half',
    variants: [
      {
        ...{name: 'two of three MetaServices', field: {before: ['ms-1', 'ms-2']}, end: 'ended'},
        says: [
          /seen: 3\.1\.2: ms-1 ms-2; 3\.0\.6: ms-3 rc-1 .*It was upgraded in part\.$/m,
          /What is done stays as it is \(ms-1 ms-2\); lakeup takes on from there: ms-3, rc-1, /,
          /^MetaService: 1 node, 3\.0\.6 → 3\.1\.2 \(2 more: done already\)$/m,
        ],
        stopped: ALL.replace('ms-1 ms-2 ', ''),
      },
      {
        name: 'some backends of each group',
        field: {before: [...CLOUD.split(' '), 'be-1', 'be-4']},
        ...{end: 'ended', stopped: 'be-2 be-3 be-5 be-6 fe-4 fe-2 fe-3 fe-1'},
        says: [/^Backends: 4 nodes, one at a time, 3\.0\.6 → 3\.1\.2 \(2 more: done already\)$/m],
      },
      {
        name: 'a frontend too: there is no way back',
        field: {before: [...BACKENDS.split(' '), 'fe-4', 'fe-2']},
        ...{end: 'ended', stopped: 'fe-3 fe-1'},
        says: [/There is no way back: a frontend runs 3\.1\.2, and 3\.0\.6 cannot read what it writes\.$/m],
      },
      {
        ...{
          name: 'a backend alone, against the order',
          field: {before: ['be-2']},
          end: 'refused',
          stopped: '',
        },
        says: [
          /be-2: upgraded before a role that has to go first\.$/m,
          /Finish by hand, one at a time, each seen healthy before the next: ms-1, ms-2, ms-3, rc-1, be-1, be-3/,
        ],
      },
    ],
  },
  '15': {
    name: 'scripts that are run by sudo',
    variants: [
      refused(
        'process and home of a user of another product',
        prints(
          'be-1',
          'survey',
          ...['user=1007', 'ownerName=hdfs', 'homeOwner=1007', 'homeOwnerName=hdfs', 'writable=no'],
        ),
        /seen: \/opt\/doris\/be belongs to hdfs \(uid 1007\) and cannot be written by doris \(uid 1000\)$/m,
        /Log in as hdfs: `user: hdfs` under `ssh`/,
      ),
      refused(
        'a home of root, whose process is the login’s',
        prints('ms-1', 'survey', 'homeOwner=0', 'homeOwnerName=root', 'writable=no'),
        /The process belongs to doris \(uid 1000\): give its home to the same user, `chown -R 1000 \/opt\/doris\/ms` as root\.$/m,
      ),
      refused(
        'a user who has no name',
        prints(
          'fe-1',
          'survey',
          ...['user=4711', 'ownerName=', 'homeOwner=4711', 'homeOwnerName=', 'writable=no'],
        ),
        /No account there has the number 4711, .*`useradd -u 4711 NAME`/,
      ),
    ],
  },
  '16': {
    name: 'a host that ends what a login started',
    variants: [
      refused(
        'with lingering, of a backend',
        prints('be-1', 'survey', 'logout=kills', 'linger=yes'),
        /the new process dies when lakeup logs out\. Lingering is on, but it spares only what/,
        /`KillExcludeUsers=root doris`/,
      ),
      refused(
        'of an observer',
        prints('fe-4', 'survey', 'logout=kills'),
        /fe-4: not so: What is started here outlives the login$/m,
      ),
      refused(
        'on two hosts: told once',
        turns(prints('rc-1', 'survey', 'logout=kills'), prints('ms-1', 'survey', 'logout=kills')),
        /✗ ms-1, rc-1: not so: What is started here outlives the login$/m,
      ),
    ],
  },
  '19': {
    name: 'a master of the name "unknown"',
    variants: [
      named(`${D}/election.test.ts`, 'an address is named, or nobody', 'unknown'),
      named(
        `${D}/preflight-group.test.ts`,
        'one that is just finding out who the master is, is not split from the others',
        'expect(found.join()).not.toMatch(/split/)',
      ),
      named(`${D}/parse.test.ts`, 'unknown-1.lake.example', 'unknown-1.lake.example'),
      named(
        `${S}/spot.test.ts`,
        'one that names no master',
        '/election/',
        'expect(isAlive(place)).toBe(true)',
      ),
    ],
  },
  S1: {
    name: 'ProxyCommand and KnownHostsCommand',
    variants: [
      named(
        `${SSH}/config-commands.test.ts`,
        'that is not there',
        '/ended with exit code 127: .*nonexistent/',
      ),
      named(`${SSH}/config-commands.test.ts`, 'that asks on the terminal', '/ended with exit code 9: .*tty/'),
      named(
        `${SSH}/config-commands.test.ts`,
        'that says nothing is ended at the limit',
        '/no SSH handshake within.*waiting for the gate/',
        "until(() => !runs('relay-mute'), 'the end of the command')",
      ),
      named(
        `${SSH}/config-commands.test.ts`,
        'is given no name that a shell would act on',
        '/a shell would act on/',
      ),
    ],
  },
  S2: {
    name: 'a second factor that asks nothing',
    variants: [
      named(
        `${SSH}/second-factor.test.ts`,
        'is passed by a key of an agent where it asks nothing',
        'toMatchObject(IN)',
      ),
      named(`${SSH}/second-factor.test.ts`, 'before the key', 'toMatchObject(IN)'),
      named(
        `${SSH}/second-factor.test.ts`,
        'that asks for a code is told as that, and asked for once',
        'asks tester for more than a key: “Verification code:”',
        'expect(server.seen.connections).toBe(1)',
      ),
      named(
        `${SSH}/second-factor.test.ts`,
        'a key that is refused is told as refused where a password would do, too',
        "trouble: 'login-refused'",
      ),
    ],
  },
  S3: {
    name: 'a jump host that forbids forwarding',
    variants: [
      named(`${SSH}/jump-denied.test.ts`, 'by `restrict` in its authorized_keys', 'said('),
      named(`${SSH}/jump-denied.test.ts`, 'the second of two: it is named, not the first', 'inner'),
      named(
        `${SSH}/jump-denied.test.ts`,
        'the first of two: it is named, with the second as what it forbids',
        'through inner: ',
      ),
      named(
        `${SSH}/jump-denied.test.ts`,
        'the host itself forbids forwarding: the old words stay',
        '/install curl \\(HTTP\\) or bash \\(SQL\\) there/',
        "not.toContain('Accepted publickey')",
      ),
    ],
  },
  S4: {
    name: 'an agent that holds only a certificate',
    variants: [
      named(
        `${SSH}/certificates.test.ts`,
        'a certificate without its key: the advice is followed, and it goes on',
        '/nobody holds its key.*the agent holds no keys/',
      ),
      named(`${SSH}/certificates.test.ts`, 'holds a security key, by which a real sshd lets in', 'IN'),
      named(
        `${SSH}/certificates.test.ts`,
        'an agent holds a certificate behind plain keys, as ssh-add puts them',
        'toMatchObject(IN)',
      ),
      named(
        `${SSH}/certificates.test.ts`,
        'one that the host does not want is refused, and told as refused',
        "trouble: 'login-refused'",
      ),
    ],
  },
};
