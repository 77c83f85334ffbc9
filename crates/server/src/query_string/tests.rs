//! What is written is read back.
use super::*;

#[test]
fn pairs_are_decoded_in_order() {
    let read = pairs("a=1&b=%C3%A4+x&&c&a=p%7Cq=r").unwrap();
    let expected = [("a", "1"), ("b", "ä x"), ("c", ""), ("a", "p|q=r")];
    let expected: Vec<_> =
        expected.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    assert_eq!(read, expected);
    assert_eq!(pairs("a=%FF"), None);
}

#[test]
fn what_is_appended_is_read_back() {
    let nasty = "a|b&c=d+e f%g#h?\u{e4}\"<>";
    let mut url = String::from("http://localhost/x");
    append(&mut url, &[("code:not", nasty), ("_count", "5")]);
    assert!(url.is_ascii() && url.ends_with("&_count=5"));
    let (_, query) = url.split_once('?').unwrap();
    let read = pairs(query).unwrap();
    assert_eq!(read[0], ("code:not".to_owned(), nasty.to_owned()));
}
