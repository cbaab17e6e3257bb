import type {Fake} from '../../model/fake.ts';
import {dorisKit} from './kit.ts';

/** Apache Doris pretending. */
export const dorisFake: Fake = {system: 'doris', kit: dorisKit};
