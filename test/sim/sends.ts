import {guardOf} from '../../src/host/guard.ts';
import type {ReplyTo, Request, ShellRequest} from '../../src/model/ask.ts';
import type {Event} from '../../src/model/event.ts';
import type {HostId} from '../../src/model/ids.ts';
import {type Cluster, nodeOf} from '../../src/model/inventory.ts';
import {type Plan, planSteps} from '../../src/model/plan.ts';
import type {Transport} from '../../src/model/world.ts';

/** Whoever takes or gives back a lease may be asked twice: the second time it is found done. A receipt is only read, or cleared. */
const acts = <R extends Request>(request: R): request is R & ShellRequest =>
  request.kind === 'shell' && request.shell === 'act' && !/^(lease|receipt)\./.test(request.script.body.name);

/**
 * A script that may have begun is not sent again before its step begins anew, whatever became of it: only what was certainly not
 * begun is, or was turned away by one at work. To be told every event, and asked in place of the network.
 */
export const makeSendRule = (plan: Plan, cluster: Cluster, blame: (found: readonly string[]) => void) => {
  const actions = new Map(
    planSteps(plan).flatMap(({id, node, action}) =>
      action.kind === 'script' ? [[id, `${nodeOf(cluster, node).host} ${action.body}`] as const] : [],
    ),
  );
  /** When a step with that script on that host began last, and by which beginning each script was spent. */
  const begun = new Map<string, number>();
  const spent = new Map<string, number>();
  return {
    happened: (event: Event): void => {
      const action = event.type === 'step.started' ? actions.get(event.step) : undefined;
      if (action !== undefined) begun.set(action, event.seq);
    },
    watched: (network: Transport): Transport => {
      const send = async <R extends ShellRequest>(host: HostId, request: R): Promise<ReplyTo<R>> => {
        const {body, vars: all} = request.script;
        // Under whichever lease and attempt, and whatever was seen before it: it is the same script.
        const vars = Object.entries(all).filter(([name]) => !/^(lease|seen|receipt)_/.test(name));
        const key = `${host} ${body.name} ${JSON.stringify(vars)}`;
        const beginning = begun.get(`${host} ${body.name}`) ?? -1;
        if (spent.get(key) === beginning)
          blame([`${body.name} was sent to ${host} again, though it may have begun`]);
        const reply = await network.ask(host, request);
        const turnedAway = reply.kind === 'shell' && guardOf(reply.code) === 'busy';
        if (reply.kind !== 'refused' && !turnedAway) spent.set(key, beginning);
        return reply;
      };
      return {
        ...network,
        ask: <R extends Request>(host: HostId, request: R): Promise<ReplyTo<R>> =>
          acts(request) ? send(host, request) : network.ask(host, request),
      };
    },
  };
};
