import {KINDS} from './kinds.ts';
import {variantTests} from './shown.ts';

variantTests(
  Object.entries(KINDS).map(([number, {name, variants}]) => [`kind ${number}: ${name}`, variants]),
);
