import {FOLDERS, PACKAGES} from './scripts/import-law.mjs';

const inFolders = folders => `^src/(${folders.join('|')})/`;

const folderRules = Object.entries(FOLDERS).map(([folder, {from}]) => ({
  name: `${folder}-imports-only-${from.length === 0 ? 'nothing' : from.join('-')}`,
  severity: 'error',
  comment: `src/${folder} may import from: ${from.join(', ') || 'nothing'} (scripts/import-law.mjs)`,
  from: {path: inFolders([folder])},
  to: {path: '^(src|scripts|test|bench)/', pathNot: inFolders([folder, ...from])},
}));

const nodeFree = Object.keys(FOLDERS).filter(folder => !FOLDERS[folder].node);

const packageRules = Object.entries(PACKAGES).map(([name, folders]) => ({
  name: `${name}-belongs-to-${folders.join('-')}`,
  severity: 'error',
  comment: `only src/{${folders.join(',')}} may import ${name} (scripts/import-law.mjs)`,
  from: {path: '^src/', pathNot: inFolders(folders)},
  to: {path: `(^|node_modules/)${name}(/|$)`, dependencyTypesNot: ['local']},
}));

export default {
  forbidden: [
    ...folderRules,
    ...packageRules,
    {
      name: 'no-cycle',
      severity: 'error',
      comment: 'two files that import each other, types included, are one file or lack a third',
      from: {path: '^src/'},
      to: {circular: true},
    },
    {
      name: 'no-node-in-pure-folders',
      severity: 'error',
      comment: 'these folders reach the world through ports only (scripts/import-law.mjs)',
      from: {path: inFolders(nodeFree)},
      to: {dependencyTypes: ['core']},
    },
    {
      name: 'unknown-package',
      severity: 'error',
      comment: 'a package that scripts/import-law.mjs gives to no folder',
      from: {path: '^src/'},
      to: {
        path: 'node_modules/',
        pathNot: `node_modules/(@types/)?(${Object.keys(PACKAGES).join('|')})(/|$)`,
      },
    },
    {
      name: 'not-found',
      severity: 'error',
      comment: 'an import that leads nowhere',
      from: {path: '^src/'},
      to: {couldNotResolve: true},
    },
    {
      name: 'no-import-of-main',
      severity: 'error',
      comment: 'main.ts is the composition root: only the first file of the program loads it',
      from: {path: '^src/', pathNot: '^src/lakeup\\.ts$'},
      to: {path: '^src/main\\.ts$'},
    },
    {
      name: 'systems-apart',
      severity: 'error',
      comment: 'one system never imports another; only index.ts lists them',
      from: {path: '^src/systems/([^/]+)/'},
      to: {path: '^src/systems/', pathNot: '^src/systems/$1/'},
    },
    {
      name: 'fakes-apart',
      severity: 'error',
      comment:
        'one fake never imports another; what several need stands in common, and only index.ts lists them',
      from: {path: '^src/fakes/([^/]+)/'},
      to: {path: '^src/fakes/', pathNot: '^src/fakes/($1|common)/'},
    },
    {
      name: 'fakes-know-their-own-system',
      severity: 'error',
      comment: 'a fake imports the system that it pretends to be, and common and the index none',
      from: {path: '^src/fakes/([^/]+)'},
      to: {path: '^src/systems/', pathNot: '^src/systems/$1/'},
    },
    {
      name: 'fakes-only-for-main',
      severity: 'error',
      comment: 'nothing that a real upgrade loads may lead to a fake',
      from: {path: '^src/', pathNot: '^src/(fakes/|main\\.ts$)'},
      to: {path: '^src/fakes/'},
    },
    {
      name: 'fakes-late',
      severity: 'error',
      comment: 'main.ts loads the fakes when a demo asks for them, by import()',
      from: {path: '^src/main\\.ts$'},
      to: {path: '^src/fakes/', dynamic: false},
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: {path: 'node_modules'},
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
};
