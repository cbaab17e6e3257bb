/**
 * The import law: which folder of src/ may import from which, and which folder owns which outside package.
 * `.dependency-cruiser.mjs` makes its rules from these two tables; test/law plants violations and sees them caught.
 * To allow an arrow, write it here: the diff then says what became of the house.
 */

/** folder -> folders it may import from, besides itself. `node`: it may use Node's own modules (files, net, crypto). */
export const FOLDERS = {
  lib: {from: [], node: false},
  model: {from: ['lib'], node: false},
  inventory: {from: ['model', 'lib'], node: true},
  host: {from: ['model', 'lib'], node: false},
  recipe: {from: ['host', 'model', 'lib'], node: false},
  systems: {from: ['recipe', 'host', 'model', 'lib'], node: false},
  fakes: {from: ['systems', 'recipe', 'host', 'model', 'lib'], node: true},
  plan: {from: ['model', 'lib'], node: false},
  probe: {from: ['host', 'model', 'lib'], node: false},
  transport: {from: ['model', 'lib'], node: true},
  engine: {from: ['probe', 'host', 'model', 'lib'], node: true},
  sim: {from: ['model', 'lib'], node: true},
  store: {from: ['model', 'lib'], node: false},
  ui: {from: ['store', 'model', 'lib'], node: true},
  cli: {
    from: [
      'inventory',
      'systems',
      'plan',
      'probe',
      'transport',
      'engine',
      'sim',
      'store',
      'ui',
      'model',
      'lib',
    ],
    node: true,
  },
};

/** package -> folders that may import it. A package that stands in no row may be imported by nobody. */
export const PACKAGES = {
  zod: [
    'model',
    'inventory',
    'host',
    'recipe',
    'systems',
    'fakes',
    'plan',
    'probe',
    'transport',
    'engine',
    'sim',
    'cli',
  ],
  yaml: ['inventory'],
  ssh2: ['transport', 'sim'],
  mysql2: ['transport', 'fakes'],
  ink: ['ui'],
  react: ['ui'],
  'string-width': ['ui'],
  zustand: ['store'],
  commander: ['cli'],
};
