use super::*;
use crate::note_vectors::{go, name, signer};
use crate::{Policy, Signer};
use proptest::prelude::*;
use std::fmt::Write as _;

/// The vkey of a witness, or of a log, whose seed is 32 times this byte.
fn vkey(seed: u8, algorithm: Algorithm) -> String {
    VerifierKey::new(name("k.example"), algorithm, signer(seed).public_key()).unwrap().to_string()
}

fn witness(seed: u8) -> String {
    vkey(seed, Algorithm::CosignatureV1)
}

fn log(seed: u8) -> String {
    vkey(seed, Algorithm::Ed25519)
}

/// The example of c2sp.org/tlog-policy, with keys of ours.
fn example() -> String {
    let [x1, x2, x3, y1, y2, y3] = [11, 12, 13, 21, 22, 23].map(witness);
    format!(
        "log {}\n\nwitness X1 {x1}\nwitness X2 {x2}\nwitness X3 {x3}\ngroup X-witnesses 2 X1 X2 \
         X3\n\nwitness Y1 {y1}\nwitness Y2 {y2}\nwitness Y3 {y3}\ngroup Y-witnesses any Y1 Y2 Y3\
         \n\ngroup X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n",
        log(1)
    )
}

/// The line and the fault of a policy that is refused.
fn fault(text: &str) -> Option<(usize, PolicyFault)> {
    Policy::parse(text).err().map(|error| (error.line, error.fault))
}

#[test]
fn the_example_of_the_specification() {
    let policy = Policy::parse(&example()).unwrap();
    assert_eq!((policy.logs().len(), policy.witnesses().len()), (1, 6));
    assert_eq!(policy.witnesses()[5].key.to_string(), witness(23));
}

#[test]
fn blanks_comments_and_addresses_are_taken() {
    let text = format!(
        "# {}\n\t \n  log\t{}   https://a.example/  \n #quorum none\nwitness\tw\u{e9} {}\t\
         https://w.example/\n\tquorum  w\u{e9}",
        "any text: é — ",
        log(1),
        witness(2)
    );
    let policy = Policy::parse(&text).unwrap();
    assert_eq!(policy.logs()[0].url.as_deref(), Some("https://a.example/"));
    assert_eq!(policy.witnesses()[0].url.as_deref(), Some("https://w.example/"));
}

#[test]
fn a_policy_without_logs_and_witnesses_is_one() {
    assert!(Policy::parse("quorum none\n").unwrap().logs().is_empty());
    assert_eq!(fault("# nothing\n"), Some((1, PolicyFault::NoQuorum)));
    assert_eq!(fault(""), Some((1, PolicyFault::NoQuorum)));
}

#[test]
fn lines_that_are_none_are_refused() {
    let (log, w1, w2) = (log(1), witness(2), witness(3));
    let refused = [
        ("quorum".into(), PolicyFault::Line),
        ("quorum none none".into(), PolicyFault::Line),
        ("Quorum none".into(), PolicyFault::Line),
        ("log".into(), PolicyFault::Line),
        (format!("log {log} url more"), PolicyFault::Line),
        (format!("witness {w1}"), PolicyFault::Line),
        (format!("witness w {w1} url #comment"), PolicyFault::Line),
        ("group g".into(), PolicyFault::Line),
        ("group g any".into(), PolicyFault::Threshold),
        ("group g all".into(), PolicyFault::Threshold),
        ("log a+b".into(), PolicyFault::Key(KeyError::Form)),
        (format!("log {w1}"), PolicyFault::Role),
        (format!("witness w {log}"), PolicyFault::Role),
        ("quorum w".into(), PolicyFault::Undefined),
        ("group g 1 w".into(), PolicyFault::Undefined),
        ("quorum no\u{a0}ne".into(), PolicyFault::Undefined),
        ("quorum none\r".into(), PolicyFault::Control),
        ("quorum\u{c}none".into(), PolicyFault::Control),
        ("quorum none\u{7f}".into(), PolicyFault::Control),
        (format!("witness none {w1}"), PolicyFault::Taken),
    ];
    for (line, expected) in refused {
        assert_eq!(fault(&format!("\n{line}\n")), Some((2, expected)), "{line:?}");
    }
    let two = format!("witness a {w1}\nwitness b {w2}\n");
    let refused = [
        ("group g 0 a b", PolicyFault::Threshold),
        ("group g 3 a b", PolicyFault::Threshold),
        ("group g 01 a b", PolicyFault::Threshold),
        ("group g -1 a b", PolicyFault::Threshold),
        ("group g 18446744073709551617 a", PolicyFault::Threshold),
        ("group g any none", PolicyFault::Undefined),
        ("group g any a g", PolicyFault::Undefined),
        ("group g any a a", PolicyFault::Member),
        ("group none any a", PolicyFault::Taken),
        ("group b any a", PolicyFault::Taken),
        ("group g all a b\ngroup h any a", PolicyFault::Member),
        ("group g all a b\ngroup h any g\ngroup i any g", PolicyFault::Member),
        ("quorum a\nquorum a", PolicyFault::SecondQuorum),
        ("quorum none\nquorum none", PolicyFault::SecondQuorum),
    ];
    for (lines, expected) in refused {
        let last = 2 + lines.lines().count();
        assert_eq!(fault(&format!("{two}{lines}\n")), Some((last, expected)), "{lines:?}");
    }
}

/// "Two vkeys are considered duplicate if they wrap the same underlying public key": under
/// another name, and across the roles, where a log would be its own witness.
#[test]
fn a_public_key_stands_once() {
    let renamed = |algorithm| {
        VerifierKey::new(name("other"), algorithm, signer(1).public_key()).unwrap().to_string()
    };
    let (as_log, as_witness) = (renamed(Algorithm::Ed25519), renamed(Algorithm::CosignatureV1));
    let refused = [
        format!("log {}\nlog {as_log}", log(1)),
        format!("witness a {}\nwitness b {as_witness}", witness(1)),
        format!("log {}\nwitness b {as_witness}", log(1)),
        format!("witness b {as_witness}\nlog {}", log(1)),
    ];
    for text in refused {
        let text = format!("{text}\nquorum none\n");
        assert_eq!(fault(&text), Some((2, PolicyFault::DuplicateKey)), "{text}");
    }
    // A log with two keys, as after a change of its key.
    let both = format!("log {}\nlog {}\nquorum none\n", go("old"), go("new"));
    assert!(Policy::parse(&both).is_ok());
}

/// § Implementation limits recommends at least 32 of each.
#[test]
fn limits_hold_and_leave_room() {
    let mut text = String::new();
    for seed in 1..=32 {
        writeln!(text, "log {}\nwitness w{seed} {}", log(seed), witness(seed + 100)).unwrap();
        writeln!(text, "group g{seed} any w{seed}").unwrap();
    }
    assert!(Policy::parse(&format!("{text}quorum g32\n")).is_ok());
    // A chain of groups, each in the next: the depth is the number of names.
    let mut chain = format!("witness 0 {}\n", witness(1));
    for at in 1..MAX_NAMES {
        writeln!(chain, "group {at} all {}", at - 1).unwrap();
    }
    let (last, over) = (MAX_NAMES - 1, MAX_NAMES);
    assert!(Policy::parse(&format!("{chain}quorum {last}\n")).is_ok());
    let too_many = fault(&format!("{chain}group {over} all {last}\nquorum none\n"));
    assert_eq!(too_many, Some((MAX_NAMES + 1, PolicyFault::TooMany)));
    let long = format!("quorum none\n#{}", "x".repeat(MAX_POLICY));
    assert_eq!(fault(&long), Some((1, PolicyFault::TooLong)));
}

proptest! {
    /// Whatever lines come in whatever order: a verdict, never a panic.
    #[test]
    fn any_lines_are_read_or_refused(
        lines in proptest::collection::vec(
            "(log|witness|group|quorum|#|) ?(a|b|none|W) ?(a|any|all|1|2|W|) ?(a|b|c|)( a| b|)",
            0..12,
        ),
    ) {
        let keys = [go("w1"), go("w2")];
        let lines = lines.iter().enumerate();
        let text: Vec<_> = lines.map(|(at, line)| line.replace('W', &keys[at % 2])).collect();
        if let Ok(policy) = Policy::parse(&text.join("\n")) {
            let note = go("cosigned").parse().unwrap();
            prop_assert!(policy.judge(&note).is_err(), "no log line can be whole here");
        }
    }
}
