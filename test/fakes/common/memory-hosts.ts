import type {HostId} from '../../../src/model/ids.ts';
import type {Node} from '../../../src/model/inventory.ts';
import type {Script} from '../../../src/model/script.ts';

/** Something that stands for one node. */
type Standing = {readonly node: Node};

/** The hosts of a fake cluster: who on a host is meant by what it is asked. */
export type Hosts<M extends Standing> = {
  /** All on that host. Throws for a host that the cluster does not have. */
  on(host: HostId): readonly M[];
  /** The one whose home a script works on; `fits` tells those apart that share a home. Throws when it is not one. */
  meant(host: HostId, script: Script, fits: (machine: M) => boolean): M;
};

export const makeHosts = <M extends Standing>(machines: Iterable<M>): Hosts<M> => {
  const byHost = new Map<HostId, M[]>();
  for (const machine of machines) {
    const there = byHost.get(machine.node.host);
    if (there === undefined) byHost.set(machine.node.host, [machine]);
    else there.push(machine);
  }
  const on = (host: HostId): readonly M[] => {
    const there = byHost.get(host);
    if (there === undefined) throw new Error(`the fake cluster has no host ${host}`);
    return there;
  };
  return {
    on,
    meant: (host, script, fits) => {
      const home = script.vars.home ?? null;
      const [machine, ...more] = on(host).filter(other => other.node.home === home && fits(other));
      if (machine === undefined || more.length > 0)
        throw new Error(
          `${script.body.name} on ${host}, home ${String(home)}: meant are ${more.length + (machine === undefined ? 0 : 1)} nodes`,
        );
      return machine;
    },
  };
};
