use super::*;
use crate::Language;
use jiff::tz::TimeZone;

fn reader() -> Reader {
    Reader { language: Language::En, zone: TimeZone::UTC, now: Instant { millis: 0 } }
}

fn view(standing: Standing) -> View<'static> {
    View {
        base: "",
        standing,
        records: 7,
        checkpoint: Some(Checkpoint {
            origin: "kiln.example/log".to_owned(),
            size: 7,
            root: "cm9vdA==".to_owned(),
            key: "kiln.example/log+00+key".to_owned(),
            note: "kiln.example/log\n7\ncm9vdA==\n".to_owned(),
        }),
        witnesses: Vec::new(),
        scrubbed: None,
        repaired: 0,
        damaged: false,
        walk: Some(picture::Tree {
            index: 5,
            size: 7,
            leaf: "aa".repeat(32),
            path: vec!["bb".repeat(32), "cc".repeat(32), "dd".repeat(32)],
            root: "ee".repeat(32),
        }),
    }
}

#[test]
fn a_log_without_witnesses_says_that_its_owner_could_rewrite_it() {
    let page = body(&view(Standing::SelfSigned), &reader()).into_string();
    assert!(page.contains("Self-signed only") && page.contains("None are configured"));
    assert!(page.contains("needs the disk and the signing key"), "{page}");
    assert!(page.contains("kiln.example/log+00+key") && page.contains("Record 5 of 7"));
    assert!(page.contains("The first pass over the whole store has not ended yet."));
}

#[test]
fn a_witnessed_log_says_whose_keys_it_would_take() {
    let witness = Witness {
        name: "witness.example/w1".to_owned(),
        cosigned: Some(Instant { millis: 0 }),
        size: 7,
    };
    let view = View { witnesses: vec![witness], ..view(Standing::Witnessed) };
    let page = body(&view, &reader()).into_string();
    assert!(page.contains("witness.example/w1") && page.contains("1970-01-01 00:00:00 UTC"));
    assert!(page.contains("the keys of as many witnesses as the policy asks for"), "{page}");
    assert!(!page.contains("Self-signed only"));
}

#[test]
fn an_empty_log_has_no_tree() {
    let view = View { walk: None, checkpoint: None, ..view(Standing::Unsigned) };
    let page = body(&view, &reader()).into_string();
    assert!(page.contains("no records yet") && page.contains("This log is not signed"));
}
