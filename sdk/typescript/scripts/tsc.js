// Runs the compiler that the lock file names.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export const root = new URL('../', import.meta.url);

/** Compiles a project, or ends the program with the compiler's exit code. */
export async function tsc(project) {
  const program = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const options = { cwd: fileURLToPath(root), stdio: 'inherit' };
  const [code] = await once(spawn(process.execPath, [program, '-p', project], options), 'exit');
  if (code !== 0) process.exit(code ?? 1);
}
