import {commandScript} from './kit-scripts-command.ts';
import {configScript} from './kit-scripts-config.ts';
import {fanOutScript} from './kit-scripts-fan-out.ts';
import {startScript} from './kit-scripts-start.ts';
import {stopScript} from './kit-scripts-stop.ts';
import type {Packed} from './kit-tar.ts';

/** What comes with one version, before anybody configured it. The server's jar says which version runs. */
export const release = (version: string): readonly Packed[] => {
  const program = (path: string, text: string): Packed => ({path, text, mode: 0o755});
  const file = (path: string, text: string): Packed => ({path, text, mode: 0o644});
  const bulk = `${version}\n${'x'.repeat(4000)}\n`;
  return [
    program('bin/alluxio', commandScript(version)),
    program('bin/alluxio-start.sh', startScript(version)),
    program('bin/alluxio-stop.sh', stopScript(version)),
    program('bin/alluxio-masters.sh', fanOutScript(version, 'master')),
    program('bin/alluxio-workers.sh', fanOutScript(version, 'worker')),
    file('libexec/alluxio-config.sh', configScript(version)),
    file(`assembly/alluxio-server-${version}.jar`, `${version}\n`),
    file(`assembly/alluxio-client-${version}.jar`, bulk),
    file(`client/alluxio-${version}-client.jar`, bulk),
    file(`lib/alluxio-underfs-local-${version}.jar`, bulk),
    file('conf/alluxio-env.sh.template', '# JAVA_HOME=/usr/lib/jvm/java\n'),
    file('conf/alluxio-site.properties.template', '# alluxio.master.hostname=localhost\n'),
    file('conf/core-site.xml.template', '<configuration/>\n'),
    file('conf/log4j.properties', `# the logging of ${version}\n`),
    file('conf/masters.template', 'localhost\n'),
    file('conf/workers.template', 'localhost\n'),
    file('README.md', `# Alluxio ${version}\n`),
  ];
};
