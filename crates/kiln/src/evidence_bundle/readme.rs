//! What a person reads first.
use kiln_evidence::Checkpoint;

/// Who vouches for the checkpoint besides the log's own key.
pub(crate) enum Vouching {
    /// These witnesses, each a sentence with its time.
    Witnesses(Vec<String>),
    /// Nobody, or fewer than the policy asks for.
    SelfSigned,
}

/// The text of README.txt.
pub(crate) fn readme(checkpoint: &Checkpoint, events: usize, vouching: &Vouching) -> String {
    TEXT.replace("{events}", &events.to_string())
        .replace("{size}", &checkpoint.size.0.to_string())
        .replace("{origin}", checkpoint.origin.as_str())
        .replace("{vouching}", &self::vouching(vouching))
}

fn vouching(vouching: &Vouching) -> String {
    match vouching {
        Vouching::Witnesses(witnesses) => format!(
            "Independent witnesses have cosigned the checkpoint:\n{}\nThey saw the log grow to it, \
             and only grow: no record below it was altered, removed or\nback-dated after that.",
            witnesses.join("\n")
        ),
        Vouching::SelfSigned => "The checkpoint is SELF-SIGNED ONLY: no witness has cosigned it. \
                                 Whoever holds the log's key\nand its disk could have made \
                                 another log, and another bundle like this one."
            .to_owned(),
    }
}

const TEXT: &str = "\
EVIDENCE BUNDLE
===============

{events} audit events with proofs that they stand in an append-only log, exactly as they were
received. The log had {size} records at the checkpoint that all proofs end in:

    {origin}

{vouching}

What is here
------------
checkpoint       the log's size and root, signed (c2sp.org/tlog-checkpoint)
log.vkey         the key that signed it, for comparison: take the key you trust from elsewhere
events/          each event by its position in the log: its bytes as they came, and its proof
                 (c2sp.org/tlog-proof)
statements/      what the log states of itself: its beginning, its keys, its starts and stops, what
                 witnesses have cosigned; with proofs like those of the events
manifest.json    a list of all of it, and what was searched for

How to check
------------
All of it, with the program that wrote it, without any server or network:

    kiln verify bundle FILE --policy trust.policy
    kiln verify bundle FILE --key VKEY

The key, or the policy that names key and witnesses, must come from somewhere else than this file.

One event, unpacked, or in a browser with verify.html from the program's release, opened from disk:

    kiln verify event events/0000000001.json events/0000000001.tlog-proof --policy trust.policy

By hand, or with another program:
1. The line `extra` of a proof is base64 of: version 1 (1 byte), salt (16 bytes), envelope.
2. commitment = SHA-256(\"kiln/commit/v1\" NUL, salt, length of envelope (8 bytes, big-endian),
   envelope, length of the event's bytes (8 bytes, big-endian), the event's bytes)
3. leaf = \"KILN\", 1 (1 byte), kind (the envelope's), second of receipt since 1970 (8 bytes,
   big-endian), commitment: 46 bytes. Leaf hash = SHA-256(0 (1 byte), leaf)
4. From the leaf hash and the line `index`, the proof's hashes lead to the checkpoint's root
   (RFC 9162, 2.1.3.2).
5. The checkpoint is a note: its text is signed with Ed25519 by the log's key, and by witnesses
   (c2sp.org/signed-note, c2sp.org/tlog-cosignature).
docs/FORMATS.md of the program has every byte.

What it does not prove
----------------------
- No log can prove what was never sent to it.
- Not that these are all events that were searched for: only that those here are in the log.
- Not that what an event says is true: only what was sent, and when it was received.
- Without a witness that you trust, not that the holder of the key did not make another log.
- This text and manifest.json are signed by nobody.
";
