import {rmSync} from 'node:fs';
import {afterEach} from 'vitest';
import {killBelow} from './left-behind.ts';
import {children, roots} from './made.ts';

// Begins with each file, where a hook in what several of them import would be that of the first one alone.
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const root of roots.splice(0)) {
    killBelow(root);
    rmSync(root, {recursive: true, force: true});
  }
});
