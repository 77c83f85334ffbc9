//! Lists of logs, good and bad.
use super::*;

fn key(name: &str, byte: u8) -> VerifierKey {
    key_of(name, Algorithm::Ed25519, byte)
}

fn key_of(name: &str, algorithm: Algorithm, byte: u8) -> VerifierKey {
    use kiln_evidence::Signer;
    let public = kiln_evidence::Ed25519Signer::from_seed([byte; 32]).public_key();
    VerifierKey::new(name.parse().unwrap(), algorithm, public).unwrap()
}

fn read(text: &str) -> Result<KnownLogs, KnownLogsError> {
    text.parse()
}

#[test]
fn comments_empty_lines_urls_and_white_space_are_fine() {
    let (a, b) = (key("a.example/log", 1), key("b.example/log", 2));
    let logs = read(&format!("# two\n\n log {a}\n\tlog\t{b}  https://b.example/log \n")).unwrap();
    assert_eq!(logs.keys(a.name()), std::slice::from_ref(&a));
    assert_eq!(logs.keys(b.name()), [b]);
    assert_eq!(logs.keys(&"c.example/log".parse().unwrap()), []);
}

#[test]
fn a_log_may_have_an_old_and_a_new_key() {
    let (old, new) = (key("a.example/log", 1), key("a.example/log", 2));
    let logs = read(&format!("log {old}\nlog {new}\n")).unwrap();
    assert_eq!(logs.keys(new.name()), [old, new]);
}

#[test]
fn what_is_no_list_is_refused_with_its_line() {
    let a = key("a.example/log", 1);
    let same = key("b.example/log", 1);
    let witness = key_of("w.example", Algorithm::CosignatureV1, 3);
    let refused = |text: &str| read(text).unwrap_err();
    assert_eq!(refused(""), KnownLogsError::Empty);
    assert_eq!(refused("# none\n"), KnownLogsError::Empty);
    assert_eq!(refused(&format!("\nlog {a} url more\n")), KnownLogsError::Line(2));
    assert_eq!(refused(&format!("log {a}\nquorum none\n")), KnownLogsError::Line(2));
    assert_eq!(refused("log\n"), KnownLogsError::Line(1));
    assert_eq!(refused("log a+b+c\n"), KnownLogsError::Key(1));
    assert_eq!(refused(&format!("log {witness}\n")), KnownLogsError::Key(1));
    assert_eq!(refused(&format!("log {a}\nlog {same}\n")), KnownLogsError::Twice(2));
}
