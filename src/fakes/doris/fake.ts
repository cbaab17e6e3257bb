import type {Fake} from '../../model/fake.ts';
import {dorisKit} from './kit.ts';
import {memory} from './memory.ts';

/** Apache Doris pretending. */
export const dorisFake: Fake = {system: 'doris', memory, kit: dorisKit};
