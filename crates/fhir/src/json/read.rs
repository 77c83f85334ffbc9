//! Reads bytes into a [`Tape`]. `serde_json` does the grammar; the limits, duplicate keys and NUL
//! characters are refused here, before memory is spent on them.
use super::Tape;
use super::start;
use super::tape::{Span, Stored};
use crate::{Issue, IssueType, Limits};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Number;
use std::collections::HashSet;
use std::fmt;

/// Objects with more keys than this are checked for duplicates by hash, so that the work stays
/// linear whatever is sent.
const KEYS_COMPARED_MAX: u32 = 32;

/// `serde_json` stops at 128 by itself, with a message of its own.
const DEPTH_MAX: usize = 120;

/// Events without white space have about so many bytes for each value; a few more are room enough.
const BYTES_PER_NODE: usize = 16;

/// Reads one document. `root` is what its root is called in errors.
///
/// # Errors
/// Not UTF-8, a byte order mark, not JSON, more than one document, duplicate keys, NUL
/// characters, too deep or too many values; with the element as far as it was read.
pub fn read<'a>(body: &'a [u8], limits: &Limits, root: &str) -> Result<Tape<'a>, Issue> {
    let text = text_of(body)?;
    let capacity = (text.len() / BYTES_PER_NODE).min(limits.nodes_max);
    let mut reader = Reader {
        tape: Tape::with_capacity(capacity),
        depth_left: limits.depth_max.min(DEPTH_MAX),
        nodes_left: limits.nodes_max,
        refused: None,
    };
    // In UTF-8 both start with 0xEF. Without leaving early the compiler looks at many bytes at
    // once.
    reader.tape.noncharacters = !text.is_ascii()
        && text.bytes().fold(0, u8::max) >= 0xEF
        && text.contains(['\u{FFFE}', '\u{FFFF}']);
    let mut json = serde_json::Deserializer::from_str(text);
    let read = ValueSeed { reader: &mut reader, node: None }.deserialize(&mut json);
    match read.and_then(|()| json.end()) {
        Ok(()) => Ok(reader.tape),
        Err(error) => Err(reader.issue(root, &error)),
    }
}

/// What is wrong with text that is not JSON; says where, and nothing of what stands there.
pub(crate) fn not_json(error: &serde_json::Error) -> Issue {
    let message = if error.is_data() {
        let (line, column) = (error.line(), error.column());
        format!("another type of value is expected at line {line} column {column}")
    } else {
        format!("this is not JSON: {error}")
    };
    Issue::error(IssueType::Structure, message)
}

/// Checks the bytes as a whole, once, so that no string needs it again.
pub(crate) fn text_of(body: &[u8]) -> Result<&str, Issue> {
    let refuse = |message: String| Err(Issue::error(IssueType::Structure, message));
    if body.starts_with(b"\xEF\xBB\xBF") {
        // RFC 8259, section 8.1.
        return refuse("the body starts with a byte order mark: send it without".to_owned());
    }
    match std::str::from_utf8(body) {
        Ok(text) => Ok(text),
        Err(error) => refuse(format!("the body is not UTF-8 at byte {}", error.valid_up_to())),
    }
}

struct Reader<'a> {
    tape: Tape<'a>,
    depth_left: usize,
    nodes_left: usize,
    /// Why reading stopped, where it is not the grammar.
    refused: Option<(IssueType, String)>,
}

impl Reader<'_> {
    fn refuse<E: serde::de::Error>(&mut self, code: IssueType, message: &str) -> E {
        self.refused = Some((code, message.to_owned()));
        E::custom("")
    }

    /// Counts a key or a value.
    fn spend<E: serde::de::Error>(&mut self, nodes: usize) -> Result<(), E> {
        match self.nodes_left.checked_sub(nodes) {
            Some(left) => self.nodes_left = left,
            None => return Err(self.refuse(IssueType::TooLong, "too many values: send less")),
        }
        Ok(())
    }

    fn descend<E: serde::de::Error>(&mut self) -> Result<(), E> {
        match self.depth_left.checked_sub(1) {
            Some(left) => self.depth_left = left,
            None => return Err(self.refuse(IssueType::TooLong, "too deep: nest less")),
        }
        Ok(())
    }

    /// Only a string with escapes can hold it. JSON allows it, nothing that keeps text does.
    fn check_nul<E: serde::de::Error>(&mut self, text: &str) -> Result<(), E> {
        if text.contains('\0') {
            return Err(self.refuse(IssueType::Value, "a NUL character: send none"));
        }
        Ok(())
    }

    fn issue(&self, root: &str, error: &serde_json::Error) -> Issue {
        let issue = match &self.refused {
            Some((code, message)) => {
                let (line, column) = (error.line(), error.column());
                Issue::error(*code, format!("{message} (line {line} column {column})"))
            }
            None => not_json(error),
        };
        issue.at(self.tape.path(root, self.tape.len().saturating_sub(1)))
    }
}

/// Reads one value.
struct ValueSeed<'r, 'a> {
    reader: &'r mut Reader<'a>,
    /// Its node, where it has one already, with its key.
    node: Option<usize>,
}

impl<'a> DeserializeSeed<'a> for ValueSeed<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<(), D::Error> {
        self.reader.spend(1)?;
        let at = self.node.unwrap_or_else(|| self.reader.tape.push(None, Stored::Null));
        json.deserialize_any(ValueVisitor { reader: self.reader, at })
    }
}

struct ValueVisitor<'r, 'a> {
    reader: &'r mut Reader<'a>,
    at: usize,
}

impl<'a> ValueVisitor<'_, 'a> {
    fn set(self, value: Stored<'a>) {
        self.reader.tape.set(self.at, value);
    }
}

impl<'a> Visitor<'a> for ValueVisitor<'_, 'a> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.set(Stored::Null);
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.set(Stored::Bool(value));
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.set(Stored::Number(value.into()));
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.set(Stored::Number(value.into()));
        Ok(())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<(), E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("number out of range"))?;
        self.set(Stored::Number(number));
        Ok(())
    }

    #[inline]
    fn visit_borrowed_str<E>(self, text: &'a str) -> Result<(), E> {
        self.set(Stored::Text(text));
        Ok(())
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        self.reader.check_nul(text)?;
        let value = self.reader.tape.resolve(text.to_owned());
        self.set(value);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut items: A) -> Result<(), A::Error> {
        let Self { reader, at } = self;
        reader.descend()?;
        reader.tape.set(at, Stored::Array(Span::STARTED));
        let mut count = 0;
        while items.next_element_seed(ValueSeed { reader, node: None })?.is_some() {
            count += 1;
        }
        reader.tape.close(at, count);
        reader.depth_left += 1;
        Ok(())
    }

    fn visit_map<A: MapAccess<'a>>(self, mut members: A) -> Result<(), A::Error> {
        let Self { reader, at } = self;
        reader.descend()?;
        reader.tape.set(at, Stored::Object(Span::STARTED));
        let mut keys = Keys::of(at);
        while let Some((node, bit)) = members.next_key_seed(KeySeed { reader })? {
            if !keys.insert(&reader.tape, node, bit) {
                let message = "this element is there twice: send it once";
                return Err(reader.refuse(IssueType::Structure, message));
            }
            members.next_value_seed(ValueSeed { reader, node: Some(node) })?;
        }
        reader.tape.close(at, keys.count);
        reader.depth_left += 1;
        Ok(())
    }
}

/// Reads a key into a node of its own, the value of which follows; returns the node and the key's
/// [`bit`].
struct KeySeed<'r, 'a> {
    reader: &'r mut Reader<'a>,
}

impl<'a> DeserializeSeed<'a> for KeySeed<'_, 'a> {
    type Value = (usize, u64);

    #[inline]
    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<(usize, u64), D::Error> {
        self.reader.spend(1)?;
        json.deserialize_str(self)
    }
}

impl<'a> Visitor<'a> for KeySeed<'_, 'a> {
    type Value = (usize, u64);

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    #[inline]
    fn visit_borrowed_str<E>(self, text: &'a str) -> Result<(usize, u64), E> {
        Ok((self.reader.tape.push(Some(text), Stored::Null), bit(text)))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(usize, u64), E> {
        self.reader.check_nul(text)?;
        Ok((self.reader.tape.push_resolved(text, Stored::Null), bit(text)))
    }
}

/// Keys of one object so far.
struct Keys {
    /// The node of the object.
    object: usize,
    count: u32,
    /// A bit for each of them; few have the same.
    bits: u64,
    /// All of them, once there are many.
    all: Option<HashSet<String>>,
}

impl Keys {
    fn of(object: usize) -> Self {
        Self { object, count: 0, bits: 0, all: None }
    }

    /// Notes the key of a node, the last one, and its bit; false where it is there already.
    #[inline]
    fn insert(&mut self, tape: &Tape<'_>, node: usize, bit: u64) -> bool {
        let is_new = if self.count < KEYS_COMPARED_MAX {
            self.bits & bit == 0 || !self.has(tape, node)
        } else {
            self.insert_of_many(tape, node)
        };
        self.bits |= bit;
        self.count += 1;
        is_new
    }

    /// Whether the key of a node stands before it.
    #[cold]
    fn has(&self, tape: &Tape<'_>, node: usize) -> bool {
        let key = tape.key(node);
        self.before(tape, node).any(|known| tape.key(known) == key)
    }

    #[cold]
    fn insert_of_many(&mut self, tape: &Tape<'_>, node: usize) -> bool {
        let mut all = self.all.take().unwrap_or_else(|| {
            self.before(tape, node).map(|known| tape.key(known).to_owned()).collect()
        });
        let is_new = all.insert(tape.key(node).to_owned());
        self.all = Some(all);
        is_new
    }

    /// The members before a node, the last one.
    fn before(&self, tape: &Tape<'_>, node: usize) -> impl Iterator<Item = usize> {
        tape.children(self.object).take_while(move |&known| known < node)
    }
}

/// One of 64, by the start of a key and its length.
fn bit(key: &str) -> u64 {
    // The golden ratio's digits spread what differs in any byte over the highest six bits
    // (Knuth, The Art of Computer Programming, volume 3, section 6.4).
    let spread = (start(key.as_bytes()) ^ key.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    1 << (spread >> 58)
}
