import {mkdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {revisionOf} from './generation.ts';
import {formatEmbedded, formatUfs} from './process-journal.ts';
import {logLine, type Me, siteOf} from './process-self.ts';

/** What a command printed, and its exit code. */
export type Printed = {readonly out?: string; readonly err?: string; readonly code: number};

export const GETCONF_USAGE = `usage: USAGE: GetConf [--unit <arg>] [--source] [--master] [key]

GetConf prints the configured value for the given key. If the key is
              invalid, the exit code will be nonzero. If the key is valid
              but isn't set, an empty string is printed. If no key is
              specified, all configuration is printed.
    --master       the configuration properties used by the master.
    --source       source of the configuration property will be printed.
    --unit <arg>   unit of the value to return. Values of configuration
                   will be converted to a quantity in the given unit.
                   E.g., with "--unit KB", a configuration value of
                   "4096B" will return 4, and with "--unit S", a
                   configuration value of "5000ms" will return 5. Possible
                   unit options include B, KB, MB, GB, TP, PB, MS, S, M,
                   H, D. "
`;

/** alluxio.cli.GetConf */
export const getConf = (me: Me, args: readonly string[]): Printed => {
  const source = args.includes('--source');
  const key = args.find((word, i) => !word.startsWith('-') && args[i - 1] !== '--unit');
  const sourceOf = (name: string): string => {
    const kind = me.properties.setting(name)?.source ?? 'DEFAULT';
    return kind === 'SITE_PROPERTY' ? `SITE_PROPERTY (${siteOf(me.home)})` : kind;
  };
  if (key === undefined) {
    // In 1.8 a list says so (recorded); one alone is an empty line.
    const unset = me.generation.isFirst ? '(no value set)' : '';
    const lines = me.properties
      .keys()
      .map(name => `${name}=${me.text(name) || unset}${source ? ` (${sourceOf(name)})` : ''}\n`);
    return {out: lines.join(''), code: 0};
  }
  const setting = me.properties.setting(key);
  if (setting === null)
    return {out: GETCONF_USAGE, err: `${key} is not a valid configuration key\n`, code: 1};
  return {out: `${source ? sourceOf(key) : setting.value}\n`, code: 0};
};

/** alluxio.cli.Version */
export const version = (me: Me, args: readonly string[]): Printed => {
  if (args[0] !== '-r') return {out: `${me.version}\n`, code: 0};
  const length = args[1] === undefined ? 40 : Number(args[1]);
  return {out: `${me.version}-${revisionOf(me.plain).slice(0, length)}\n`, code: 0};
};

/** alluxio.cli.ValidateConf: finds nothing, whatever is written there (recorded). */
export const validateConf = ({generation}: Me): Printed => ({
  out:
    logLine(generation, 'INFO', 'ValidateConf.java:36', 'Validating configuration.') +
    logLine(generation, 'INFO', 'ValidateConf.java:39', 'Configuration is valid.'),
  code: 0,
});

const formatMaster = (me: Me, say: (where: string, words: string) => void): void => {
  const folder = me.text('alluxio.master.journal.folder');
  say('Format.java:109', `Formatting master journal: ${folder.replace(/\/?$/, '/')}`);
  // The fault: it says what it always says, and what was there is there still.
  if (me.knob('JOURNAL_LEFT') === 'yes') return;
  if (me.text('alluxio.master.journal.type') === 'UFS') {
    for (const place of formatUfs(folder)) say('UfsJournal.java:209', `Formatting ${place}`);
  } else formatEmbedded(folder);
};

const formatWorker = (me: Me, say: (where: string, words: string) => void): void => {
  say('Format.java:125', 'Formatting worker data folder: /alluxioworker/');
  const paths = me.text('alluxio.worker.tieredstore.level0.dirs.path').split(',');
  for (const path of paths) {
    const place = join(path, 'alluxioworker');
    say('Format.java:134', `Formatting Data path for tier 0:${place}`);
    rmSync(place, {recursive: true, force: true});
    // The folder above it must be there: a ramdisk that is not mounted has none.
    mkdirSync(place);
  }
};

/** alluxio.cli.Format MASTER|WORKER: everything goes to stdout, failures too. */
export const format = (me: Me, args: readonly string[]): Printed => {
  let out = '';
  const say = (where: string, words: string, level = 'INFO'): void => {
    out += logLine(me.generation, level, where, words);
  };
  try {
    if (args[0] === 'MASTER') formatMaster(me, say);
    else formatWorker(me, say);
    say('Format.java:101', 'Formatting complete');
    return {out, code: 0};
  } catch (error) {
    say('Format.java:97', 'Failed to format', 'ERROR');
    const path = error instanceof Error && 'path' in error ? String(error.path) : String(error);
    const kind =
      error instanceof Error && 'code' in error && error.code === 'EACCES' ? 'AccessDenied' : 'NoSuchFile';
    return {out: `${out}java.nio.file.${kind}Exception: ${path}\n`, code: 255};
  }
};
