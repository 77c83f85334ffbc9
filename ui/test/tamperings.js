// Ways to change an event, its receipt or what goes with them. Each gives something that no honest
// log has said.
'use strict';

const changed = (bytes, at) => {
  const copy = Buffer.from(bytes);
  copy[at % copy.length] ^= 1;
  return copy;
};

/** Changes the receipt's text, line by line; the lines of the proof end before the empty one. */
const edit = (change) => (receipt, other, n) => {
  const lines = receipt.proof.toString('utf8').split('\n');
  const theirs = other.proof.toString('utf8').split('\n');
  return { ...receipt, proof: Buffer.from(change(lines, theirs, n).join('\n')) };
};

const EXTRA = 1;
const INDEX = 2;
const FIRST_HASH = 3;
const gap = (lines) => lines.indexOf('');

/** Flips a bit inside of base64 and keeps it canonical. */
const flipped = (text, at) => changed(Buffer.from(text, 'base64'), at).toString('base64');

const replaced = (lines, at, line) => lines.toSpliced(at, 1, line);

/** Flips a bit in the bytes of a signature line, behind its key id. */
const wrongSignature = (line, n) => {
  const [dash, name, bytes] = line.split(' ');
  const copy = Buffer.from(bytes, 'base64');
  copy[12 + (n % (copy.length - 12))] ^= 1;
  return `${dash} ${name} ${copy.toString('base64')}`;
};

exports.TAMPERINGS = [
  {
    name: 'one byte of the event',
    tamper: (receipt, _, n) => ({ ...receipt, event: changed(receipt.event, n * 7) }),
  },
  {
    name: 'an event with a byte more',
    tamper: (receipt) => ({ ...receipt, event: Buffer.concat([receipt.event, Buffer.from(' ')]) }),
  },
  {
    name: 'an event cut short',
    tamper: (receipt) => ({ ...receipt, event: receipt.event.subarray(0, -1) }),
  },
  {
    name: 'the event of another receipt',
    tamper: (receipt, other) => ({ ...receipt, event: other.event }),
  },
  {
    name: 'the receipt of another event',
    tamper: (receipt, other) => ({ ...receipt, proof: other.proof }),
  },
  {
    name: 'another salt',
    tamper: edit((lines, _, n) => {
      const extra = Buffer.from(lines[EXTRA].slice('extra '.length), 'base64');
      extra[1 + (n % 16)] ^= 1;
      return replaced(lines, EXTRA, `extra ${extra.toString('base64')}`);
    }),
  },
  {
    name: 'another envelope (who sent it, when it was received)',
    tamper: edit((lines, _, n) => {
      const extra = Buffer.from(lines[EXTRA].slice('extra '.length), 'base64');
      extra[18 + (n % (extra.length - 18))] ^= 1;
      return replaced(lines, EXTRA, `extra ${extra.toString('base64')}`);
    }),
  },
  {
    name: 'the salt and envelope of another record',
    tamper: edit((lines, theirs) => replaced(lines, EXTRA, theirs[EXTRA])),
  },
  {
    name: 'another position',
    tamper: edit((lines, theirs) => replaced(lines, INDEX, theirs[INDEX])),
  },
  {
    name: 'another hash',
    tamper: edit((lines, _, n) => {
      const at = FIRST_HASH + (n % (gap(lines) - FIRST_HASH));
      return replaced(lines, at, flipped(lines[at], n));
    }),
  },
  {
    name: 'a hash too few',
    tamper: edit((lines) => lines.toSpliced(FIRST_HASH, 1)),
  },
  {
    name: 'a hash too many',
    tamper: edit((lines) => lines.toSpliced(FIRST_HASH, 0, lines[FIRST_HASH])),
  },
  {
    name: 'hashes in another order',
    tamper: edit((lines) => lines.toSpliced(FIRST_HASH, 2, lines[FIRST_HASH + 1], lines[FIRST_HASH])),
  },
  {
    name: 'another root',
    tamper: edit((lines, _, n) => {
      const at = gap(lines) + 3;
      return replaced(lines, at, flipped(lines[at], n));
    }),
  },
  {
    name: 'another tree size',
    tamper: edit((lines) => {
      const at = gap(lines) + 2;
      return replaced(lines, at, `${BigInt(lines[at]) + 1n}`);
    }),
  },
  {
    name: 'the checkpoint of another log',
    tamper: edit((lines) => replaced(lines, gap(lines) + 1, `${lines[gap(lines) + 1]}0`)),
  },
  {
    name: 'a wrong signature of the log',
    tamper: edit((lines, _, n) => {
      const at = lines.findIndex((line) => line.startsWith('— kiln-audit.org/'));
      return replaced(lines, at, wrongSignature(lines[at], n));
    }),
  },
  {
    name: 'no signature of the log',
    tamper: edit((lines) => {
      return lines.toSpliced(lines.findIndex((line) => line.startsWith('— kiln-audit.org/')), 1);
    }),
  },
  {
    name: 'a wrong cosignature',
    tamper: edit((lines, _, n) => {
      const at = lines.findIndex((line) => line.startsWith('— witness.example/'));
      return replaced(lines, at, wrongSignature(lines[at], n));
    }),
  },
  {
    name: 'a receipt cut short',
    tamper: (receipt) => ({ ...receipt, proof: receipt.proof.subarray(0, -20) }),
  },
];
