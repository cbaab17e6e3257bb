import {parseWhole} from '../lib/whole.ts';
import type {Facts} from '../model/facts.ts';

// What was printed, as a fact; nothing where it was not printed, or is not of that kind: then it is not known.

export const textFact = (name: string, value: string | null): Facts =>
  value === null || value === '' ? {} : {[name]: value};

export const yesFact = (name: string, value: string | null): Facts =>
  value === 'yes' || value === 'no' ? {[name]: value === 'yes'} : {};

/** An unlimited number is the largest there is. */
export const numberFact = (name: string, value: string | null): Facts => {
  if (value === 'unlimited') return {[name]: Number.MAX_SAFE_INTEGER};
  const number = parseWhole(value);
  return number === null ? {} : {[name]: number};
};
