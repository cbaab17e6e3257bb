import {type Sh, sh} from '../../src/lib/sh.ts';

/** A command that is asked of every host, and the word its answer ends with. */
export type Command = {readonly script: Sh; readonly last: string};

/** The least: what the way itself costs. */
const echo: Command = {script: sh`echo lakeup-ok`, last: 'lakeup-ok'};

/** What a look at a node does: some of /proc, a disk, a process, the end of a log; 2 KB and six child processes. */
const status: Command = {
  script: sh`LC_ALL=C; export LC_ALL
read -r up idle </proc/uptime; echo "up=$up"
read -r load rest </proc/loadavg; echo "load=$load"
awk '/^MemAvailable:/ {print "memory=" $2}' /proc/meminfo
df -Pk / | awk 'NR == 2 {print "free=" $4}'
sed 's/^.*) //' /proc/self/stat | awk '{print "ticks=" $20}'
head -c 1900 /proc/cpuinfo | sed 's/^/log=/'
echo; echo lakeup-ok`,
  last: 'lakeup-ok',
};

export const COMMANDS = {echo, status} as const;
export type CommandName = keyof typeof COMMANDS;
