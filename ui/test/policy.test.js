// verify.js against `kiln verify event`, without a page: one honest receipt, and policies that are
// nearly right. What the program refuses must not be green in a browser.
'use strict';

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { generateKeyPairSync, createHash } = require('node:crypto');
const { mkdtempSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { test } = require('node:test');
const { Log } = require('./log.js');

require('../verify.js');

test('script and program agree about policies', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kiln-ui-policy-'));
  const log = await Log.start(folder);
  t.after(async () => {
    await log.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const [receipt] = await log.receipts(1);
  const seen = new Set();
  const refused = new Set();
  for (const [name, policy] of Object.entries(policies(log))) {
    const { state, reasons, unchecked } = await byScript({ ...receipt, policy });
    assert.equal(state, byProgram(folder, { ...receipt, policy }), `${name}: ${reasons}`);
    if (unchecked) assert.equal(state, 'failed', name);
    seen.add(state);
    if (unchecked) refused.add(name);
  }
  for (const name of ['another id of the log', 'another id of the witness', 'an unknown line']) {
    assert.ok(refused.has(name), `${name}: nothing was checked, and that is to be said`);
  }
  const wrong = { ...receipt, event: Buffer.from('{}'), policy: log.policy };
  const { state, unchecked } = await byScript(wrong);
  assert.deepEqual([state, unchecked], ['failed', undefined], 'another event was checked');
  assert.equal(seen.size, 3, 'each state was seen');
});

test('script and program agree about receipts with more in them', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kiln-ui-receipt-'));
  const log = await Log.start(folder);
  t.after(async () => {
    await log.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const [{ event, proof }] = await log.receipts(1);
  const line = (name) => `— ${name} ${Buffer.alloc(68).toString('base64')}\n`;
  const more = {
    'as it is': proof,
    'a byte order mark': Buffer.concat([Buffer.from('\ufeff'), proof]),
    'the signature of a stranger': Buffer.concat([proof, Buffer.from(line('stranger'))]),
    'a stranger with a control character': Buffer.concat([proof, Buffer.from(line('a\u0001b'))]),
    '80 strangers': Buffer.concat([proof, Buffer.from(line('stranger').repeat(80))]),
    '100 strangers': Buffer.concat([proof, Buffer.from(line('stranger').repeat(100))]),
  };
  for (const [name, changed] of Object.entries(more)) {
    const receipt = { event, proof: changed, policy: log.policy };
    const { state, reasons } = await byScript(receipt);
    assert.equal(state, byProgram(folder, receipt), `${name}: ${reasons}`);
  }
});

/** By what is odd in them. */
function policies({ policy, key }) {
  const [log, witness, quorum] = policy.trimEnd().split('\n');
  const lines = (...all) => `${all.join('\n')}\n`;
  const [, , vkey] = witness.split(' ');
  const other = `witness v ${vkeyOf('other.example/v')}`;
  const raw = Buffer.from(key.split('+').slice(2).join('+'), 'base64').subarray(1);
  const own = `witness own ${vkeyOf('own.example/w', raw)}`;
  const misspelled = (text) => text.replace(/\+[0-9a-f]{8}\+/, '+00000000+');
  const another = `log ${misspelled(vkeyOf('l', publicKey(), 1))}`;
  return {
    'as it should be': policy,
    'no witness': lines(log, 'quorum none'),
    'one of two': lines(log, other, witness, 'group g any v w', 'quorum g'),
    'a witness that has not cosigned': lines(log, other, witness, 'quorum v'),
    'a group that is not met': lines(log, other, witness, 'group g 2 v w', 'quorum g'),
    'a witness twice in one group': lines(log, witness, 'group g 2 w w', 'quorum g'),
    'a witness in two groups': lines(log, witness, 'group g 1 w', 'group h 1 w', 'quorum h'),
    'a witness of two names': lines(log, witness, `witness x ${vkey}`, 'group g 2 w x', 'quorum g'),
    'the log as its own witness': lines(log, witness, own, 'quorum w'),
    'a group of nobody': lines(log, witness, 'group g all', 'quorum g'),
    'a threshold of 0': lines(log, witness, 'group g 0 w', 'quorum g'),
    'a threshold of 01': lines(log, witness, 'group g 01 w', 'quorum g'),
    'a quorum of two': lines(log, witness, other, 'quorum w v'),
    'a second quorum': lines(log, witness, quorum, 'quorum none'),
    'none as a name': lines(log, `witness none ${vkey}`, 'quorum none'),
    'a quorum before it is defined': lines(log, quorum, witness),
    'words after a log': lines(`${log} http://a b`, witness, quorum),
    'words after a witness': lines(log, `${witness} b`, quorum),
    'words after the quorum': lines(log, witness, `${quorum} # why`),
    'carriage returns': policy.replaceAll('\n', '\r\n'),
    'a space of another script': lines(log, witness, `${quorum}\u00a0`),
    'tabs and spaces': lines(`  ${log.replace(' ', '\t')} `, `\t${witness}`, `${quorum}\t`),
    'a comment and an empty line': lines('# whom we trust', '', log, witness, quorum),
    'another id of the log': lines(misspelled(log), witness, quorum),
    'another id of the witness': lines(log, misspelled(witness), quorum),
    'another id of another log': lines(log, another, witness, quorum),
    'a witness as a log': lines(log, `log ${vkey}`, 'quorum none'),
    'a log as a witness': lines(log, `witness w ${key}`, 'quorum none'),
    'an unknown line': lines(log, witness, quorum, 'expires tomorrow'),
  };
}

/** A verifier key that nobody signs with, or of these bytes. */
function vkeyOf(name, raw = publicKey(), type = 4) {
  const bytes = Buffer.concat([Buffer.from([type]), raw]);
  const id = createHash('sha256').update(`${name}\n`).update(bytes).digest('hex').slice(0, 8);
  return `${name}+${id}+${bytes.toString('base64')}`;
}

function publicKey() {
  const { publicKey: key } = generateKeyPairSync('ed25519');
  return key.export({ format: 'der', type: 'spki' }).subarray(-32);
}

/** As the page reads it. */
function byScript({ event, proof, policy }) {
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return globalThis.kilnVerify.receipt(event, utf8.decode(proof), policy);
}

/** A policy that the program refuses, and a receipt that it finds wrong, are `failed` alike. */
function byProgram(folder, files) {
  const path = (name) => join(folder, name);
  for (const [name, bytes] of Object.entries(files)) writeFileSync(path(name), bytes);
  const trust = ['--policy', path('policy')];
  const args = ['verify', 'event', path('event'), path('proof'), ...trust, '--json'];
  const { status, stdout, stderr } = spawnSync(process.env.KILN_BIN, args, { encoding: 'utf8' });
  if (status === 1 || status === 3) return 'failed';
  assert.ok(status === 0 || status === 2, stderr);
  return JSON.parse(stdout).evidence;
}
