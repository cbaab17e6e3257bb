import {z} from 'zod';
import {path, said, startOf, waitOf} from '../../recipe/fields.ts';

/** What may load the client. The word says what is restarted, on the screen and in the steps. */
const KINDS = ['hdfs', 'yarn', 'spark', 'hive', 'presto', 'trino', 'other'] as const;

/** The restart is a person's work. */
export const BY_HAND = 'by hand';

/** An application on one host that loads the client: its jar has to follow the servers. */
export const ClientFields = z.strictObject({
  kind: said(z.enum(KINDS), 'The application that loads the client'),
  jar: said(
    path,
    'Where the application loads the client from: the jar, a link to it, or a directory that holds one alluxio-*-client.jar. A jar or a link keeps its path and gets new content; in a directory the new jar comes under its own name',
  ),
  newJar: said(
    path,
    'Where the new client jar lies ready on this host, such as client/alluxio-2.9.4-client.jar of the package',
  ),
  restart: said(
    z.string().trim().min(1),
    `The command that restarts the application, run by /bin/sh as the user of the login; or \`${BY_HAND}\``,
  ),
  safetyValve: said(
    z.exactOptional(path),
    'Where Cloudera Manager sets HADOOP_CLASSPATH: the hadoop-env.sh that it deploys on this host. lakeup asks you to change the safety valve, and looks for the line there',
  ),
  jarWithinMs: waitOf(600_000, 'copying the new jar may take'),
  deployWithinMs: waitOf(
    1_800_000,
    'the deployed hadoop-env.sh may take to have the new line, once you say that it is done',
  ),
  startWithinMs: startOf(600_000),
});
export type ClientFields = z.infer<typeof ClientFields>;
