//! Lists of logs, good and bad.
use super::*;
use kiln_evidence::{Algorithm, Ed25519Signer, Signer as _};

fn key(name: &str, byte: u8) -> VerifierKey {
    let public = Ed25519Signer::from_seed([byte; 32]).public_key();
    VerifierKey::new(name.parse().unwrap(), Algorithm::Ed25519, public).unwrap()
}

fn read(text: &str) -> Result<KnownLogs, KnownLogsError> {
    text.parse()
}

#[test]
fn each_log_has_its_keys() {
    let (a, b) = (key("a.example/log", 1), key("b.example/log", 2));
    let logs = read(&format!("# two\n\n log {a}\n\tlog\t{b}  https://b.example/log")).unwrap();
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
    assert!(matches!(read("# none\n"), Err(KnownLogsError::Empty)));
    for bad in ["\nlog a+b+c\n", &format!("# again\nlog {a}\nlog {a}\n")] {
        let line = bad.lines().count();
        let refused = read(bad).unwrap_err();
        assert!(matches!(&refused, KnownLogsError::Line(error) if error.line == line), "{refused}");
    }
}
