// A Kiln and a witness of another party, both the real program, and receipts of what Kiln holds.
'use strict';

const assert = require('node:assert/strict');
const { spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { createInterface } = require('node:readline');

/** A demo makes its events up first. */
const STARTED_WITHIN_MS = 120_000;

class Log {
  /** The log's verifier key, and a policy that asks for the witness. */
  key;
  policy;
  #kiln;
  #witness;

  static async start(folder) {
    const log = new Log();
    const data = join(folder, 'data');
    // The log's key is made by the first start; the witness wants to know it.
    await stop(await start(['serve', '--data', data, '--listen', '127.0.0.1:0']));
    log.key = run(['key', 'show', '--data', data]).trim();
    writeFileSync(join(folder, 'logs'), `log ${log.key}\n`);
    log.#witness = await start(witness(folder));
    const home = await (await fetch(log.#witness.base)).text();
    const vkey = home.split('\n').find((line) => line.startsWith('witness.example/ui+'));
    const url = log.#witness.base;
    log.policy = `log ${log.key}\nwitness w ${vkey} ${url}\nquorum w\n`;
    writeFileSync(join(folder, 'policy'), log.policy);
    const settings = join(folder, 'kiln.toml');
    writeFileSync(settings, `evidence.policy = "${join(folder, 'policy')}"\nevidence.ack = "witnessed"\n`);
    const serve = ['serve', '--data', data, '--listen', '127.0.0.1:0', '--settings', settings];
    log.#kiln = await start(serve);
    return log;
  }

  /** Posts events, each waiting for its witness, and gives their bytes with their receipts. */
  async receipts(count) {
    const path = `${this.#kiln.base}/fhir/r4/AuditEvent`;
    const ids = [];
    for (let n = 0; n < count; n += 20) {
      const group = Array.from({ length: Math.min(20, count - n) }, (_, m) => post(path, n + m));
      ids.push(...(await Promise.all(group)));
    }
    const receipts = [];
    for (const id of ids) receipts.push(await receipt(`${path}/${id}`));
    return receipts;
  }

  /** Where it listens. */
  get base() {
    return this.#kiln.base;
  }

  async stop() {
    await stop(this.#kiln);
    await stop(this.#witness);
  }
}

exports.Log = Log;
exports.start = start;
exports.stop = stop;
exports.DEMO = ['serve', '--demo', '--listen', '127.0.0.1:0'];

function witness(folder) {
  const path = (name) => join(folder, name);
  return [
    ...['witness', '--listen', '127.0.0.1:0', '--name', 'witness.example/ui'],
    ...['--state', path('witness.state'), '--key', path('witness.pem'), '--logs', path('logs')],
  ];
}

async function post(path, number) {
  const event = {
    resourceType: 'AuditEvent',
    type: { code: 'rest' },
    recorded: '2026-01-01T00:00:00Z',
    agent: [{ name: `clerk ${number}`, requestor: true }],
    source: { observer: { display: 'ui' } },
  };
  const headers = { 'Content-Type': 'application/fhir+json' };
  const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(event) });
  assert.equal(answer.status, 201, await answer.clone().text());
  return answer.headers.get('Location').match(/AuditEvent\/([^/]+)/)[1];
}

async function receipt(path) {
  const bytes = async (what) => {
    const answer = await fetch(`${path}/${what}`);
    assert.equal(answer.status, 200);
    return Buffer.from(await answer.arrayBuffer());
  };
  return { event: await bytes('$original'), proof: await bytes('$proof') };
}

function run(args) {
  const { status, stdout, stderr } = spawnSync(program(), args, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout;
}

/** Starts the program; resolves once it says where it listens. */
async function start(args) {
  const child = spawn(program(), args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const signal = AbortSignal.timeout(STARTED_WITHIN_MS);
  for (;;) {
    const [line] = await once(lines, 'line', { signal });
    const base = line.match(/^listening on (\S+)/)?.[1];
    if (base) return { child, base };
  }
}

async function stop({ child }) {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null], 'the program stops cleanly when it is told to');
}

function program() {
  const { KILN_BIN: path } = process.env;
  assert.ok(path, 'KILN_BIN names the built program: run `cargo xtask pages`');
  return path;
}
