// What the package promises in its types and its files.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';
import * as sdk from 'kiln-audit';
import ts from 'typescript';
import { isObject } from './json.js';

const root = new URL('../../', import.meta.url);
const openapi = new URL('../../crates/server/src/openapi.json', root);

test('the types are those of the OpenAPI document', async () => {
  const made = astToString(await openapiTS(openapi, { immutable: true }));
  const kept = await readFile(new URL('src/schema.ts', root), 'utf8');
  const code = kept.slice(kept.indexOf('export interface paths'));
  assert.equal(code, made, '`npm run generate` puts it right');
});

test('no type is `any`, in the sources and in what is published', async () => {
  for (const folder of ['src/', 'dist/esm/', 'dist/cjs/']) {
    const names = await readdir(new URL(folder, root));
    const typed = names.filter((name) => name.endsWith('.ts'));
    assert.ok(typed.length > 15, folder);
    for (const name of typed) {
      const text = await readFile(new URL(folder + name, root), 'utf8');
      const file = ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true);
      assert.deepEqual(escapes(file).map((node) => node.getText()), [], folder + name);
    }
  }
});

/** `any`, and what silences the compiler. */
function escapes(node: ts.Node): ts.Node[] {
  const found: ts.Node[] = node.getChildren().flatMap(escapes);
  const isAny = node.kind === ts.SyntaxKind.AnyKeyword;
  return isAny || ts.isNonNullExpression(node) ? [node, ...found] : found;
}

test('the package is whole by import and by require, with types for both', async () => {
  const required: unknown = createRequire(import.meta.url)('kiln-audit');
  assert.ok(isObject(required));
  assert.deepEqual(Object.keys(required).sort(), Object.keys(sdk).sort());

  const text = await readFile(new URL('package.json', root), 'utf8');
  const manifest: unknown = JSON.parse(text);
  assert.ok(isObject(manifest));
  assert.equal(manifest['dependencies'], undefined, 'no runtime dependency');
  for (const [mode, format] of [['import', 'esm'], ['require', 'cjs']] as const) {
    const resolved = resolve(mode);
    assert.equal(resolved, fileURLToPath(new URL(`dist/${format}/index.d.ts`, root)));
  }
});

/** Where TypeScript finds the types of the package by its own name. */
function resolve(mode: 'import' | 'require'): string | undefined {
  const from = fileURLToPath(new URL('test/types.test.ts', root));
  const options = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };
  const kind = mode === 'import' ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS;
  const host = ts.createCompilerHost(options);
  const found = ts.resolveModuleName('kiln-audit', from, options, host, undefined, undefined, kind);
  return found.resolvedModule?.resolvedFileName;
}

test('the types need those of Node alone, or those of browsers alone', () => {
  const common = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };
  const uses = fileURLToPath(new URL('test/uses.ts', root));
  for (const surroundings of [
    { lib: ['lib.es2022.d.ts'], types: ['node'] },
    { lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'], types: [] },
  ]) {
    const program = ts.createProgram([uses], { ...common, ...surroundings });
    const found = ts.getPreEmitDiagnostics(program);
    assert.deepEqual(found.map(({ messageText }) => messageText), []);
  }
});

test('the lock file names no registry but the public one', async () => {
  const lock = await readFile(new URL('package-lock.json', root), 'utf8');
  const named = [...lock.matchAll(/"resolved": "([^"]*)"/g)].map(([, url]) => url ?? '');
  assert.deepEqual(named.filter((url) => !url.startsWith('https://registry.npmjs.org/')), []);
});
