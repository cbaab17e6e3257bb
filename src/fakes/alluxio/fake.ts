import type {Fake} from '../../model/fake.ts';
import {alluxioKit} from './kit.ts';

/** Alluxio pretending. */
export const alluxioFake: Fake = {system: 'alluxio', kit: alluxioKit};
