// Our scripts, held against the engines of docs/browsers.json: nothing newer than ES2019 in the
// language, no API that one of them lacks unless the script looks for it first.
import { readFileSync } from 'node:fs';
import compat from 'eslint-plugin-compat';
import esx from 'eslint-plugin-es-x';

const told = JSON.parse(readFileSync(process.env.MADO_BROWSERS, 'utf-8'));

// Arrays have methods of these names since long ago; the rules can not tell them from iterators'.
const arrays = Object.fromEntries(Object.keys(esx.rules)
  .filter((name) => name.startsWith('no-iterator-prototype-'))
  .map((name) => [`es-x/${name}`, 'off']));

export default [
  compat.configs['flat/recommended'],
  esx.configs['flat/restrict-to-es2019'],
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: arrays,
    settings: { targets: told.eslint, 'es-x': { aggressive: true } },
  },
];
