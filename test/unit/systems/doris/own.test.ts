import {describe, expect, test} from 'vitest';
import {parseLines} from '../../../../src/host/lines.ts';
import {ownFacts} from '../../../../src/systems/doris/parse/own.ts';

const HOUR = 3_600;
const factsOf = (...lines: readonly string[]) => ownFacts(parseLines(lines.join('\n')));

describe('edits of the site', () => {
  test.each([
    // Where lib tells when the release was made, a minute is enough; without it, an hour.
    [
      'newer than scripts and lib',
      ['lib.shipped=0 1000', `script=1090 differs 9 9 0 a`, 'script=1000 differs 9 9 0 b'],
      ['a newer'],
    ],
    [
      'newer than scripts, older than lib',
      ['lib.shipped=0 5000', 'script=3000 differs 9 9 0 a', 'script=1000 differs 9 9 0 b'],
      [],
    ],
    [
      'all of bin copied after lib',
      ['lib.shipped=0 1000', 'script=9000 differs 9 9 0 a', 'script=9001 differs 9 9 0 b'],
      [],
    ],
    ['alone, within the hour', [`script=${HOUR} differs 9 9 0 a`, 'script=0 differs 9 9 0 b'], []],
    ['alone, after it', [`script=${HOUR + 1} differs 9 9 0 a`, 'script=0 same 0 0 0 b'], ['a newer']],
    ['the same as the package’s', ['script=9000 same 0 0 0 a', 'script=0 same 0 0 0 b'], []],
    ['a third of it is left', ['script=0 differs 90 30 0 a'], []],
    ['less than a third', ['script=0 differs 90 29 0 a'], ['a unlike']],
    ['too long to be compared', ['script=0 differs 0 0 0 a'], []],
    ['a name with blanks', ['script=0 differs 9 9 1 my start.sh'], ['my start.sh path']],
  ])('%s', (_, lines, edited) => {
    expect(factsOf(...lines).edited).toEqual(edited);
  });

  test.each([
    ['moved there later', ['lib.shipped=1000 500', 'lib.other=1061 100 a.jar'], ['a.jar']],
    ['moved there with the rest', ['lib.shipped=1000 500', 'lib.other=1060 560 a.jar'], []],
    [
      'changed later, all of lib given to another user since',
      ['lib.shipped=1000 500', 'lib.other=1000 561 a.jar'],
      ['a.jar'],
    ],
    ['nothing of lib is the package’s', ['lib.other=9999 9999 a.jar'], []],
    [
      'a driver',
      ['lib.other=0 0 jdbc/ojdbc8-19.3.jar', 'lib.other=0 0 DmJdbcDriver18.jar'],
      ['jdbc/ojdbc8-19.3.jar', 'DmJdbcDriver18.jar'],
    ],
  ])('a file of lib: %s', (_, lines, siteFiles) => {
    expect(factsOf(...lines).siteFiles).toEqual(siteFiles);
  });

  test.each<[string, readonly string[], number | undefined]>([
    ['none', ['lib.shipped=1000 500'], 0],
    [
      'told by name',
      ['lib.shipped=1000 500', 'lib.others=2', 'lib.other=0 0 ojdbc8.jar', 'lib.other=0 0 x.jar'],
      1,
    ],
    ['more than are told of', ['lib.shipped=1000 500', 'lib.others=900', 'lib.other=0 0 x.jar'], 900],
    ['nothing of lib is the package’s', ['lib.others=9', 'lib.other=0 0 x.jar'], undefined],
    ['no number', ['lib.shipped=1000 500', 'lib.others=many'], 0],
  ])('how many more there are: %s', (_, lines, libOthers) => {
    expect(factsOf(...lines).libOthers).toBe(libOthers);
  });
});
