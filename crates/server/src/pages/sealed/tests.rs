use super::*;

const KEY: [u8; 32] = [7; 32];
const TEXT: &[u8] = b"patient 123 last week";

#[test]
fn what_was_sealed_is_opened_again() {
    let token = sealed(&KEY, b"view\0me", TEXT);
    assert_eq!(opened(&KEY, b"view\0me", &token).unwrap(), TEXT);
    assert!(token.starts_with(FIRST));
    assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    // After a restart, too: nothing in it is of this run.
    assert_eq!(token, sealed(&KEY, b"view\0me", TEXT));
}

#[test]
fn nothing_of_the_text_shows() {
    let token = sealed(&KEY, b"view\0me", TEXT);
    let bytes = URL_SAFE_NO_PAD.decode(&token[1..]).unwrap();
    assert!(!bytes.windows(7).any(|seven| seven == b"patient"));
    assert_ne!(token, sealed(&KEY, b"view\0me", b"patient 124 last week"));
}

#[test]
fn a_token_is_good_for_its_purpose_and_its_reader_alone() {
    let token = sealed(&KEY, b"view\0me", TEXT);
    for bound in [&b"form\0me"[..], b"view\0you", b"view\0", b""] {
        assert_eq!(opened(&KEY, bound, &token), None);
    }
    assert_eq!(opened(&[8; 32], b"view\0me", &token), None);
}

#[test]
fn whatever_was_changed_is_refused() {
    let token = sealed(&KEY, b"view\0me", TEXT);
    for at in 0..token.len() {
        let mut other = token.clone().into_bytes();
        other[at] = if other[at] == b'A' { b'B' } else { b'A' };
        let other = String::from_utf8(other).unwrap();
        assert_eq!(opened(&KEY, b"view\0me", &other), None, "{at}");
    }
    for other in ["", "v", "vAAAA", &token[..token.len() - 1], &token[1..], &"v".repeat(7000)] {
        assert_eq!(opened(&KEY, b"view\0me", other), None, "{other}");
    }
}
