// Builds dist/esm and dist/cjs, each with its types.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { root, tsc } from './tsc.js';

const cjs = new URL('dist/cjs/', root);
await rm(new URL('dist/', root), { recursive: true, force: true });
await Promise.all([tsc('tsconfig.json'), tsc('tsconfig.cjs.json')]);
await mkdir(cjs, { recursive: true });
// The package is of type module; below this file its .js and .d.ts are CommonJS.
await writeFile(new URL('package.json', cjs), '{ "type": "commonjs", "sideEffects": false }\n');
