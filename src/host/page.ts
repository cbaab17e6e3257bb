import {lines, type Sh, sh} from '../lib/sh.ts';

/** What is taken of a page at most: whoever answers without end must not fill the memory of a shell. */
const PAGE_BYTES = 65_536;

/** A GET in bash's own words, of `$0` at port `$1`: HTTP/1.0, so that the answer comes in one piece and ends. */
const IN_BASH = `exec 3<>"/dev/tcp/$0/$1" && printf 'GET %s HTTP/1.0\\r\\nHost: %s\\r\\n\\r\\n' "$2" "$0" >&3 && cat <&3`;

/**
 * Shell function `page ADDRESS PORT PATH SECONDS`: prints what answers a GET there, asked from the host itself with what it
 * has: curl, wget, or bash (which the products' own scripts need). The last line is `page=0` where the answer is whole; else
 * why there is none stands before it. No proxy of the environment is asked.
 */
export const page: Sh = lines(
  sh`page() {
  {
    unset http_proxy all_proxy HTTP_PROXY ALL_PROXY
    case $1 in *:*) site="[$1]:$2" ;; *) site=$1:$2 ;; esac
    ended=0
    if command -v curl >/dev/null 2>&1; then
      timeout -k 1 "$4" curl -q -sS -g "http://$site$3" || ended=$?
    elif command -v wget >/dev/null 2>&1; then
      timeout -k 1 "$4" wget -q -O - "http://$site$3" || ended=$?
    elif command -v bash >/dev/null 2>&1; then
      timeout -k 1 "$4" bash -c ${IN_BASH} "$1" "$2" "$3" || ended=$?
    else
      echo 'this host has neither curl nor wget nor bash to ask with'
      ended=127
    fi
    case $ended in
      0) ;;
      # As timeout says it, and as that of older busyboxes does.
      124 | 137 | 143) echo "no answer within $4 s" ;;
      *) echo "no answer ($ended)" ;;
    esac
    printf '\\npage=%s\\n' "$ended"
  } 2>&1 | head -c ${PAGE_BYTES}
}`,
);
