import {join} from 'node:path';
import {readSelf, type Self} from '../common/process-node.ts';

/** Who this process is: its conf below conf, its version in a file of lib, its address the one its conf prefers. */
export const dorisSelf = (home: string, conf: string, versionFile: string, env: NodeJS.ProcessEnv): Self =>
  readSelf(
    {
      home,
      conf: join(home, 'conf', conf),
      version: join(home, 'lib', versionFile),
      address: settings => settings.get('priority_networks')?.split('/')[0],
    },
    env,
  );
