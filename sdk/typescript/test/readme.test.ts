// Runs the README: its blocks of JavaScript as one program, each printing what stands below it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Server } from './server.js';

const root = new URL('../../', import.meta.url);

/** Printed after each block, to know whose output is whose. */
const MARK = '\u241e';

test('the examples of the README do what it says', async () => {
  const blocks = blocksOf(await readFile(new URL('README.md', root), 'utf8'));
  assert.ok(blocks.length >= 9);
  const opening = /^import .*\nconst clinik = new Kiln\(\{ baseUrl: '\S+' \}\);\n$/;
  assert.match(blocks[0]?.code ?? '', opening);

  await using server = await Server.start();
  const code = blocks.map((block) => `${block.code}\nconsole.log('${MARK}');\n`).join('');
  const file = new URL('build/readme/examples.mjs', root);
  await mkdir(new URL('./', file), { recursive: true });
  await writeFile(file, code.replace('http://127.0.0.1:8080', server.baseUrl));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [fileURLToPath(file)]);
  assert.equal(stderr, '');
  const printed = stdout.split(MARK);
  for (const [position, { code: example, output }] of blocks.entries()) {
    assert.match(printed[position]?.trim() ?? '', pattern(output), example);
  }
});

interface Block {
  readonly code: string;
  /** What it prints; `…` stands for anything. */
  readonly output: string;
}

function blocksOf(page: string): Block[] {
  const found = page.matchAll(/^```js\n(.*?)^```\n(?:```text\n(.*?)^```\n)?/gms);
  return [...found].map(([, code = '', output = '']) => ({ code, output: output.trim() }));
}

function pattern(output: string): RegExp {
  const parts = output.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}
