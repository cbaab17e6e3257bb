import {type Sh, sh} from '../../../lib/sh.ts';

/**
 * Shell functions about the place an application loads its client from. `jar_kind PATH`: dir, file, link (to a file), none or
 * other. `jars_in DIR`: the clients in a directory. `folder_of PATH`: where the jar lies, or is looked for. `real_of PATH`:
 * what a path leads to.
 */
export const jarPlace: Sh = sh`jar_kind() {
  if [ -d "$1" ]; then echo dir
  elif [ -L "$1" ]; then if [ -f "$1" ]; then echo link; else echo other; fi
  elif [ -f "$1" ]; then echo file
  elif [ -e "$1" ]; then echo other
  else echo none
  fi
}
jars_in() {
  for each in "$1"/alluxio-*-client.jar; do
    if [ -f "$each" ]; then printf '%s\\n' "$each"; fi
  done
}
folder_of() {
  if [ -d "$1" ]; then printf '%s\\n' "$1"; else printf '%s\\n' "\${1%/*}"; fi
}
real_of() { readlink -f "$1" 2>/dev/null || printf '%s\\n' "$1"; }`;

/**
 * Shell function `jar_version FILE`: the version that the pom.properties of Alluxio's own modules in a jar tell; nothing where
 * there are none. A jar is a zip. Without unzip the first of these files is found by its name and unpacked by gzip, which
 * reads the same deflate behind a header of its own: ten bytes. Two bytes before the name tell how long the extra field
 * behind it is; 22 bytes before it stands whether it is packed at all.
 */
export const jarVersion: Sh = sh`version_in() { tr -d '\\r' | sed -n 's/^version=//p' | head -n 1; }
jar_version() {
  found=
  if command -v unzip >/dev/null 2>&1; then
    found=$(unzip -p "$1" 'META-INF/maven/org.alluxio/*/pom.properties' 2>/dev/null | version_in) || :
  fi
  if [ -z "$found" ]; then
    entry=$(grep -abo -e 'META-INF/maven/org[.]alluxio/[A-Za-z0-9._-]*/pom[.]properties' "$1" 2>/dev/null | head -n 1) || :
    offset=\${entry%%:*}
    name=\${entry#*:}
    case $offset in
      '' | *[!0-9]* | ? | [12]?) ;;
      *)
        extra=$(tail -c "+$((offset - 1))" "$1" | head -c 2 | od -An -v -tu1 | awk '{print $1 + 256 * $2}')
        packed=$(tail -c "+$((offset - 21))" "$1" | head -c 1 | od -An -v -tu1 | tr -d ' ')
        content() { tail -c "+$((offset + \${#name} + extra + 1))" "$1" | head -c 4096; }
        if [ "$packed" = 0 ]; then found=$(content "$1" | version_in) || :
        else found=$({ printf '\\037\\213\\010\\000\\000\\000\\000\\000\\000\\377'; content "$1"; } | gzip -dc 2>/dev/null | version_in) || :
        fi
        ;;
    esac
  fi
  printf '%s\\n' "$found"
}`;
