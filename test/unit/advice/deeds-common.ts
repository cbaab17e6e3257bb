import {listOf} from '../../../src/model/facts.ts';
import type {Product} from '../../../src/model/inventory.ts';
import type {Changes, Deed, Met, Tools} from './follow.ts';

const printed = ({said}: {said: RegExpExecArray}, group = 1): string => said[group] ?? '';

/** What advices say that hold for any product: who starts a process again, as whom lakeup logs in, the host's own limits. */
export const commonDeeds = <P extends Product>(tools: Tools<P>): readonly Deed<P>[] => {
  const {seen, well, allWell, see, typed, atNode, underSsh} = tools;
  /** A line of the inventory that is printed, at the node. */
  const line = (met: Met<P>): typeof met.survey => atNode(met.survey, met.finding.node, printed(met));
  /** Whoever logs in from now on is the one it belongs to. */
  const logIn = (met: Met<P>, user: string): typeof met.survey => {
    const {finding, survey} = met;
    const now = underSsh(survey, finding.node, user);
    const facts = finding.node === null ? undefined : survey.facts.get(finding.node);
    const login = String(facts?.owner ?? facts?.homeOwner ?? '1000');
    return see(now, finding.node === null ? null : [finding.node], () => ({login, writable: true}));
  };
  /** The first command that is printed is typed. */
  const types = (met: Met<P>): typeof met.survey => typed(met, printed(met));
  return [
    {says: /Make the host reachable \(`lakeup status \S+ -i FILE`/, does: allWell},
    {
      says: /Put the same package on every host/,
      does: met => see(met.survey, null, () => packagedFacts(tools)),
    },
    {says: /Look at the node with `lakeup status`; without its version/, does: allWell},
    {says: /`ps -ef \| grep -F -e .*` shows them\. End the one/, does: met => seen(met, {count: 1})},
    {says: /Make room on the file system of the home/, does: met => well(met, 'freeKb')},
    {
      // The very places that are told, no more and no less.
      says: /Resume that run.*taken back, or has ended, remove what it left, on this host: `rm -r ([^`]*)`/,
      does: met => {
        const removed = (met.said[1] ?? '').split(' ').map(path => path.slice(path.lastIndexOf('/') + 1));
        const {node} = met.finding;
        return see(met.survey, node === null ? null : [node], (_, facts) => ({
          leftovers: listOf(facts, 'leftovers').filter(name => !removed.includes(name)),
        }));
      },
    },
    // As whom lakeup logs in.
    {
      says: /Log in as .*: `(user: [^`]*)` under `ssh`.*each node of this host/,
      does: met => logIn(met, printed(met)),
    },
    {
      says: /`useradd -u (\d+) NAME`\), then write `user: NAME`/,
      does: met => logIn(met, 'user: NAME'),
    },
    {says: /See whose it is \(`ls -ld .*`user: NAME` under `ssh`/, does: met => logIn(met, 'user: NAME')},
    {says: /`(chmod [^`]*)` where it is the mode/, does: types},
    {says: /give its home to the same user, `(chown [^`]*)` as root/, does: types},
    {says: /KillExcludeUsers=root /, does: met => seen(met, {logoutKills: undefined})},
    {says: /They come from .* after the upgrade\./, does: null},
    {says: /Put the new process there as root right after its start/, does: null},
    // Who starts a process again.
    {says: /Take it out of its hands: `(supervisorctl [^`]*)`/, does: types},
    {
      says: /`(?:sv once|s6-svc -O|svc -o|monit unmonitor) .*Then write `(harmlessUnit: [^`]*)` at the node/,
      does: line,
    },
    {says: /`(kill [^`]*)` ends that script alone/, does: types},
    {says: /Where it starts nothing again, write `(harmlessUnit: [^`]*)` at the node/, does: line},
    {says: /Where nothing there starts it again, write `(harmlessUnit: [^`]*)` at the node/, does: line},
    {says: /where it starts nothing again, write `(harmlessUnit: [^`]*)` at the node/, does: line},
    {
      says: /If nothing there starts the process again, write `(harmlessUnit: [^`]*)` at the node/,
      does: line,
    },
    {says: /or if it is none, write `(harmlessUnit: [^`]*)` at the node/, does: line},
    {
      says: /Set Restart=no for the upgrade/,
      does: met => seen(met, {unitRestart: 'no', unitMain: 0, unitTriggers: []}),
    },
    {says: /Stop what starts it, for the upgrade: `(systemctl [^`]*)`/, does: types},
    {
      says: /Take `Upholds=\S+` out of \S+ for the upgrade/,
      does: met => seen(met, {unitUpheldBy: undefined}),
    },
    {
      says: /Where nothing there starts what was stopped, write `(harmlessUnit: [^`]*)` at the node/,
      does: line,
    },
    {
      says: /If none of them starts it again, write `(harmlessUnit: [^`]*)` at the node/,
      does: line,
    },
    {says: /After the upgrade the process no longer belongs to/, does: null},
    {
      says: /Take these entries out for the upgrade/,
      does: met => seen(met, {cron: undefined, unit: undefined}),
    },
    {
      says: /Where they start nothing that was stopped, write `(harmlessUnit: [^`]*)` at the node/,
      does: line,
    },
    {
      says: /Where nothing there starts it when it is stopped, write `(harmlessUnit: [^`]*)` at the node/,
      does: line,
    },
    {says: /`monit summary` .*Then write `(harmlessUnit: [^`]*)` at the node/, does: line},
  ];
};

/** The right package is there, and can be read. */
export const packagedFacts = <P extends Product>({healthy}: Tools<P>): Changes => {
  const [facts = {}] = [...healthy.facts.values()];
  const names = ['packageVersion', 'packageVersionUnknown', 'packageCause', 'packageSaid', 'packageRefused'];
  return Object.fromEntries(names.map(name => [name, facts[name]]));
};
