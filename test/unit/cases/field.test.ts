import {FIELD} from './field.ts';
import {variantTests} from './shown.ts';

variantTests(
  Object.entries(FIELD).map(([number, {name, variants}]) => [`case ${number}: ${name}`, variants]),
);
