//! Signed notes: c2sp.org/signed-note.

use crate::{Algorithm, KeyId, KeyName, VerifierKey, cosignature, note_lines};
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;
use thiserror::Error;

/// The longest note that is read, in bytes: room for 16 signatures of the largest known type
/// (c2sp.org/signed-note § Format: at least 16 are to be accepted).
pub const MAX_NOTE: usize = 64 * 1024;

/// The most signature lines that are read: each may cost a verification.
pub const MAX_SIGNATURES: usize = 100;

/// A text and the signatures under it. The text counts for nothing until
/// [`verify`](Note::verify) has said whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What is signed, with the newline at its end.
    pub text: String,
    /// One for each signature line, in their order; of known and unknown keys.
    pub signatures: Vec<Signature>,
}

impl Note {
    /// Reads a whole note; writing it again gives the same bytes.
    ///
    /// # Errors
    /// Where it is longer than [`MAX_NOTE`], not UTF-8, has control characters, is not signed, or
    /// has more than [`MAX_SIGNATURES`] or malformed signature lines.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        let whole = text(bytes)?;
        // § Format: the last empty line separates, the text may have others.
        let split = whole.rfind("\n\n").ok_or(NoteError::Unsigned)?;
        let (text, lines) = (&whole[..=split], &whole[split + 2..]);
        Ok(Self { text: text.to_owned(), signatures: signatures(lines)? })
    }

    /// Which of these keys signed the text: each once, in the order of their signatures.
    ///
    /// Signatures of other keys are ignored. A witness's key
    /// ([`Algorithm::CosignatureV1`]) verifies its cosignature.
    ///
    /// # Errors
    /// Where a signature of one of the keys does not verify, or none of them signed
    /// (c2sp.org/signed-note § Signatures).
    pub fn verify<'k>(&self, keys: &'k [VerifierKey]) -> Result<Vec<&'k VerifierKey>, NoteError> {
        let signed = self.signed_by(keys)?;
        if signed.is_empty() {
            return Err(NoteError::NoKnownKey);
        }
        Ok(signed.into_iter().map(|signed| signed.key).collect())
    }

    /// As [`verify`](Self::verify), with the times, and without a claim that there is one.
    pub(crate) fn signed_by<'k>(
        &self,
        keys: impl IntoIterator<Item = &'k VerifierKey, IntoIter: Clone>,
    ) -> Result<Vec<Signed<'k>>, NoteError> {
        let keys = keys.into_iter();
        let mut found: Vec<Signed<'k>> = Vec::new();
        for signature in &self.signatures {
            let Some(key) = signature.key_among(keys.clone())? else { continue };
            let seconds = signature.verify(key, &self.text)?;
            match found.iter_mut().find(|signed| signed.key == key) {
                // A key counts once; of two cosignatures the earlier says more.
                Some(signed) => signed.seconds = signed.seconds.min(seconds),
                None => found.push(Signed { key, seconds }),
            }
        }
        Ok(found)
    }
}

impl FromStr for Note {
    type Err = NoteError;

    fn from_str(note: &str) -> Result<Self, NoteError> {
        Self::parse(note.as_bytes())
    }
}

impl Display for Note {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

/// One signature line of a note: em dash, space, key name, space, base64(key id ‖ signature).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Who says to have signed.
    pub name: KeyName,
    /// With which of its keys.
    pub id: KeyId,
    /// What is after the key id: 64 bytes of a log's key, 72 of a witness's, others' as they are.
    pub bytes: Vec<u8>,
}

impl Signature {
    /// Reads signature lines alone, each with its newline: what a witness answers with
    /// (c2sp.org/tlog-witness § add-checkpoint).
    ///
    /// # Errors
    /// As [`Note::parse`].
    pub fn parse_lines(bytes: &[u8]) -> Result<Vec<Self>, NoteError> {
        signatures(text(bytes)?)
    }

    /// The one key that the line's name and id belong to.
    fn key_among<'k>(
        &self,
        keys: impl Iterator<Item = &'k VerifierKey>,
    ) -> Result<Option<&'k VerifierKey>, NoteError> {
        let mut named = keys.filter(|key| key.name() == &self.name && key.id() == self.id);
        let Some(key) = named.next() else { return Ok(None) };
        // Name and id are to be unique (§ Signatures): with two such keys nobody could say whose
        // signature is missing.
        let alone = named.all(|other| other == key);
        alone.then_some(Some(key)).ok_or_else(|| NoteError::Ambiguous(self.name.clone()))
    }

    /// The time where it is a cosignature; an error where the key did not make it.
    fn verify(&self, key: &VerifierKey, text: &str) -> Result<Option<u64>, NoteError> {
        let time = match key.algorithm() {
            Algorithm::Ed25519 => key.signed(text.as_bytes(), &self.bytes).then_some(None),
            Algorithm::CosignatureV1 => cosignature::verify(key, text, self).ok().map(Some),
        };
        time.ok_or_else(|| NoteError::Invalid(self.name.clone()))
    }
}

impl FromStr for Signature {
    type Err = NoteError;

    /// The line without its newline.
    fn from_str(line: &str) -> Result<Self, NoteError> {
        signature(line).ok_or(NoteError::Line)
    }
}

/// The line without its newline.
impl Display for Signature {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let bytes = [&self.id.0, self.bytes.as_slice()].concat();
        write!(f, "{DASH}{} {}", self.name, note_lines::to_base64(&bytes))
    }
}

/// Why a note was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NoteError {
    /// Longer than [`MAX_NOTE`].
    #[error("a note has at most {MAX_NOTE} bytes")]
    TooLong,
    /// Not UTF-8, or with control characters.
    #[error("a note is UTF-8 without control characters other than newlines")]
    Text,
    /// No empty line with a signature line after it, at the note's end.
    #[error("a note ends in an empty line and its signature lines")]
    Unsigned,
    /// More than [`MAX_SIGNATURES`].
    #[error("a note has at most {MAX_SIGNATURES} signature lines")]
    TooMany,
    /// A malformed signature line.
    #[error("a signature line is `— name base64`")]
    Line,
    /// The signature of a known key is not one: the text or the signature was changed.
    #[error("the signature of {0} does not verify")]
    Invalid(KeyName),
    /// Two of the known keys have one name and one id.
    #[error("two of the known keys are named {0} and have the same id")]
    Ambiguous(KeyName),
    /// Signed, but by none of the known keys.
    #[error("no known key signed the note")]
    NoKnownKey,
}

/// A known key whose signature verified.
pub(crate) struct Signed<'k> {
    pub(crate) key: &'k VerifierKey,
    /// The time of a cosignature, in seconds since 1970.
    pub(crate) seconds: Option<u64>,
}

/// What a signature line starts with: em dash and space.
const DASH: &str = "\u{2014} ";

fn text(bytes: &[u8]) -> Result<&str, NoteError> {
    if bytes.len() > MAX_NOTE {
        return Err(NoteError::TooLong);
    }
    let text = str::from_utf8(bytes).map_err(|_e| NoteError::Text)?;
    let control = text.bytes().any(|byte| byte < b' ' && byte != b'\n');
    (!control).then_some(text).ok_or(NoteError::Text)
}

fn signatures(lines: &str) -> Result<Vec<Signature>, NoteError> {
    let lines = lines.strip_suffix('\n').ok_or(NoteError::Unsigned)?;
    if lines.split('\n').nth(MAX_SIGNATURES).is_some() {
        return Err(NoteError::TooMany);
    }
    lines.split('\n').map(str::parse).collect()
}

fn signature(line: &str) -> Option<Signature> {
    let (name, encoded) = line.strip_prefix(DASH)?.split_once(' ')?;
    let bytes = note_lines::base64(encoded)?;
    let (id, bytes) = bytes.split_first_chunk()?;
    let name = name.parse().ok()?;
    (!bytes.is_empty()).then(|| Signature { name, id: KeyId(*id), bytes: bytes.to_vec() })
}

#[cfg(test)]
mod tests;
