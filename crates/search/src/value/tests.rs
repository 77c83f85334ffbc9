use super::{alternatives, system_and_code, unescape};

#[test]
fn commas_split_unless_escaped() {
    let split = |text| alternatives(text).collect::<Vec<_>>();
    assert_eq!(split("a,b"), ["a", "b"]);
    assert_eq!(split(""), [""]);
    assert_eq!(split("a,,"), ["a", "", ""]);
    assert_eq!(split(r"a\,b,c"), [r"a\,b", "c"]);
    assert_eq!(split(r"a\\,b"), [r"a\\", "b"]);
    assert_eq!(split("a\\"), ["a\\"]);
    assert_eq!(split("ä,ö"), ["ä", "ö"]);
}

#[test]
fn the_first_bar_parts_system_and_code() {
    for (text, system, code) in [
        ("a", None, "a"),
        ("s|a", Some("s"), "a"),
        ("|a", Some(""), "a"),
        ("s|", Some("s"), ""),
        (r"s\|a", None, "s|a"),
        (r"s\|t|a|b", Some("s|t"), "a|b"),
    ] {
        let parts = system_and_code(text);
        assert_eq!((parts.0.as_deref(), parts.1.as_ref()), (system, code), "{text}");
    }
}

#[test]
fn other_backslashes_stand_for_themselves() {
    assert_eq!(unescape(r"\a\,\|\$\\\"), r"\a,|$\\");
}
