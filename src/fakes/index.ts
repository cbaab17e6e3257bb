import type {Fake} from '../model/fake.ts';
import {alluxioFake} from './alluxio/fake.ts';
import {dorisFake} from './doris/fake.ts';

/** Every system that can pretend. A new one is a folder and a line here; only simulations and the demo load them. */
export const fakes: readonly Fake[] = [dorisFake, alluxioFake];
