use super::{Cursor, decode, encode};
use kiln_index::{LogIndex, Millis, Position};
use proptest::prelude::*;

const KEY: [u8; 32] = [7; 32];
const QUERY: [u8; 32] = [9; 32];

fn cursor(size: u64, recorded: i64, log_index: u64) -> Cursor {
    let after = Position { recorded: Millis(recorded), log_index: LogIndex(log_index) };
    Cursor { size: LogIndex(size), after }
}

#[test]
fn a_token_is_of_one_key_and_one_search() {
    let token = encode(&cursor(3, -1, 2), &QUERY, &KEY);
    assert_eq!(token.len(), 54);
    assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    assert_eq!(decode(&token, &QUERY, &KEY), Some(cursor(3, -1, 2)));
    assert_eq!(decode(&token, &QUERY, &[8; 32]), None);
    assert_eq!(decode(&token, &[8; 32], &KEY), None);
}

#[test]
fn a_changed_token_is_none() {
    let token = encode(&cursor(u64::MAX, i64::MIN, 0), &QUERY, &KEY);
    for at in 0..token.len() {
        let other = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
        let changed = format!("{}{other}{}", &token[..at], &token[at + 1..]);
        assert_eq!(decode(&changed, &QUERY, &KEY), None, "{at}");
    }
    for changed in [&token[1..], &token[..53], &format!("{token}="), &format!("{token}A"), ""] {
        assert_eq!(decode(changed, &QUERY, &KEY), None, "{changed}");
    }
}

proptest! {
    #[test]
    fn what_was_encoded_is_decoded(size: u64, recorded: i64, log_index: u64) {
        let cursor = cursor(size, recorded, log_index);
        prop_assert_eq!(decode(&encode(&cursor, &QUERY, &KEY), &QUERY, &KEY), Some(cursor));
    }

    #[test]
    fn nothing_else_is_a_token(text in "\\PC{0,80}") {
        prop_assert_eq!(decode(&text, &QUERY, &KEY), None);
    }
}
