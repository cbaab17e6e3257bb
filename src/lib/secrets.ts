/** A name of something that nobody else may know. */
const NAME =
  /[\w.-]{0,64}(?:passw(?:or)?d|passphrase|pwd|secret|token|credential|authorization|access_?key|private_?key)[\w.-]{0,64}|\b(?:ak|sk)/;

/** What such a name is set to: quoted, to its end or to the end of the words; of a header its scheme too; or up to a blank. */
const VALUE = /"[^"]*"?|'[^']*'?|(?:basic|bearer|digest)\s+\S+|[^\s,;&)}\]]+/;

const SET = new RegExp(`(${NAME.source})(\\\\?["']?\\s*[:=：]\\s*\\\\?)(?:${VALUE.source})`, 'gi');
const IN_SQL = new RegExp(
  `(identified\\s+by\\s+|set\\s+password\\b[^=]*=\\s*)(?:password\\s*\\([^)]*\\)?|(?:password\\s+)?(?:${VALUE.source}))`,
  'gi',
);

/** Somebody's words, of a log or of a page, without what may be secret in them: in an address, under a name that says so, in SQL. */
export const withoutSecrets = (words: string): string =>
  words
    .replaceAll(/\/\/[^\s"'<>]{0,512}@/g, '//')
    // The string by which FoundationDB is found lets whoever knows it write to it; so does a login before a host.
    .replaceAll(/[\w.-]{1,128}:[^\s@"'<>/]{1,128}@(?=[\w.[])/g, '…@')
    .replaceAll(/(\/[^\s"'<>?#]{0,512})[?#][^\s"'<>]*/g, '$1')
    .replaceAll(IN_SQL, '$1…')
    .replaceAll(SET, '$1$2…');
