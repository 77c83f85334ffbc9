//! Primitive datatypes and their grammars (<https://hl7.org/fhir/R4/datatypes.html#primitive>).
use crate::instant::{is_date, is_date_time, is_time};
use crate::json::{Value, word};
use crate::xml::unfit;
use crate::{Instant, IssueType};

/// A primitive datatype. `xhtml` and `markdown` are strings, `url` and `canonical` are uris here.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Primitive {
    Boolean,
    String,
    Code,
    Uri,
    Id,
    /// An id that is taken as sent: outside the grammar it is unusual, not wrong.
    LogicalId,
    /// `Reference.reference`: taken as sent, too.
    Reference,
    Oid,
    Uuid,
    Instant,
    DateTime,
    Date,
    Time,
    Base64Binary,
    Decimal,
    Integer,
    Integer64,
    PositiveInt,
    UnsignedInt,
}

/// FHIR forbids controls in strings (<https://hl7.org/fhir/R4/datatypes.html#string>), and XML has
/// no way to write them, nor the two others.
pub(super) const UNFIT: &str = "holds a control character other than tab, line feed and carriage \
                                return, or U+FFFE or U+FFFF, which XML cannot hold";

/// What is to be said of a value.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Fine,
    Unusual(&'static str),
    Wrong(IssueType, &'static str),
}

impl Primitive {
    /// Whether a text in which no escapes were resolved is fine, for those that most texts are;
    /// where it is not, [`Self::judge`] tells.
    #[inline]
    pub(super) fn takes_plain(self, text: &str) -> bool {
        match self {
            Self::String => !text.is_empty(),
            Self::Code | Self::Uri => !text.is_empty() && is_uri(text),
            _ => false,
        }
    }

    /// Judges a value that is not null, in whose text escapes may have been resolved.
    pub(super) fn judge(self, value: Value<'_>, is_resolved: bool) -> Verdict {
        match self {
            Self::Boolean => match value {
                Value::Bool(_) => Verdict::Fine,
                _ => wrong("must be true or false, without quotes"),
            },
            Self::Decimal => match value {
                Value::Number(_) => Verdict::Fine,
                _ => wrong("must be a number, without quotes"),
            },
            Self::Integer => integer(value, i64::from(i32::MIN), "must be a whole number, 32 bits"),
            Self::PositiveInt => integer(value, 1, "must be a whole number from 1, 31 bits"),
            Self::UnsignedInt => integer(value, 0, "must be a whole number from 0, 31 bits"),
            _ => match value {
                Value::Text("") => wrong("is empty: leave it out"),
                // Controls stand only in text with escapes.
                Value::Text(text) if is_resolved && unfit(text).is_some() => wrong(UNFIT),
                Value::Text(text) => self.judge_text(text),
                _ => wrong("must be a string"),
            },
        }
    }

    fn judge_text(self, text: &str) -> Verdict {
        let (fine, message) = match self {
            Self::Code => (is_code(text), "is no code: it has spaces around or several inside"),
            Self::Uri => (is_uri(text), "is no uri: it has white space"),
            Self::Id => (is_id(text.as_bytes()), "is no id: 1 to 64 letters, digits, - and ."),
            Self::Oid => (is_oid(text), "is no oid: urn:oid:1.2.3"),
            Self::Uuid => (is_uuid(text), "is no uuid: urn:uuid: and lower case hex digits"),
            Self::Instant => (
                Instant::parse(text).is_some(),
                "is no instant: YYYY-MM-DDThh:mm:ss, with a zone (Z or +hh:mm)",
            ),
            Self::DateTime => (
                is_date_time(text),
                "is no dateTime: YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss with a zone",
            ),
            Self::Date => (is_date(text), "is no date: YYYY, YYYY-MM or YYYY-MM-DD"),
            Self::Time => (is_time(text), "is no time: hh:mm:ss"),
            Self::Base64Binary => (is_base64(text), "is no base64"),
            Self::Integer64 => (is_integer64(text), "must be a whole number in quotes, 64 bits"),
            Self::LogicalId if !is_id(text.as_bytes()) => {
                return Verdict::Unusual("is no id by FHIR's grammar: taken as sent");
            }
            Self::Reference if !is_usual_reference(text) => {
                return Verdict::Unusual(
                    "is neither Type/id by FHIR's grammar nor an absolute URL: taken as sent",
                );
            }
            _ => return Verdict::Fine,
        };
        if fine { Verdict::Fine } else { wrong(message) }
    }
}

fn wrong(message: &'static str) -> Verdict {
    Verdict::Wrong(IssueType::Value, message)
}

/// Whole numbers are 32 bits wide, positive and unsigned ones 31.
fn integer(value: Value<'_>, min: i64, message: &'static str) -> Verdict {
    match value {
        Value::Number(number)
            if number.as_i64().is_some_and(|n| (min..=i64::from(i32::MAX)).contains(&n)) =>
        {
            Verdict::Fine
        }
        _ => wrong(message),
    }
}

/// No spaces around, single ones inside.
fn is_code(text: &str) -> bool {
    is_uri(text) || is_code_of_words(text)
}

fn is_code_of_words(text: &str) -> bool {
    let mut before = b' ';
    for &byte in text.as_bytes() {
        if byte.is_ascii_whitespace() && before.is_ascii_whitespace() {
            return false;
        }
        before = byte;
    }
    !before.is_ascii_whitespace()
}

fn is_uri(text: &str) -> bool {
    !word::anywhere(text.as_bytes(), word::has_space)
}

fn is_id(text: &[u8]) -> bool {
    (1..=64).contains(&text.len()) && of_id(text) == text.len()
}

/// How many characters stand at the start that an id can have.
fn of_id(text: &[u8]) -> usize {
    let is_of_id = |&byte: &u8| OF_ID[usize::from(byte)];
    let eights = leading_eights(text, is_of_id);
    eights + text[eights..].iter().copied().take_while(|byte| is_of_id(byte)).count()
}

/// How many bytes stand at the start of which this is true, a multiple of eight; they are looked
/// at without leaving early.
fn leading_eights(text: &[u8], is_it: impl Fn(&u8) -> bool) -> usize {
    let all = |eight: &&[u8; 8]| eight.iter().fold(true, |all, byte| all & is_it(byte));
    8 * text.as_chunks().0.iter().take_while(all).count()
}

/// Letters, digits, `-` and `.`, which ids are made of.
static OF_ID: [bool; 256] = {
    let (mut of_id, mut byte) = ([false; 256], 0);
    while byte < 256 {
        of_id[byte] = matches!(byte as u8, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.');
        byte += 1;
    }
    of_id
};

/// `Type/id`, `Type/id/_history/version`, `#id`, or anything with a scheme or a query.
fn is_usual_reference(text: &str) -> bool {
    is_of_type_and_id(text)
        || text.starts_with('#')
        || text.bytes().any(|byte| matches!(byte, b':' | b'?'))
}

fn is_of_type_and_id(text: &str) -> bool {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let ([b'A'..=b'Z', ..], [b'/', rest @ ..]) = text.as_bytes().split_at(letters) else {
        return false;
    };
    let (id, rest) = rest.split_at(of_id(rest));
    let version_is_id = match rest.strip_prefix(b"/_history/") {
        None => rest.is_empty(),
        Some(version) => is_id(version),
    };
    (1..=64).contains(&id.len()) && version_is_id
}

fn is_oid(text: &str) -> bool {
    let Some(arcs) = text.strip_prefix("urn:oid:") else { return false };
    let is_arc = |arc: &str| {
        !arc.is_empty()
            && arc.bytes().all(|byte| byte.is_ascii_digit())
            && (arc == "0" || !arc.starts_with('0'))
    };
    matches!(arcs.as_bytes(), [b'0'..=b'2', b'.', ..]) && arcs.split('.').all(is_arc)
}

fn is_uuid(text: &str) -> bool {
    let Some(uuid) = text.strip_prefix("urn:uuid:") else { return false };
    uuid.len() == 36
        && uuid.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

fn is_integer64(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    text.parse::<i64>().is_ok()
        && !text.starts_with('+')
        && (digits == "0" || !digits.starts_with('0'))
}

/// Groups of four, padded at the end; white space may stand between (R4's grammar has it, R5 asks
/// readers to ignore it).
fn is_base64(text: &str) -> bool {
    let text = text.as_bytes();
    let eights = leading_eights(text, |&byte| BASE64_KIND[usize::from(byte)] == DIGIT);
    let (mut digits, mut padding) = (eights, 0_usize);
    for &byte in &text[eights..] {
        match BASE64_KIND[usize::from(byte)] {
            DIGIT if padding == 0 => digits += 1,
            PADDING => padding += 1,
            SPACE => {}
            _ => return false,
        }
    }
    digits > 0 && padding <= 2 && (digits + padding).is_multiple_of(4)
}

const OTHER: u8 = 0;
const DIGIT: u8 = 1;
const PADDING: u8 = 2;
const SPACE: u8 = 3;

static BASE64_KIND: [u8; 256] = base64_kinds();

const fn base64_kinds() -> [u8; 256] {
    let mut kinds = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => DIGIT,
            b'=' => PADDING,
            b' ' | b'\t' | b'\n' | b'\r' => SPACE,
            _ => OTHER,
        };
        byte += 1;
    }
    kinds
}

#[cfg(test)]
mod tests;
