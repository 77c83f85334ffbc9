//! Replaces every free value of a record by a drawn one of the same shape: letters by letters,
//! digits by digits. What stays is the form: members, punctuation, and what the vocabulary has.
use super::vocabulary::{TYPES, Vocabulary};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng as _, SeedableRng as _},
};

/// What is drawn hangs on nothing in the record.
const SEED: u64 = 1;

/// A longer word is none of a language: it is packed, or a key.
const WORD_BYTES_MAX: usize = 24;
const HEX: &[u8; 16] = b"0123456789abcdef";
/// About as often as they come in English and German names.
const LETTERS: &[u8] = b"eeeeeeeeeeeennnnnnnniiiiiiissssssrrrrrraaaaaatttttddddhhhuuulllcccgggmmm\
    ooobbwwffkkzzppvvjyxq";

/// Masks records of one vocabulary.
pub(super) struct Mask<'a> {
    vocabulary: &'a Vocabulary,
    random: ChaCha8Rng,
}

/// Where in an object or array a value stands.
struct Level {
    is_object: bool,
    /// Of the value that comes next, or of the array's own values.
    member: String,
    /// Whether a member's name comes next.
    at_name: bool,
}

impl<'a> Mask<'a> {
    pub(super) fn new(vocabulary: &'a Vocabulary) -> Self {
        Self { vocabulary, random: ChaCha8Rng::seed_from_u64(SEED) }
    }

    /// The record without its values, in as many bytes; `None` where it is no JSON, or has a member
    /// that few records have, whose name may say something.
    pub(super) fn masked(&mut self, body: &[u8]) -> Option<Vec<u8>> {
        serde_json::from_slice::<serde::de::IgnoredAny>(body).ok()?;
        let mut out = body.to_vec();
        let mut levels: Vec<Level> = Vec::new();
        let mut at = 0;
        while let Some(byte) = out.get(at).copied() {
            match byte {
                b'"' => {
                    let end = at + 1 + string_len(&out[at + 1..])?;
                    self.string(&mut out[at + 1..end], levels.last_mut())?;
                    at = end;
                }
                b'{' | b'[' => levels.push(Level::inside(byte == b'{', levels.last())),
                b'}' | b']' => drop(levels.pop()),
                b',' => {
                    if let Some(level) = levels.last_mut() {
                        level.at_name = level.is_object;
                    }
                }
                // `true`, `false` and `null` are words of the grammar; an exponent is a digit's.
                b'0'..=b'9' => out[at] = self.digit(&out[..at]),
                _ => {}
            }
            at += 1;
        }
        Some(out)
    }

    /// A member's name, which tells what comes next, or a value.
    fn string(&mut self, text: &mut [u8], level: Option<&mut Level>) -> Option<()> {
        let Some(level) = level else {
            self.replace(text);
            return Some(());
        };
        // With an escape in it a text is none of a vocabulary.
        let plain = std::str::from_utf8(text).ok()?;
        if level.at_name {
            if !self.vocabulary.has_member(plain) {
                return None;
            }
            plain.clone_into(&mut level.member);
            level.at_name = false;
            return Some(());
        }
        if self.vocabulary.has_value(&level.member, plain) {
            return Some(());
        }
        let kept = if level.member == "reference" { type_len(plain) } else { 0 };
        self.replace(&mut text[kept..]);
        Some(())
    }

    /// Word by word; what is between them stays.
    fn replace(&mut self, text: &mut [u8]) {
        if is_date(text) {
            return self.date(text);
        }
        let mut at = 0;
        while at < text.len() {
            let len = word_len(&text[at..]);
            match (text[at], len) {
                // A backslash and what follows it is grammar; what `\u` names is somebody's.
                (b'\\', _) if text.get(at + 1) == Some(&b'u') => {
                    let end = (at + 6).min(text.len());
                    text[at..end].fill_with(|| self.letter());
                    at = end;
                }
                (b'\\', _) => at += 2,
                (_, 0) => at += 1,
                (_, len) => {
                    self.word(&mut text[at..at + len]);
                    at += len;
                }
            }
        }
    }

    /// Letters come as often as in a language, for zstd learns that too; in what is no word of one
    /// all alike.
    fn word(&mut self, word: &mut [u8]) {
        let is_hex = word.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
            && word.iter().any(u8::is_ascii_digit)
            && word.iter().any(u8::is_ascii_lowercase);
        let is_packed = word.len() > WORD_BYTES_MAX;
        for byte in word {
            *byte = match *byte {
                _ if is_hex => HEX[usize::from(self.below(16))],
                b'0'..=b'9' => b'0' + self.below(10),
                b'A'..=b'Z' if is_packed => b'A' + self.below(26),
                b'A'..=b'Z' => self.letter().to_ascii_uppercase(),
                _ if is_packed => b'a' + self.below(26),
                _ => self.letter(),
            };
        }
    }

    /// Some day of these decades, and some time of it.
    fn date(&mut self, date: &mut [u8]) {
        let (month, day, hour) = (1 + self.below(12), 1 + self.below(28), self.below(24));
        let mut put = |at: usize, number: u8| {
            if let Some(place) = date.get_mut(at..at + 2) {
                place.copy_from_slice(&[b'0' + number / 10, b'0' + number % 10]);
            }
        };
        for (at, number) in [(0, 20), (2, 10 + self.below(20)), (5, month), (8, day), (11, hour)] {
            put(at, number);
        }
        for byte in date.iter_mut().skip(14).filter(|byte| byte.is_ascii_digit()) {
            *byte = b'0' + self.below(6);
        }
    }

    fn letter(&mut self) -> u8 {
        LETTERS[usize::from(self.below(LETTERS.len() as u8))]
    }

    /// A digit of a number, which does not begin with 0.
    fn digit(&mut self, before: &[u8]) -> u8 {
        let is_first = !before.last().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'.');
        if is_first { b'1' + self.below(9) } else { b'0' + self.below(10) }
    }

    fn below(&mut self, end: u8) -> u8 {
        (self.random.next_u32() % u32::from(end)) as u8
    }
}

impl Level {
    fn inside(is_object: bool, outer: Option<&Self>) -> Self {
        // The values of an array are those of its member.
        let member = outer.map(|outer| outer.member.clone()).unwrap_or_default();
        Self { is_object, member, at_name: is_object }
    }
}

/// Letters and digits, and the bytes of other alphabets.
fn word_len(text: &[u8]) -> usize {
    let is_other = |byte: &u8| !byte.is_ascii_alphanumeric() && byte.is_ascii();
    text.iter().position(is_other).unwrap_or(text.len())
}

/// A date or an instant, as FHIR has them.
fn is_date(text: &[u8]) -> bool {
    let is_form = |(at, byte): (usize, &u8)| match at {
        4 | 7 => *byte == b'-',
        10 => *byte == b'T',
        _ => byte.is_ascii_digit(),
    };
    text.len() >= 10 && text.iter().take(13).enumerate().all(is_form)
}

/// How long the string is whose content begins here.
fn string_len(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        match text.get(at)? {
            b'"' => return Some(at),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// `Patient/` of `Patient/123`; 0 where no type begins it.
fn type_len(reference: &str) -> usize {
    let of_type = reference.split_once('/').filter(|(name, _)| TYPES.contains(name));
    of_type.map_or(0, |(name, _)| name.len() + 1)
}

#[cfg(test)]
mod tests;
