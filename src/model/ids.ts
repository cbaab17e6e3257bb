import {z} from 'zod';

/** A node's name in its cluster, such as "be-3". */
export const NodeId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
    'letters, digits, . _ -, at most 63, beginning with a letter or digit',
  )
  .brand<'NodeId'>();
export type NodeId = z.infer<typeof NodeId>;

/** A host, by the name or address lakeup connects to. */
export const HostId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9.:_-]{0,253}$/, 'a host name or an address')
  .brand<'HostId'>();
export type HostId = z.infer<typeof HostId>;

/** "backends", the name of a phase. */
export const PhaseId = z.string().min(1).brand<'PhaseId'>();
export type PhaseId = z.infer<typeof PhaseId>;

/** "backends/stop@be-2": phase, step and node; the same when a plan is made again. */
export const StepId = z.string().min(1).brand<'StepId'>();
export type StepId = z.infer<typeof StepId>;

/** "backends#0" or "backends/stop@be-2#1": what it guards, and which of its gates. */
export const GateId = z.string().min(1).brand<'GateId'>();
export type GateId = z.infer<typeof GateId>;

/** A run's folder name: time and chance, such as "20261122-130102-k3f9". */
export const RunId = z
  .string()
  .regex(/^\d{8}-\d{6}-[a-z0-9]{4}$/)
  .brand<'RunId'>();
export type RunId = z.infer<typeof RunId>;
