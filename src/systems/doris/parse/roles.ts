/** Which roles a MetaService program plays, from its arguments: without a flag it plays both (domain: start.sh). */
export const parseRoles = (args: readonly string[]): 'ms' | 'recycler' | 'ms+recycler' => {
  const ms = args.includes('--meta-service');
  const recycler = args.includes('--recycler');
  if (ms === recycler) return 'ms+recycler';
  return ms ? 'ms' : 'recycler';
};

/** The role flags a process was started with, as they are given to start.sh again. */
export const roleFlags = (args: readonly string[]): string[] =>
  ['--meta-service', '--recycler'].filter(flag => args.includes(flag));
