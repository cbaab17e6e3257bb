import {ensureBuilt} from './build.mjs';

/** Tests that start the program find it built from the sources they stand beside. */
export const setup = async () => {
  await ensureBuilt();
};
