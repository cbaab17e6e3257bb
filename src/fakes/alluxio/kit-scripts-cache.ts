/** The directories of the first tier, where that is memory; no other is saved (domain 1.2). */
const RAMCACHES = `ramcaches() {
  local level=alluxio.worker.tieredstore.level0
  if [[ "$("$BIN/alluxio" getConf $level.dirs.mediumtype)" != MEM ]]; then return 0; fi
  "$BIN/alluxio" getConf $level.dirs.path | tr ',' '\\n'
}
`;

/** \`alluxio-stop.sh worker -c DIR\`: before the worker is ended, whatever it is at; a copy that fails leaves it running (recorded: 2.9.4). */
export const SAVE_CACHE = `${RAMCACHES}save_cache() {
  local to="$1" path
  echo "Cache directory: $to"
  if [[ -d "$to" ]]; then
    echo "Directory already exists at $to; overwritting its contents"
    find "$to" -mindepth 1 -delete
  elif [[ -e "$to" ]]; then
    echo "Non-directory file already exists at the path $to; aborting"
    exit 1
  elif ! mkdir -p "$to"; then
    echo "Failed to create directory: $to"
    exit 2
  fi
  while read -r path; do
    if [[ ! -d "$path" ]]; then
      echo "Alluxio has a configured ramcache path $path, but that path does not exist"
      exit 2
    fi
    echo "Saving worker ramcache at $path to $to/$path"
    mkdir -p "$to/$path"
    if ! cp -R "$path/." "$to/$path/"; then
      echo "Failed to copy worker ramcache from $path to $to/$path"
      exit 1
    fi
  done < <(ramcaches)
}
`;

/** \`alluxio-start.sh worker NoMount -c DIR\`: empties each ramdisk, then fills it (recorded: 2.9.4). */
export const FILL_CACHE = `${RAMCACHES}fill_cache() {
  local from="$1" path
  if [[ ! -e "$from" ]]; then
    echo "Cache path $from does not exist; aborting"
    exit 2
  elif [[ ! -d "$from" ]]; then
    echo "Cache path $from is not a directory; aborting"
    exit 2
  fi
  echo "Populating worker ramcache(s) with contents from $from"
  while read -r path; do
    echo "Populating worker ramcache at $path with $from/$path"
    if [[ ! -e "$from/$path" ]]; then
      echo "Path does not exist: $from/$path"
      exit 2
    fi
    rm -rf "\${path:?}"/*
    if ! cp -R "$from/$path/." "$path/"; then
      echo "Failed to populate ramcache at $path with $from/$path"
      exit 2
    fi
  done < <(ramcaches)
}
`;
