use super::*;
use crate::TenantId;
use crate::api_key::NewKey;

const NOW: UnixSeconds = UnixSeconds(1_800_000_000);

fn kept(key: &NewKey, role: Role) -> ApiKey {
    key.kept(role, TenantId::default(), NOW, None, String::new())
}

/// A book of three keys: one that holds, one that has expired, one that is revoked.
fn book() -> (Book, [NewKey; 3]) {
    let keys = [NewKey::of(&[1; 32]), NewKey::of(&[2; 32]), NewKey::of(&[3; 32])];
    let mut book = Book::default();
    book.add(kept(&keys[0], Role::Writer)).unwrap();
    book.add(ApiKey { expires: Some(NOW), ..kept(&keys[1], Role::Admin) }).unwrap();
    book.add(kept(&keys[2], Role::Reader)).unwrap();
    book.revoke(&keys[2].id, NOW).unwrap();
    (book, keys)
}

#[test]
fn a_key_that_holds_is_found_until_it_expires_or_is_revoked() {
    let (mut book, keys) = book();
    assert_eq!(book.find(&keys[0].text, NOW).unwrap().role, Role::Writer);
    assert_eq!(book.find(&keys[1].text, NOW).err(), Some(Refused::Expired));
    assert!(book.find(&keys[1].text, UnixSeconds(NOW.0 - 1)).is_ok());
    assert_eq!(book.find(&keys[2].text, NOW).err(), Some(Refused::Revoked));
    assert_eq!(book.find(&keys[2].text, UnixSeconds(0)).err(), Some(Refused::Revoked));
    book.revoke(&keys[0].id, NOW).unwrap();
    assert_eq!(book.find(&keys[0].text, NOW).err(), Some(Refused::Revoked));
    let again = book.revoke(&keys[0].id, NOW.plus(9)).unwrap();
    assert_eq!(again.revoked, Some(NOW), "the first time counts");
    assert_eq!(book.revoke(&NewKey::of(&[9; 32]).id, NOW).err(), Some(BookError::Unknown));
}

#[test]
fn a_credential_that_differs_in_anything_is_no_key() {
    let (book, keys) = book();
    let text = &keys[0].text;
    let (id, secret) = text.rsplit_once('_').unwrap();
    let (other_id, other_secret) = keys[2].text.rsplit_once('_').unwrap();
    let bad = [
        (String::new(), Refused::Form),
        ("kiln_".to_owned(), Refused::Form),
        (id.to_owned(), Refused::Form),
        (format!("{id}_"), Refused::Form),
        (text[..text.len() - 1].to_owned(), Refused::Form),
        (format!("{text}A"), Refused::Form),
        (format!("{text}="), Refused::Form),
        (format!(" {text}"), Refused::Form),
        (format!("{text}\n"), Refused::Form),
        (text.replace("kiln_", "KILN_"), Refused::Form),
        (text.replace("kiln_", ""), Refused::Form),
        (text.to_uppercase(), Refused::Form),
        (format!("{id}__{secret}"), Refused::Form),
        (format!("{id}_{other_secret}"), Refused::Unknown),
        (format!("{other_id}_{secret}"), Refused::Unknown),
        (NewKey::of(&[9; 32]).text, Refused::Unknown),
    ];
    for (credential, error) in bad {
        assert_eq!(book.find(&credential, NOW).err(), Some(error), "{credential}");
    }
}

#[test]
fn a_book_comes_back_from_its_text_and_holds_no_secret() {
    let (book, keys) = book();
    let text = book.to_text();
    assert_eq!(Book::parse(text.as_bytes()), Ok(book.clone()));
    assert_eq!(text.lines().count(), 3);
    assert!(text.ends_with("}\n"));
    for key in &keys {
        assert!(!text.contains(key.text.rsplit_once('_').unwrap().1));
    }
    assert_eq!(book.list().count(), book.len());
    assert_eq!(Book::parse(b""), Ok(Book::default()));
}

#[test]
fn the_text_of_a_key_stays_as_it_is() {
    let mut book = Book::default();
    let key = NewKey::of(&[7; 32]);
    let label = "the \"EHR\"".to_owned();
    let tenant = "ward-7".parse().unwrap();
    book.add(key.kept(Role::Writer, tenant, NOW, Some(NOW.plus(60)), label)).unwrap();
    book.revoke(&key.id, NOW.plus(1)).unwrap();
    let line = concat!(
        r#"{"id":"ID","sha256":"HASH","role":"writer","tenant":"ward-7","created":1800000000,"#,
        r#""expires":1800000060,"revoked":1800000001,"label":"the \"EHR\""}"#,
        "\n"
    );
    let hash = crate::fingerprint::hex(&sha256(key.text.as_bytes()));
    assert_eq!(book.to_text(), line.replace("ID", key.id.as_str()).replace("HASH", &hash));
    assert_eq!(key.text, "kiln_2gjphfyewebtikle_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc");
}

#[test]
fn a_book_that_is_broken_anywhere_is_not_used_in_part() {
    let (book, _) = book();
    let text = book.to_text();
    let line = text.lines().next().unwrap();
    let broken = [
        ("a line cut", format!("{text}{}", &line[..40]), BookError::Line(4)),
        ("another role", text.replacen("writer", "root", 1), BookError::Line(1)),
        ("no role", line.replace(r#""role":"writer","#, ""), BookError::Line(1)),
        ("another tenant", line.replace("default", "../x"), BookError::Line(1)),
        ("a member more", line.replace('}', r#","scopes":[]}"#), BookError::Line(1)),
        ("a member twice", line.replace('}', r#","role":"admin"}"#), BookError::Line(1)),
        ("a key twice", format!("{line}\n{line}\n"), BookError::Twice),
        ("a patient", line.replace("writer", "patient"), BookError::Patient),
        ("a cut hash", line.replace(r#""sha256":""#, r#""sha256":"a"#), BookError::Line(1)),
        ("a long label", line.replace('}', &label(&"a".repeat(129))), BookError::Label),
        ("a label of two lines", line.replace('}', &label(r"a\nb")), BookError::Label),
        ("too long", " ".repeat(Book::LEN_MAX + 1), BookError::TooLong),
    ];
    for (what, text, error) in broken {
        let found = Book::parse(text.as_bytes()).map(|_| ());
        let is_line = matches!(found, Err(BookError::Line(_)));
        match error {
            BookError::Line(4) => assert_eq!(found, Err(error), "{what}"),
            BookError::Line(_) => assert!(is_line, "{what}: {found:?}"),
            _ => assert_eq!(found, Err(error), "{what}"),
        }
    }
    assert_eq!(Book::parse(b"\xff").map(|_| ()), Err(BookError::Line(1)));
}

fn label(text: &str) -> String {
    format!(r#","label":"{text}"}}"#)
}

#[test]
fn a_book_has_room_for_so_many_keys() {
    let mut book = Book::default();
    let key = |at: usize| {
        let mut random = [0; 32];
        random[..8].copy_from_slice(&at.to_le_bytes());
        kept(&NewKey::of(&random), Role::Writer)
    };
    for at in 0..Book::KEYS_MAX {
        book.add(key(at)).unwrap();
    }
    assert_eq!(book.add(key(Book::KEYS_MAX)), Err(BookError::TooMany));
    assert!(book.to_text().len() < Book::LEN_MAX, "what is written can be read");
    assert_eq!(Book::parse(book.to_text().as_bytes()), Ok(book));
}
