use super::{push_caseless, push_plain};
use proptest::prelude::*;

fn caseless(text: &str) -> String {
    let mut out = String::new();
    push_caseless(&mut out, text);
    out
}

fn plain(text: &str) -> String {
    let mut out = String::new();
    push_plain(&mut out, text);
    out
}

#[test]
fn names_lose_case_accents_and_spaces() {
    for (text, folded) in [
        ("Grahame Grieve", "grahame grieve"),
        ("  Two \t words\n", "two words"),
        ("", ""),
        ("   ", ""),
        ("a\u{0}b", "a b"),
        ("Müller", "muller"),
        ("Mu\u{308}ller", "muller"),
        ("François Ångström", "francois angstrom"),
        ("ŁUKASZ Sørensen", "lukasz sorensen"),
        ("Weiß", "weiss"),
        ("İstanbul ılıca", "istanbul ilica"),
        ("ﬁne", "fine"),
        ("ＡＢＣ", "abc"),
        ("Ὀδυσσεύς", "οδυσσευσ"),
        ("Ёлка", "елка"),
        ("שָׁלוֹם", "שלום"),
    ] {
        assert_eq!(plain(text), folded, "{text}");
    }
}

#[test]
fn marks_that_make_another_letter_stay() {
    assert_ne!(plain("か"), plain("が"));
    assert_ne!(plain("की"), plain("क"));
}

proptest! {
    #[test]
    fn folding_twice_is_folding_once(text in "\\PC*") {
        let once = plain(&text);
        prop_assert_eq!(plain(&once), once);
        let once = caseless(&text);
        prop_assert_eq!(caseless(&once), once);
    }

    #[test]
    fn the_fast_path_agrees(text in "[ -~]*") {
        // A letter that is not ASCII, and folds away, sends the same text down the other path.
        prop_assert_eq!(plain(&text), plain(&format!("{text}\u{301}")));
        let slow: String = caseless(&format!("{text}é"));
        prop_assert_eq!(format!("{}é", caseless(&text)), slow);
    }

    #[test]
    fn folded_names_hold_no_control_character(text in any::<String>()) {
        prop_assert!(!plain(&text).chars().any(char::is_control));
    }
}
