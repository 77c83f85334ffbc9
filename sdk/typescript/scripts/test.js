// Compiles the tests and runs them against the real program: KILN_BIN, else what cargo builds.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { root, tsc } from './tsc.js';

const repository = new URL('../../', root);
const build = new URL('build/', root);

await rm(build, { recursive: true, force: true });
await mkdir(build, { recursive: true });
// The seed's page is compiled twice: as an ECMAScript module, and from here as CommonJS.
await copyFile(new URL('test/seed.ts', root), new URL('seed.cts', build));
await tsc('tsconfig.test.json');

const env = { ...process.env, KILN_BIN: process.env.KILN_BIN ?? (await cargoBuild()) };
const wanted = process.argv.slice(2);
const files = (await readdir(new URL('test/', build)))
  .filter((name) => name.endsWith('.test.js'))
  .filter((name) => wanted.length === 0 || wanted.some((word) => name.includes(word)))
  .map((name) => `build/test/${name}`);
await run(process.execPath, ['--test', '--test-concurrency=2', ...files], fileURLToPath(root), env);

async function cargoBuild() {
  await run('cargo', ['build', '--locked', '--package', 'kiln'], fileURLToPath(repository));
  return fileURLToPath(new URL('target/debug/kiln', repository));
}

async function run(program, options, cwd, env = process.env) {
  const [code] = await once(spawn(program, options, { cwd, env, stdio: 'inherit' }), 'exit');
  if (code !== 0) process.exit(code ?? 1);
}
