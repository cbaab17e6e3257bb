import {numberFact, textFact} from '../../../host/fact.ts';
import {type Said, said} from '../../../host/lines.ts';
import type {Facts} from '../../../model/facts.ts';

/**
 * What the package's start script will ask for, as facts: `demandsMaps`, `demandsFiles`, `demandsSwapOff`, without those
 * that SKIP_CHECK_ULIMIT takes away where this script honours it (`skip`: conf or env, by where it reads it);
 * `demandsJdk`, `demandsJava`; and what the host has: `maps`, `swaps`,
 * `noexec`: the mount below the home that lets nobody run a program. `env` is the node's environment.
 */
export const demandFacts = (lines: Said, env: Facts): Facts => {
  const skip = said(lines, 'demands.skip');
  const asked = [
    ...(skip === null ? [] : [env['env.SKIP_CHECK_ULIMIT']]),
    ...(skip === 'conf' ? [said(lines, 'conf.skip')] : []),
  ];
  // A conf that is read before the question has the last word.
  const skipped = asked.findLast(value => value !== undefined && value !== null) === 'true';
  return {
    ...(skip === null ? {} : {skip}),
    ...(skipped
      ? {skipsLimits: true}
      : {
          ...numberFact('demandsMaps', said(lines, 'demands.maps')),
          ...numberFact('demandsFiles', said(lines, 'demands.files')),
          ...(said(lines, 'demands.swap') === null ? {} : {demandsSwapOff: true}),
        }),
    ...numberFact('demandsJdk', said(lines, 'demands.jdk')),
    ...(said(lines, 'demands.java') === null ? {} : {demandsJava: true}),
    ...numberFact('maps', said(lines, 'host.maps')),
    ...numberFact('swaps', said(lines, 'host.swaps')),
    ...textFact('noexec', said(lines, 'host.noexec')),
  };
};
