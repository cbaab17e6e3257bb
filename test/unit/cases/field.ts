/** A test by its file and its title, or that of its row in a table. */
export type Named = readonly [file: string, title: string];

/** What the field met: the tests of its kind, and one that shows what lakeup did not do then. */
export type FieldCase = {
  readonly name: string;
  readonly shown: readonly [Named, Named, Named, ...Named[]];
  readonly left: Named;
};

const D = 'test/unit/systems/doris';
const S = 'test/shell/systems/doris';
const of = (file: string, ...titles: readonly string[]): readonly Named[] =>
  titles.map(title => [file, title] as const);

const three = (...all: readonly (readonly Named[])[]): FieldCase['shown'] => {
  const [first, second, third, ...more] = all.flat();
  if (first === undefined || second === undefined || third === undefined)
    throw new Error('fewer than three variants');
  return [first, second, third, ...more];
};

/** Refused before the plan is made: no host was changed, nobody was stopped or started, and no run was begun. */
const REFUSED: Named = [
  'test/end-to-end/refusals.test.ts',
  'a cluster that is not as it should be is refused with node, what was seen, and what to do',
];

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
    shown: three(
      of(`${D}/own-page.test.ts`, 'a frontend that serves HTTPS', 'a frontend whose page is nowhere'),
      of(
        `${D}/own-page.test.ts`,
        'another program at the port of a frontend',
        'TLS at the port of a frontend',
      ),
      of(`${D}/own-page.test.ts`, 'a backend that redirects to HTTPS', 'has http_port = 0'),
    ),
    left: [
      `${S}/spot.test.ts`,
      'of one that does not say what it is nobody is stopped, and why and what to do is said',
    ],
  },
  '03': {
    name: 'one address, two spellings',
    shown: three(
      of(`${D}/spellings.test.ts`, 'of a backend: %s, %s', 'of the master: %s, %s'),
      of(`${D}/spellings.test.ts`, 'of a host without an address of its own: without case'),
      of('test/unit/lib/address.test.ts', '::FFFF:0a00:0001', 'fe80::1%eth0', '64:ff9b::10.0.0.1'),
    ),
    left: [
      `${D}/spellings.test.ts`,
      '%s: whose process runs is never to be removed; what the cluster calls it may be is told',
    ],
  },
  '03b': {
    name: 'a serving frontend that has not joined',
    shown: three(
      of(
        `${D}/causes.test.ts`,
        'a frontend that serves and has not joined',
        'a frontend the master does not see',
      ),
      of(`${D}/causes.test.ts`, 'a frontend that is neither', 'a frontend that does not know its master'),
      of(`${D}/causes.test.ts`, 'a backend that no row tells of'),
    ),
    left: [`${D}/causes.test.ts`, '%s: and what a gate of the whole cluster shows'],
  },
  '04': {
    name: 'false stand-ins',
    shown: three(
      of(
        `${D}/stand-ins.test.ts`,
        'it is decommissioned',
        'its queries are disabled',
        'its loads are disabled',
      ),
      of(`${D}/stand-ins.test.ts`, 'its group is suspended', 'shut down, with a page that still says OK'),
    ),
    left: [
      `${D}/stand-ins.test.ts`,
      'an outage of the group is to be confirmed, and the gate asks for no stand-in that is none',
    ],
  },
  '06': {
    name: 'supervisord, begun by hand',
    shown: three(
      of(`${S}/starters.test.ts`, 'supervisord that somebody began by hand', 'a loop in a script'),
      of('test/unit/host/starter.test.ts', 'supervisord run as a module, a program in a group'),
      of(
        'test/unit/host/starter.test.ts',
        'supervisord that its daemon has left, known by the environment',
        's6, behind a run script that was replaced by the product’s',
      ),
    ),
    left: REFUSED,
  },
  '07': {
    name: 'supervisord, as a unit',
    shown: three(
      of('test/unit/host/starter.test.ts', 'supervisord as the process of the unit the daemon stayed in'),
      of('test/unit/host/starter.test.ts', 'the unit’s own process is the product’s script'),
      of(`${D}/preflight.test.ts`, 'supervisord.service', 'agent.service'),
    ),
    left: REFUSED,
  },
  '08': {
    name: 'an edited script',
    shown: three(
      of(
        `${S}/own.test.ts`,
        'as the product’s own page on supervisors wants it: it stays in the foreground',
        'with a path of the site, be it as old as the rest',
        'that is another script altogether',
      ),
      of(`${D}/own.test.ts`, 'newer than scripts, older than lib', 'all of bin copied after lib'),
    ),
    left: [`${S}/own.test.ts`, 'in the way the package has it already: nothing is lost'],
  },
  '09': {
    name: 'a watchdog in cron',
    shown: three(
      of(
        `${S}/starters.test.ts`,
        'a watchdog in the login’s own table, in a script that it calls',
        'in the line itself',
        'with the home in a variable',
        'the system’s tables, and scripts that are run by the hour',
      ),
      of('test/unit/host/starter.test.ts', 'cron, whose job is still at it'),
      of(`${S}/around.test.ts`, 'a timer', 'a timer and a path, one of them stopped'),
    ),
    left: REFUSED,
  },
  '10a': {
    name: 'a process of another name',
    shown: three(
      of(
        `${S}/own.test.ts`,
        'export process_name=selectdb_cloud\\n',
        'that was begun by a relative path, known by its exe',
        'that nobody told of, a script, beside the one that is known',
      ),
    ),
    left: [`${D}/preflight.test.ts`, 'a process of another name is told of as that, not as one that is down'],
  },
  '10b': {
    name: 'a warning that was heard and dropped',
    shown: three(
      of(
        `${S}/package-run.test.ts`,
        'the home went without a JDK, by a file that goes with its bin',
        'the script says nothing, and the binary does',
        'refuses the JDK',
        'without a library',
      ),
    ),
    left: REFUSED,
  },
  '12': {
    name: 'directories that are new beside bin and lib',
    shown: three(
      of(`${S}/own.test.ts`, 'dictionaries and pages', 'a name with blanks', 'an empty folder is nothing'),
      of(`${S}/own.test.ts`, 'what the home has, be it a link'),
    ),
    left: [`${S}/own.test.ts`, 'conf and log are the home’s own'],
  },
  '13': {
    name: 'a control group for each process',
    shown: three(
      of(
        `${S}/around.test.ts`,
        'four backends on a host, each in a group of the first version',
        'a quota of the first version',
        'a unit of the second version, by itself and by the slice above it',
      ),
    ),
    left: [`${S}/around.test.ts`, 'groups of the first version that limit nothing'],
  },
  '14': {
    name: 'upgraded by hand, half',
    shown: three(
      of(`${D}/preflight.test.ts`, 'a cluster upgraded by hand, half, is one thing, said once'),
      of('test/sim/doris-taken-on.test.ts', 'is taken on, and upgraded whole'),
      of(
        `${D}/cut.test.ts`,
        'is taken on once what goes before it is done, with what the others were started with',
      ),
      of(`${D}/cut.test.ts`, 'whose old files are of another version'),
    ),
    left: [`${D}/cut.test.ts`, 'is not taken on %s'],
  },
  '15': {
    name: 'scripts that are run by sudo',
    shown: three(
      of(`${D}/preflight.test.ts`, 'process and home of another user are one thing, said once'),
      of(
        'test/shell/host/identity.test.ts',
        'only when it is of the login, of the home’s owner, or root’s, whatever it calls itself',
      ),
      of('test/unit/host/starter.test.ts', 'the product’s own script in the foreground'),
      of(`${D}/cut.test.ts`, 'of another user'),
    ),
    left: REFUSED,
  },
  '16': {
    name: 'a host that ends what a login started',
    shown: three(
      of(
        `${S}/starters.test.ts`,
        'the main file',
        'a drop-in over the main file',
        'this one is meant',
        'with lingering',
      ),
      of(`${D}/preflight.test.ts`, 'root is left out where logind kills'),
    ),
    left: [`${S}/starters.test.ts`, 'a login that has no session of its own is left alone'],
  },
  '19': {
    name: 'a master of the name "unknown"',
    shown: three(
      of(`${D}/parse.test.ts`, 'an election', 'unknown-1.lake.example'),
      of(
        `${D}/preflight-group.test.ts`,
        'one that is just finding out who the master is, is not split from the others',
      ),
      of(`${D}/election.test.ts`, 'an address is named, or nobody'),
    ),
    left: [`${S}/spot.test.ts`, 'one that names no master'],
  },
  S1: {
    name: 'ProxyCommand and KnownHostsCommand',
    shown: three(
      of(
        'test/ssh/config-commands.test.ts',
        'makes the connection, and ends with it',
        'may be an ssh to a bastion',
        'leads to the first of several jump hosts as well',
        'that is not there',
        'says which key the host has',
      ),
    ),
    left: ['test/ssh/config-commands.test.ts', 'is given no name that a shell would act on'],
  },
  S2: {
    name: 'a second factor that asks nothing',
    shown: three(
      of(
        'test/ssh/second-factor.test.ts',
        'is passed by a key of a file where it asks nothing',
        'is passed by a key of an agent where it asks nothing',
        'a key that is refused is told as refused where a password would do, too',
      ),
    ),
    left: ['test/ssh/second-factor.test.ts', 'that asks for a code is told as that, and asked for once'],
  },
  S3: {
    name: 'a jump host that forbids forwarding',
    shown: three(
      of(
        'test/ssh/jump-denied.test.ts',
        'by `restrict` in its authorized_keys',
        'the second of two: it is named, not the first',
        'the first of two: it is named, with the second as what it forbids',
      ),
    ),
    left: ['test/ssh/jump-denied.test.ts', 'the host itself forbids forwarding: the old words stay'],
  },
  S4: {
    name: 'an agent that holds only a certificate',
    shown: three(
      of(
        'test/ssh/certificates.test.ts',
        'an agent holds a certificate alone (%s)',
        'a certificate without its key: the advice is followed, and it goes on',
        'holds a security key, by which a real sshd lets in',
      ),
    ),
    left: [
      'test/ssh/certificates.test.ts',
      'one that the host does not want is refused, and told as refused',
    ],
  },
};
