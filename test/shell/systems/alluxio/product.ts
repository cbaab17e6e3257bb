// The product's scripts in small, as they were recorded: what they print, how they end, and what they do unasked.

/** Its process: a bash that minds signals, with the arguments of the JVM. `deaf` makes one that does not. */
const JAVA = `#!/usr/bin/env bash
home=
for argument in "$@"; do case $argument in -Dalluxio.home=*) home=\${argument#*=} ;; esac; done
if [ -e "$home/deaf" ]; then trap '' TERM; else trap 'exit 143' TERM; fi
: >"$home/logs/up"
while :; do sleep 0.1; done
`;

const USAGE = `Usage: alluxio-start.sh [-hNwm] [-i backup] ACTION [MOPT] [-f]
Where ACTION is one of:
  all [MOPT]         \tStart all masters, proxies, and workers.
  master             \tStart the local master on this node.

-a         asynchronously start all processes. The script may exit before all
           processes have been started.
-f         format Journal, UnderFS Data and Workers Folder on master.
-h         display this help.
-i backup  a journal backup to restore the master from.
-N         do not try to kill previous running processes before starting new ones.
-w         wait for processes to end before returning.`;

/** The generation of 1.8 knows no -a, and tells so. */
const OLD_USAGE = USAGE.split('\n')
  .filter(line => !line.startsWith('-a') && !line.includes('processes have been started'))
  .join('\n');

const START = `#!/usr/bin/env bash
home=$(cd "$(dirname "$0")/.." && pwd)
. "$home/libexec/alluxio-config.sh"
if [ -e "$home/no-java" ]; then
  echo "Error: Cannot find 'java' on path or under \\$JAVA_HOME/bin/." >&2
  exit 1
fi
if [ "$VERSION" = 1.8.2 ]; then flags=hNwmi: usage='${OLD_USAGE}'; else flags=ahNwmi: usage='${USAGE}'; fi
given="$*" backup= kill=yes
while getopts "$flags" o; do
  case "$o" in
    h) printf '%s\\n' "$usage"; exit 0 ;;
    i) backup=$OPTARG ;;
    N) kill=no ;;
    a | w | m) ;;
    *) printf '%s\\n' "$usage" >&2; exit 1 ;;
  esac
done
shift $((OPTIND - 1))
mkdir -p "$home/logs"
echo "$given" >>"$home/logs/starts"
env >"$home/logs/env"
ulimit -n >"$home/logs/nofile"
pwd >"$home/logs/cwd"
if [ "$kill" = yes ]; then echo "Killed every $1 on this host" >>"$home/logs/killed"; fi
journal=$(sed -n 's/^alluxio.master.journal.folder=//p' "$home/conf/alluxio-site.properties")
if [ "$1" = master ] && [ ! -d "$journal" ]; then echo "the whole cluster" >>"$home/logs/formatted"; mkdir -p "$journal"; fi
case $1 in
  master) class=alluxio.master.AlluxioMaster ;;
  job_master) class=alluxio.master.AlluxioJobMaster ;;
  worker) class=alluxio.worker.AlluxioWorker ;;
  job_worker) class=alluxio.worker.AlluxioJobWorker ;;
  proxy) class=alluxio.proxy.AlluxioProxy ;;
  *) echo "Error: Invalid ACTION: $1" >&2; exit 1 ;;
esac
if [ "$1" = worker ] && [ "$2" = NoMount ] && [ -e "$home/unmounted" ]; then
  echo 'ERROR: Ramdisk /mnt/ramdisk is not mounted with mount option NoMount.' >&2
  exit 1
fi
echo "Starting $1 @ $(uname -n). Logging to $home/logs"
nohup bash "$home/libexec/java" "-Dalluxio.home=$home" "-Dbackup=$backup" "$class" >"$home/logs/$1.out" 2>&1 </dev/null &
`;

/** Saves ramdisks, and then ends what there is of a class; \`copies-less\` leaves a file out, and exits 0 all the same. */
const STOP = `#!/usr/bin/env bash
home=$(cd "$(dirname "$0")/.." && pwd)
. "$home/libexec/alluxio-config.sh"
if [ -e "$home/no-java" ]; then echo "Error: Cannot find 'java' on path or under \\$JAVA_HOME/bin/."; exit 1; fi
if [ "$1" = -h ]; then
  if [ "$VERSION" = 2.3.0 ]; then echo 'Usage: alluxio-stop.sh [-h] [component]'; else
    echo 'Usage: alluxio-stop.sh [-h] [component] [-c cache] [-s]'
  fi
  exit 0
fi
mkdir -p "$home/logs"
echo "$*" >>"$home/logs/stops"
if [ "$2" = -c ]; then
  echo "Cache directory: $3"
  if [ -d "$3" ]; then rm -rf "$3"/*; else mkdir -p "$3" || exit 2; fi
  for path in $(sed -n 's/^alluxio.worker.tieredstore.level0.dirs.path=//p' "$home/conf/alluxio-site.properties" | tr ',' ' '); do
    echo "Saving worker ramcache at $path to $3/$path"
    mkdir -p "$3/$path"
    cp -R "$path/." "$3/$path/" || exit 1
    if [ -e "$home/copies-less" ]; then find "$3/$path" -type f | head -n 1 | xargs rm -f; fi
    if [ -e "$home/copy-fails" ]; then echo "Failed to copy worker ramcache from $path to $3/$path"; exit 1; fi
  done
fi
`;

const COMMAND = `#!/usr/bin/env bash
home=$(cd "$(dirname "$0")/.." && pwd)
. "$home/libexec/alluxio-config.sh"
mkdir -p "$home/logs"
if [ $# -gt 0 ]; then echo "$*" >>"$home/logs/commands"; fi
site() { sed -n "s/^$1=//p" "$home/conf/alluxio-site.properties" | tail -n 1; }
folder=$(site alluxio.master.journal.folder)
case "$1" in
  getConf) if [ -z "\${2:-}" ]; then cat "$home/conf/alluxio-site.properties"; else site "$2"; fi ;;
  formatWorker)
    if [ -e "$home/format-fails" ]; then echo 'ERROR Format - Failed to format'; exit 255; fi
    echo "Formatting Alluxio Worker @ w1.lab"
    for level in 0 1 2; do
      for dir in $(site "alluxio.worker.tieredstore.level$level.dirs.path" | tr ',' ' '); do
        if [ ! -e "$home/format-leaves" ]; then rm -rf "$dir/alluxioworker"; fi
        mkdir -p "$dir/alluxioworker"
      done
    done
    ;;
  fs)
    shift
    while [[ "$1" = -D* ]]; do shift; done
    case "$1" in
      ls)
        if [ -e "$home/list-hangs" ]; then sleep 300; fi
        if [ -e "$home/list-fails" ]; then echo 'Failed to determine address'; exit 255; fi
        case " $* " in *' -p '*) cat "$home/pinned-listing" ;; *) cat "$home/listing" ;; esac
        ;;
      persist)
        shift
        for path in "$@"; do
          if grep -qxF -e "$path" "$home/unpersistable" 2>/dev/null; then echo "$path cannot be persisted"; exit 255; fi
          awk -v path="$path" 'substr($0, length($0) - length(path) + 1) == path {sub(/NOT_PERSISTED|TO_BE_PERSISTED/, "PERSISTED")} {print}' \
            "$home/listing" >"$home/listing.next"
          mv "$home/listing.next" "$home/listing"
          echo "persisted file $path with size 3"
        done
        ;;
    esac
    ;;
  formatJournal | formatMaster)
    if [ "$1" = formatJournal ] && [ "$VERSION" = 2.3.0 ]; then echo "Usage: alluxio COMMAND"; exit 1; fi
    if [ -e "$home/format-fails" ]; then echo 'ERROR Format - Failed to format'; exit 255; fi
    echo "Formatting Alluxio Master @ m1.lab"
    if [ "$(site alluxio.master.journal.type)" = UFS ]; then
      for part in FileSystemMaster BlockMaster; do
        rm -rf "$folder/$part/v1"; mkdir -p "$folder/$part/v1"; : >"$folder/$part/v1/_format_1795336496834"
      done
    else
      mkdir -p "$folder"; find "$folder" -mindepth 1 -delete
    fi
    ;;
  fsadmin)
    if [ -e "$home/alone" ] && [[ "$*" != *--allow-leader* ]]; then echo 'No master found to delegate backup.'; exit 255; fi
    if [ -e "$home/backup-fails" ]; then printf '%75s\\r Backup state: Initiating\\n' ''; echo 'Failed to create directory /nowrite'; exit 255; fi
    if [ -e "$home/says-nothing" ]; then exit 0; fi
    directory=/ufs/alluxio_backups; if [[ "$3" = /* ]]; then directory=$3; fi
    printf '%75s\\r Backup state: Initiating\\r%75s\\n' '' ''
    echo 'Backup Host        : m1.lab'
    echo "Backup URI         : file://$directory/alluxio-backup-2026-11-22-$(wc -l <"$home/logs/commands").gz"
    echo 'Backup Entry Count : 22'
    ;;
  *)
    echo 'Usage: alluxio COMMAND [GENERIC_COMMAND_OPTIONS] [COMMAND_ARGS]'
    echo '  format [-s]   	 Format Alluxio master and all workers'
    if [ "$VERSION" = 2.3.0 ]; then echo '  formatMaster  	 Format Alluxio master'; else
      echo '  formatJournal 	 Format Alluxio master journal locally'
      echo '  formatMasters 	 Format Alluxio master nodes'
    fi
    exit 1
    ;;
esac
`;

/** The files of a version, by their names below its home; those of bin and libexec can be run. */
export const productFiles = (version: string): Readonly<Record<string, string>> => ({
  'bin/alluxio': COMMAND,
  'bin/alluxio-start.sh': START,
  'bin/alluxio-stop.sh': STOP,
  'libexec/java': JAVA,
  'libexec/alluxio-config.sh': `VERSION=${version}\n`,
  'assembly/alluxio-server.jar': version.repeat(1000),
  'conf/alluxio-site.properties.template': `# ${version}\n`,
  'conf/log4j.properties': `# log4j of ${version}\n`,
  'conf/masters': 'localhost\n',
  'conf/workers': 'localhost\n',
  'lib/a "b" c.jar': version,
});
