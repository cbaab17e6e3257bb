import type {HostId, NodeId} from './ids.ts';

/** A host that was asked and has not answered yet, and when it was asked: of several questions the first. */
export type AwaitedHost = {readonly host: HostId; readonly since: number};

/** Whose answers a look still waits for; nobody's once it has them, or is over. */
export type AwaitedAnswers = {
  readonly node: NodeId;
  readonly probe: string;
  readonly hosts: readonly AwaitedHost[];
};
