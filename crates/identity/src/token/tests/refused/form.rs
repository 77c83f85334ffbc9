//! What is no compact form of a signed JWT, though all parts of one are there.
use super::{Bad, E, Token, Unverified, json, token};
use crate::signing::encoded;

pub(super) fn bad() -> Vec<Bad> {
    let mut bad = parts();
    bad.extend(letters());
    bad
}

fn parts() -> Vec<Bad> {
    let good = token().signed();
    let [header, claims, signature] = good.split('.').collect::<Vec<_>>()[..] else {
        panic!("a JWS has three parts")
    };
    let other = encoded(token().claim("scope", "system/*.*").claims.to_string().as_bytes());
    let relabelled = encoded(token().header("typ", "JWT").header.to_string().as_bytes());
    let json = json!({"payload": claims, "protected": header, "signature": signature});
    vec![
        ("nothing", String::new(), E::Form),
        ("a word", "token".to_owned(), E::Form),
        ("dots", "..".to_owned(), E::Form),
        ("one part", header.to_owned(), E::Form),
        ("two parts", format!("{header}.{claims}"), E::Form),
        ("four parts", format!("{good}.{signature}"), E::Form),
        ("five parts, as of a JWE", format!("{good}.{claims}.{signature}"), E::Form),
        ("a dot before", format!(".{good}"), E::Form),
        ("a dot behind", format!("{good}."), E::Form),
        ("a detached payload", format!("{header}..{signature}"), E::Form),
        ("claims before the header", format!("{claims}.{header}.{signature}"), E::Algorithm),
        ("the JSON form", json.to_string(), E::Form),
        ("other claims, the same signature", format!("{header}.{other}.{signature}"), E::Signature),
        ("another header", format!("{relabelled}.{claims}.{signature}"), E::Signature),
        ("padding of the header", format!("{header}=.{claims}.{signature}"), E::Form),
        ("a line's end inside", format!("{header}.\n{claims}.{signature}"), E::Form),
        ("a tab", format!("{header}.{claims}.\t{signature}"), E::Form),
    ]
}

fn letters() -> Vec<Bad> {
    let good = token().signed();
    let other_letters = Token::of(super::Algorithm::Es256).claim("x", "?>~~\u{3ff}\u{3fe}");
    let long = token().claim("x", "a".repeat(Unverified::LEN_MAX)).signed();
    vec![
        ("a blank before", format!(" {good}"), E::Form),
        ("a blank behind", format!("{good} "), E::Form),
        ("a line's end behind", format!("{good}\n"), E::Form),
        ("a NUL behind", format!("{good}\0"), E::Form),
        ("another letter", format!("{good}ä"), E::Form),
        ("the scheme before it", format!("Bearer {good}"), E::Form),
        ("two tokens", format!("{good},{good}"), E::Form),
        ("quotes", format!("\"{good}\""), E::Form),
        ("padding of the signature", format!("{good}=="), E::Form),
        ("base64 instead of base64url", in_base64(&other_letters.signed()), E::Form),
        ("bits that count for nothing", loose(&good), E::Form),
        ("too long", long, E::TooLong),
        ("a thousand dots", ".".repeat(1000), E::Form),
    ]
}

/// The other alphabet; only a token that has letters of it is changed.
fn in_base64(jwt: &str) -> String {
    let changed = jwt.replace('-', "+").replace('_', "/");
    assert_ne!(changed, jwt, "the token has none of the letters that differ");
    changed
}

/// 64 bytes are 86 letters, of whose last only two bits count: another last letter with the same
/// two would be a second form of one token.
fn loose(jwt: &str) -> String {
    let (start, last) = jwt.split_at(jwt.len() - 1);
    let other = match last {
        "A" => "B",
        "Q" => "R",
        "g" => "h",
        "w" => "x",
        other => panic!("{other} is no last letter of 64 bytes"),
    };
    format!("{start}{other}")
}
