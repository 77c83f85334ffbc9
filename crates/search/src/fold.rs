//! Folding of text so that both sides of a comparison lose the same differences.
use unicode_normalization::{UnicodeNormalization, char::canonical_combining_class};

/// Appends the text without differences of case: codes and identifiers
/// (<https://hl7.org/fhir/R4/search.html#token>). Lower, upper and lower again, so that letters
/// with several lower or upper forms (`ς`, `ẞ`) meet in one.
pub(crate) fn push_caseless(out: &mut String, text: &str) {
    if text.is_ascii() {
        let start = out.len();
        out.push_str(text);
        out[start..].make_ascii_lowercase();
    } else {
        out.extend(text.chars().flat_map(caseless));
    }
}

/// Appends the text without differences of case, accents, compatibility forms and white space:
/// names (<https://hl7.org/fhir/R4/search.html#string>). What is appended holds no control
/// character, no white space at its ends and single spaces inside.
pub(crate) fn push_plain(out: &mut String, text: &str) {
    if is_single_spaced_ascii(text.as_bytes()) {
        let start = out.len();
        out.push_str(text);
        out[start..].make_ascii_lowercase();
    } else {
        let letters = text.nfkd().filter(|c| !is_accent(*c)).flat_map(caseless);
        push_single_spaced(out, letters.nfkd().filter(|c| !is_accent(*c)));
    }
}

fn caseless(c: char) -> impl Iterator<Item = char> {
    c.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase)
}

/// Accents of letters, and the optional vowel points of Hebrew, Arabic and Syriac. Marks that make
/// another letter (kana voicing, Indic and Thai vowels, the Greek iota below) have other combining
/// classes and stay.
fn is_accent(c: char) -> bool {
    matches!(canonical_combining_class(c), 10..=36 | 200..240)
}

fn is_single_spaced_ascii(text: &[u8]) -> bool {
    let mut after_space = true;
    for &byte in text {
        let space = byte == b' ';
        if !(b' '..0x7f).contains(&byte) || (space && after_space) {
            return false;
        }
        after_space = space;
    }
    !after_space || text.is_empty()
}

fn push_single_spaced(out: &mut String, letters: impl Iterator<Item = char>) {
    let start = out.len();
    let mut space = false;
    for c in letters {
        if c.is_whitespace() || c.is_control() {
            space = true;
            continue;
        }
        if space && out.len() > start {
            out.push(' ');
        }
        space = false;
        match undecomposed(c) {
            Some(base) => out.push_str(base),
            None => out.push(c),
        }
    }
}

/// Letters that Unicode does not take apart, but that people type without their stroke.
fn undecomposed(c: char) -> Option<&'static str> {
    Some(match c {
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
