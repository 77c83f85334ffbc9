/** Starts the real program (KILN_BIN, which scripts/test.js sets) on a free port. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const STARTED_WITHIN_MS = 60_000;

type Process = ChildProcessByStdio<null, Readable, null>;

/** A server with a data folder of its own, which it keeps when it is started again. */
export class Server implements AsyncDisposable {
  /** Stays the same over restarts. */
  readonly baseUrl: string;
  readonly #folder: string;
  #process: Process;

  private constructor(folder: string, process: Process, baseUrl: string) {
    this.#folder = folder;
    this.#process = process;
    this.baseUrl = baseUrl;
  }

  /** Starts one; `settings` is the text of a settings file. */
  static async start(settings = ''): Promise<Server> {
    const folder = await mkdtemp(join(tmpdir(), 'kiln-sdk-'));
    await writeFile(join(folder, 'kiln.toml'), `log.level = "warn"\n${settings}`);
    const process = serve(folder, '127.0.0.1:0');
    return new Server(folder, process, await listening(process));
  }

  /** As when the machine's memory ends: no signal that it could answer. */
  async kill(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }

  /** Starts it again, with its data, at its address. */
  async startAgain(): Promise<void> {
    this.#process = serve(this.#folder, new URL(this.baseUrl).host);
    assert.equal(await listening(this.#process), this.baseUrl);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    const [code] = (await ended) as [number | null];
    await rm(this.#folder, { recursive: true, force: true });
    assert.equal(code, 0, 'Kiln stops cleanly when it is told to');
  }
}

function serve(folder: string, listen: string): Process {
  const { KILN_BIN: program } = process.env;
  assert.ok(program, 'KILN_BIN names the program; `npm test` sets it');
  const settings = ['--settings', join(folder, 'kiln.toml'), '--data', join(folder, 'data')];
  const options = ['serve', '--listen', listen, ...settings];
  return spawn(program, options, { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function listening(server: Process): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      reject(new Error('Kiln did not start'));
    }, STARTED_WITHIN_MS);
    server.once('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`Kiln ended with ${String(code)}`));
    });
    createInterface({ input: server.stdout }).on('line', (line) => {
      const address = /listening on (http:\/\/\S+)/.exec(line)?.[1];
      if (address === undefined) return;
      clearTimeout(late);
      resolve(address);
    });
  });
}
