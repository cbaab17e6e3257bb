import type {Fake} from '../../../src/model/fake.ts';
import {kit} from './kit.ts';

/** The vault pretending. */
export const vaultFake: Fake = {system: 'vault', kit};
