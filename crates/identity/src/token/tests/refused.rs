//! Tokens that are bad in one thing each, by name, and why each is refused.
use super::*;
use TokenError as E;
mod content;
mod form;
mod header;
mod keys;

/// What is wrong, the token, why it is refused.
type Bad = (&'static str, String, TokenError);

/// The good token that the bad ones differ from.
fn token() -> Token {
    Token::of(Algorithm::Es256)
}

#[test]
fn of_all_bad_tokens_none_is_taken_and_each_is_refused_for_what_is_wrong_with_it() {
    assert!(checked(&token().signed(), &rules()).is_ok());
    let bad = [header::bad(), keys::bad(), content::bad(), form::bad()].concat();
    assert!(bad.len() >= 60, "{}", bad.len());
    let mut names: Vec<_> = bad.iter().map(|(name, ..)| *name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), bad.len(), "a name twice");
    for (name, jwt, error) in bad {
        assert_eq!(checked(&jwt, &rules()).map(|_| "taken"), Err(error), "{name}");
    }
}

#[test]
fn a_bound_token_is_taken_with_no_other_certificate_nor_key() {
    let (bound, other) = (Thumbprint::of(b"one"), Thumbprint::of(b"other"));
    let encoded = crate::signing::encoded(&bound.0);
    let right = json!({"x5t#S256": encoded});
    let bad = [
        ("another certificate", right.clone(), Some(other)),
        ("no certificate", right, None),
        ("padding", json!({"x5t#S256": format!("{encoded}=")}), Some(bound)),
        ("hexadecimal digits", json!({"x5t#S256": bound.to_string()}), Some(bound)),
        ("a part of it", json!({"x5t#S256": &encoded[..40]}), Some(bound)),
        ("nothing", json!({"x5t#S256": ""}), Some(bound)),
        ("SHA-1", json!({"x5t": encoded}), Some(bound)),
        ("a key of DPoP", json!({"jkt": encoded}), Some(bound)),
        ("a key of DPoP too", json!({"x5t#S256": encoded, "jkt": encoded}), Some(bound)),
        ("a key", json!({"jwk": {"kty": "oct"}}), Some(bound)),
        ("no binding", json!({}), Some(bound)),
        ("a text", json!(encoded), Some(bound)),
        ("null", json!(null), Some(bound)),
        ("an array", json!([{"x5t#S256": encoded}]), Some(bound)),
    ];
    for (name, confirmation, shown) in bad {
        let jwt = token().claim("cnf", confirmation).signed();
        let error = check(&jwt, &rules(), &CLINIC.set(), NOW, shown.as_ref()).map(|_| "taken");
        assert_eq!(error, Err(E::Binding), "{name}");
    }
}

#[test]
fn a_token_without_a_tenant_is_refused_where_the_token_has_to_name_it() {
    let mut rules = rules();
    rules.tenancy = Tenancy::Claim("tenant".to_owned());
    let none = token();
    let bad = [
        ("none", none.clone()),
        ("a way out of the folder", none.clone().claim("tenant", "../other")),
        ("upper case", none.clone().claim("tenant", "Ward")),
        ("nothing", none.clone().claim("tenant", "")),
        ("null", none.clone().claim("tenant", Value::Null)),
        ("a number", none.clone().claim("tenant", 7)),
        ("two", none.clone().claim("tenant", json!(["a", "b"]))),
    ];
    for (name, token) in bad {
        assert_eq!(checked(&token.signed(), &rules).map(|_| ()), Err(E::Tenant), "{name}");
    }
    assert!(checked(&none.claim("tenant", "a").signed(), &rules).is_ok());
}

#[test]
fn rules_for_introspection_take_no_signed_token() {
    let rules = IssuerRules::introspected(
        "clinic",
        ISSUER,
        rules().audiences().to_vec(),
        Tenancy::One(crate::TenantId::default()),
    );
    let error = checked(&token().signed(), &rules.unwrap()).map(|_| ());
    assert_eq!(error, Err(E::Algorithm));
}

#[test]
fn a_clock_skew_of_the_settings_has_an_end() {
    let mut rules = rules();
    rules.clock_skew_seconds = u64::MAX;
    let late = |seconds| token().claim("exp", NOW.0 - seconds).signed();
    assert!(checked(&late(299), &rules).is_ok());
    assert_eq!(checked(&late(300), &rules).map(|_| ()), Err(E::Expired));
}
