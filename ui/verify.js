// Checks that a Kiln log holds an event exactly as it was received: the event's bytes and its
// receipt (a c2sp.org/tlog-proof@v1) against a trust policy (c2sp.org/tlog-policy) that came from
// somewhere else than the server. It needs nothing but WebCrypto, and sends nothing anywhere.
//
//   const verdict = await kilnVerify.receipt(eventBytes, proofText, policyText);
//   verdict.state    'witnessed' | 'self-signed only' | 'failed'
//   verdict.reasons  why it is not 'witnessed'; the first one is the one to tell
//   verdict.unchecked  true where the policy cannot be used, so that nothing was checked at all
//
// 'witnessed' alone says that the holder of the log's key could not have changed the event either.
// No log can prove what was never sent to it.
//
// This is a classic script, so that verify.html works from one's own disk. Formats: docs/FORMATS.md
// of Kiln, and https://c2sp.org (signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof).
'use strict';

globalThis.kilnVerify = (() => {
  // The limits are those of `kiln verify`: the two are to say the same of every receipt.
  const PROOF_CHARACTERS_MAX = 128 * 1024;
  const NOTE_CHARACTERS_MAX = 64 * 1024;
  const POLICY_CHARACTERS_MAX = 64 * 1024;
  const HASHES_MAX = 63;
  const SIGNATURES_MAX = 100;
  const NUMBER_MAX = 2n ** 63n - 1n;

  const ED25519 = 0x01;
  const COSIGNATURE_V1 = 0x04;

  /** What makes a receipt fail; its message is for people. */
  class Failed extends Error {}

  /** Checks a receipt. Never throws: whatever is wrong is a `failed` verdict that says what. */
  async function receipt(eventBytes, proofText, policyText) {
    let policy;
    try {
      policy = parsePolicy(policyText);
      await checkIds(policy);
    } catch (error) {
      return { ...failed(error), unchecked: true };
    }
    try {
      return await check(new Uint8Array(eventBytes), proofText, policy);
    } catch (error) {
      return failed(error);
    }
  }

  function failed(error) {
    const reason = error instanceof Failed ? '' : 'it could not be checked here: ';
    return { state: 'failed', reasons: [`${reason}${error.message}`] };
  }

  async function check(event, proofText, policy) {
    const proof = parseProof(proofText);
    const record = parseExtra(proof.extra);
    const checkpoint = parseCheckpoint(proof.note.text);
    const trust = await judge(proof.note, checkpoint.origin, policy);
    const leaf = await leafHash(record, event);
    const root = await rootFrom(leaf, proof.index, checkpoint.size, proof.hashes);
    if (!equal(root, checkpoint.root)) {
      throw new Failed('the event is not the one that the log committed to under this receipt');
    }
    const told = {
      index: proof.index,
      size: checkpoint.size,
      origin: checkpoint.origin,
      id: record.id,
      received: record.received,
      witnesses: trust.witnesses,
    };
    if (trust.quorum) return { state: 'witnessed', reasons: [], ...told };
    return { state: 'self-signed only', reasons: [trust.why], ...told };
  }

  // The receipt: c2sp.org/tlog-proof.

  function parseProof(text) {
    if (text.length > PROOF_CHARACTERS_MAX) throw new Failed('the receipt is too long to be one');
    const gap = text.indexOf('\n\n');
    if (gap < 0) throw new Failed('the receipt has no checkpoint');
    const lines = text.slice(0, gap).split('\n');
    if (lines.shift() !== 'c2sp.org/tlog-proof@v1') {
      throw new Failed('the receipt does not begin with c2sp.org/tlog-proof@v1');
    }
    if (!lines[0]?.startsWith('extra ')) throw new Failed('the receipt has no extra line');
    const extra = base64(lines.shift().slice('extra '.length));
    const index = decimal(lines.shift()?.match(/^index (.*)$/)?.[1]);
    if (lines.length > HASHES_MAX) throw new Failed('the receipt has too many hashes');
    const hashes = lines.map((line) => hash(line));
    return { extra, index, hashes, note: parseNote(text.slice(gap + 2)) };
  }

  /** What the leaf needs besides the event: version 1, salt, envelope. */
  function parseExtra(extra) {
    if (extra.length < 1 + 16 + 20 || extra[0] !== 1) {
      throw new Failed('the extra line of the receipt is not one of Kiln, version 1');
    }
    const salt = extra.slice(1, 17);
    const envelope = extra.slice(17);
    if (envelope[0] !== 1) throw new Failed('the envelope has a version that is not known here');
    const id = envelope.slice(4, 20);
    const received = Number(unsigned(id.slice(0, 6)));
    return { salt, envelope, kind: envelope[1], id: uuid(id), received };
  }

  /** "KILN", version, kind, second of receipt, salted commitment; hashed as RFC 6962 §2.1 says. */
  async function leafHash(record, event) {
    const { salt, envelope, kind, received } = record;
    const commitment = await sha256(
      ascii('kiln/commit/v1\0'),
      salt,
      u64(envelope.length),
      envelope,
      u64(event.length),
      event,
    );
    const second = u64(Math.floor(received / 1000));
    return sha256([0], ascii('KILN'), [1, kind], second, commitment);
  }

  /** The root that a leaf and its proof give (RFC 9162 §2.1.3.2). */
  async function rootFrom(leaf, index, size, hashes) {
    if (index >= size) throw new Failed('the receipt is for a record behind the checkpoint');
    let number = index;
    let last = size - 1n;
    let root = leaf;
    for (const sibling of hashes) {
      if (last === 0n) throw new Failed('the receipt has too many hashes');
      if (number % 2n === 1n || number === last) {
        root = await sha256([1], sibling, root);
        while (number % 2n === 0n && number !== 0n) {
          number /= 2n;
          last /= 2n;
        }
      } else {
        root = await sha256([1], root, sibling);
      }
      number /= 2n;
      last /= 2n;
    }
    if (last !== 0n) throw new Failed('the receipt has too few hashes');
    return root;
  }

  // The checkpoint: c2sp.org/tlog-checkpoint in a c2sp.org/signed-note.

  function parseNote(text) {
    const gap = text.lastIndexOf('\n\n');
    if (text.length > NOTE_CHARACTERS_MAX) throw new Failed('the checkpoint is too long');
    if (/[\0-\x09\x0b-\x1f]/.test(text)) throw new Failed('the checkpoint has control characters');
    if (gap < 0 || !text.endsWith('\n')) throw new Failed('the checkpoint is not a signed note');
    const lines = text.slice(gap + 2, -1).split('\n');
    if (lines.length > SIGNATURES_MAX) throw new Failed('the checkpoint has too many signatures');
    return { text: text.slice(0, gap + 1), signatures: lines.map(parseSignature) };
  }

  function parseSignature(line) {
    const parts = line.match(/^\u2014 ([^\s+]+) (\S+)$/);
    const bytes = parts && base64(parts[2]);
    if (!bytes || bytes.length < 5) throw new Failed('a signature line cannot be read');
    return { name: parts[1], id: bytes.slice(0, 4), bytes: bytes.slice(4) };
  }

  function parseCheckpoint(text) {
    const [origin, size, root, ...extensions] = text.split('\n');
    const isWhole = extensions.indexOf('') === extensions.length - 1 && extensions.length > 0;
    if (!origin || !isWhole) throw new Failed('the checkpoint cannot be read');
    return { origin, size: decimal(size), root: hash(root) };
  }

  /** Whom the policy trusts of those who signed. A known key under a wrong signature fails. */
  async function judge(note, origin, policy) {
    const logs = policy.logs.filter((log) => log.name === origin);
    if (!logs.length) throw new Failed('the policy does not name the log of this receipt');
    let signed = false;
    for (const log of logs) signed = (await signedBy(note, log, note.text)) !== null || signed;
    if (!signed) throw new Failed('the checkpoint has no signature of the log that the policy names');
    const met = new Set();
    const witnesses = [];
    for (const witness of policy.witnesses.values()) {
      const time = await cosignedBy(note, witness.key);
      if (time === null) continue;
      met.add(witness.name);
      witnesses.push({ name: witness.name, time });
    }
    if (policy.quorum === 'none') {
      return { witnesses, quorum: false, why: 'the policy asks for no witness: self-signed only' };
    }
    const why = 'too few of the witnesses that the policy asks for have cosigned';
    return { witnesses, quorum: isMet(policy, policy.quorum, met), why };
  }

  /** The signature bytes of this key that hold; null when there are none. */
  async function signedBy(note, key, message) {
    const id = await keyId(key);
    const own = note.signatures.filter((line) => line.name === key.name && equal(line.id, id));
    for (const line of own) {
      if (line.bytes.length !== 64 || !(await verifies(key.bytes, line.bytes, message))) {
        throw new Failed(`the signature of ${key.name} is wrong`);
      }
    }
    return own[0]?.bytes ?? null;
  }

  /** When this witness saw the checkpoint, in seconds since 1970; null when it has not signed. */
  async function cosignedBy(note, key) {
    const id = await keyId(key);
    const own = note.signatures.filter((line) => line.name === key.name && equal(line.id, id));
    let earliest = null;
    for (const { bytes } of own) {
      const time = bytes.length === 72 ? unsigned(bytes.slice(0, 8)) : null;
      const message = `cosignature/v1\ntime ${time}\n${note.text}`;
      const isTime = time !== null && time <= NUMBER_MAX;
      if (!isTime || !(await verifies(key.bytes, bytes.slice(8), message))) {
        throw new Failed(`the cosignature of ${key.name} is wrong`);
      }
      if (earliest === null || time < earliest) earliest = time;
    }
    return earliest === null ? null : Number(earliest);
  }

  async function verifies(publicKey, signature, message) {
    const bytes = new TextEncoder().encode(message);
    const key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
    return crypto.subtle.verify('Ed25519', key, signature, bytes);
  }

  async function keyId(key) {
    const name = new TextEncoder().encode(`${key.name}\n`);
    return (await sha256(name, [key.algorithm], key.bytes)).slice(0, 4);
  }

  // The policy: c2sp.org/tlog-policy, or one line that is a verifier key.

  function parsePolicy(text) {
    if (text.length > POLICY_CHARACTERS_MAX) throw new Failed('the policy is too long');
    const policy = { logs: [], witnesses: new Map(), groups: new Map(), quorum: undefined };
    const whole = text.trim();
    if (!/\s/.test(whole)) {
      return { ...policy, logs: [parseKey(whole, ED25519)], quorum: 'none' };
    }
    // Carriage returns among them: a line's items are separated by spaces and tabs alone.
    if (/[\0-\x08\x0b-\x1f\x7f]/.test(text)) throw new Failed('the policy has control characters');
    for (const line of text.split('\n')) {
      readPolicyLine(policy, line.split(/[ \t]+/).filter(Boolean));
    }
    if (policy.quorum === undefined) throw new Failed('the policy has no quorum line');
    return policy;
  }

  function readPolicyLine(policy, [keyword, ...items]) {
    if (!keyword || keyword.startsWith('#')) return;
    const most = { log: 2, witness: 3, quorum: 1 }[keyword] ?? Infinity;
    if (items.length > most) throw new Failed('the policy has a line that cannot be read');
    if (keyword === 'log') {
      addKey(policy, parseKey(items[0], ED25519), (key) => policy.logs.push(key));
    } else if (keyword === 'witness') {
      const name = newName(policy, items[0]);
      const add = (key) => policy.witnesses.set(name, { name, key });
      addKey(policy, parseKey(items[1], COSIGNATURE_V1), add);
    } else if (keyword === 'group') {
      const members = items.slice(2).map((name) => memberName(policy, name));
      if (new Set(members).size < members.length) throw new Failed('a group has a name twice');
      const name = newName(policy, items[0]);
      policy.groups.set(name, { members, threshold: threshold(items[1], members.length) });
    } else if (keyword === 'quorum' && policy.quorum === undefined) {
      policy.quorum = items[0] === 'none' ? 'none' : knownName(policy, items[0]);
    } else {
      throw new Failed('the policy has a line that cannot be read');
    }
  }

  /** One key may stand for one log or one witness only: a log is never its own witness. */
  function addKey(policy, key, add) {
    const all = [...policy.logs, ...[...policy.witnesses.values()].map(({ key: one }) => one)];
    const isKnown = all.some((one) => equal(one.bytes, key.bytes));
    if (isKnown) throw new Failed('the policy names a key twice');
    add(key);
  }

  function newName(policy, name) {
    const taken = policy.witnesses.has(name) || policy.groups.has(name);
    if (!name || name === 'none' || taken) throw new Failed('the policy uses a name twice');
    return name;
  }

  function knownName(policy, name) {
    if (policy.witnesses.has(name) || policy.groups.has(name)) return name;
    throw new Failed('the policy uses a name that no line before has defined');
  }

  /** Each name counts in one group only, so that no witness counts twice. */
  function memberName(policy, name) {
    const groups = [...policy.groups.values()];
    if (groups.some(({ members }) => members.includes(name))) {
      throw new Failed('the policy has a name in two groups');
    }
    return knownName(policy, name);
  }

  function threshold(text, members) {
    const needed = text === 'any' ? 1 : text === 'all' ? members : Number(decimal(text));
    if (needed >= 1 && needed <= members) return needed;
    throw new Failed('the policy has a group that can never be met, or always is');
  }

  function isMet(policy, name, met) {
    const group = policy.groups.get(name);
    if (!group) return met.has(name);
    const members = group.members.filter((member) => isMet(policy, member, met));
    return members.length >= group.threshold;
  }

  /** A verifier key (c2sp.org/signed-note): name+id+base64(algorithm, key). */
  function parseKey(text, algorithm) {
    const parts = text?.match(/^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/);
    const bytes = parts && base64(parts[3]);
    if (!bytes || bytes.length !== 33 || bytes[0] !== algorithm) {
      throw new Failed('the policy has a verifier key that cannot be read');
    }
    return { name: parts[1], id: parts[2], algorithm, bytes: bytes.slice(1) };
  }

  /** A key whose id is not its own was misspelled, or is another's. */
  async function checkIds(policy) {
    const witnesses = [...policy.witnesses.values()].map(({ key }) => key);
    for (const key of [...policy.logs, ...witnesses]) {
      const isOwn = hex(await keyId(key)) === key.id;
      if (!isOwn) throw new Failed(`the key of ${key.name} has another id: it was misspelled, or is not this one`);
    }
  }

  // Bytes.

  async function sha256(...parts) {
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  }

  /** Standard base64 (RFC 4648 §4) in its one canonical form. */
  function base64(text) {
    try {
      const decoded = atob(text);
      if (btoa(decoded) === text) return Uint8Array.from(decoded, (c) => c.charCodeAt(0));
    } catch {
      // Told below, like every other text that is not base64.
    }
    throw new Failed('something that should be base64 is not');
  }

  function hash(text) {
    const bytes = base64(text ?? '');
    if (bytes.length !== 32) throw new Failed('a hash has not 32 bytes');
    return bytes;
  }

  function decimal(text) {
    const number = /^(0|[1-9][0-9]{0,18})$/.test(text ?? '') ? BigInt(text) : NUMBER_MAX + 1n;
    if (number > NUMBER_MAX) throw new Failed('a number cannot be read');
    return number;
  }

  function unsigned(bytes) {
    return bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  }

  function u64(number) {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(number));
    return bytes;
  }

  function ascii(text) {
    return Uint8Array.from(text, (c) => c.charCodeAt(0));
  }

  function equal(a, b) {
    return a.length === b.length && a.every((byte, n) => byte === b[n]);
  }

  function hex(bytes) {
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  function uuid(bytes) {
    return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  return { receipt };
})();
