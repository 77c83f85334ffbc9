//! Tokens that are taken; `refused` has those that are not.
use super::*;
use crate::signing::{CLINIC, ISSUER, NOW, STRANGER, Token, rules};
use crate::{Means, Role, RolesClaim, Scope, Scopes, Tenancy};
use serde_json::json;
mod refused;

fn checked(jwt: &str, rules: &IssuerRules) -> Result<Verified, TokenError> {
    check(jwt, rules, &CLINIC.set(), NOW, None)
}

#[test]
fn a_good_token_of_each_pinned_algorithm_is_taken() {
    for &algorithm in rules().algorithms() {
        let verified = checked(&Token::of(algorithm).signed(), &rules());
        let principal = verified.unwrap_or_else(|error| panic!("{algorithm}: {error}")).principal;
        assert_eq!(&*principal.who, "token:clinic:ward-7", "{algorithm}");
    }
    let all = IssuerRules::new(
        "clinic",
        ISSUER,
        rules().audiences().to_vec(),
        Algorithm::ALL.to_vec(),
        Tenancy::One(crate::TenantId::default()),
    );
    for algorithm in Algorithm::ALL {
        let verified = checked(&Token::of(algorithm).signed(), all.as_ref().unwrap());
        assert_eq!(verified.map(|_| ()), Ok(()), "{algorithm}");
    }
}

#[test]
fn a_principal_says_who_asks_and_what_for() {
    let token = Token::of(Algorithm::Es256)
        .claim("fhirUser", "Practitioner/7")
        .claim("name", "Dr. Ada")
        .claim("purpose_of_use", json!(["TREAT", {"system": "urn:s", "code": "HOPERAT"}, 5]));
    let Verified { principal, expires } = checked(&token.signed(), &rules()).unwrap();
    assert_eq!(principal.means, Means::Token);
    assert_eq!(principal.tenant, crate::TenantId::default());
    assert_eq!(principal.scopes, Scopes::of(&[Scope::Create, Scope::Read, Scope::Search]));
    assert_eq!(principal.reach, crate::Reach::default());
    let agent = crate::Agent {
        fhir_user: Some("Practitioner/7".to_owned()),
        issuer: Some(ISSUER.to_owned()),
        subject: Some("ward-7".to_owned()),
        name: Some("Dr. Ada".to_owned()),
        client: Some("sender".to_owned()),
        token_id: Some("4711".to_owned()),
        purposes: vec!["TREAT".to_owned(), "urn:s|HOPERAT".to_owned()],
    };
    assert_eq!(principal.agent, agent);
    assert_eq!(expires, NOW.plus(300 + 60));
}

#[test]
fn what_issuers_write_in_several_ways_is_taken_in_each() {
    let es256 = || Token::of(Algorithm::Es256);
    let only = |key: Value| KeySet::parse(json!({"keys": [key]}).to_string().as_bytes()).unwrap();
    let good = [
        ("no type", es256().without_header("typ")),
        ("the old type", es256().header("typ", "JWT")),
        ("another case of the type", es256().header("typ", "AT+JWT")),
        ("the whole type", es256().header("typ", "application/at+jwt")),
        ("a place of keys, which nobody looks at", es256().header("jku", "https://evil.example")),
        ("certificates, which nobody looks at", es256().header("x5t", "AAAA")),
        ("several audiences", es256().claim("aud", json!(["x", crate::signing::AUDIENCE]))),
        ("scopes as an array", es256().claim("scope", json!(["system/AuditEvent.c", "openid"]))),
        ("no scope: nothing may be done", es256().without("scope")),
        ("a time with a fraction", es256().claim("exp", 1_800_000_300.5)),
        ("an issuer's clock that is ahead", es256().claim("nbf", NOW.0 + 60)),
        ("an own clock that is ahead", es256().claim("exp", NOW.0 - 59)),
        ("no times but the expiry", es256().without("nbf").without("iat")),
        ("no subject, but a client", es256().without("sub")),
        ("no client, but a subject", es256().without("client_id")),
    ];
    for (what, token) in good {
        assert_eq!(checked(&token.signed(), &rules()).map(|_| ()), Ok(()), "{what}");
    }
    let unnamed = es256().without_header("kid").signed();
    for key in [CLINIC.p256_jwk("p256"), json!({"kty": "oct", "kid": "x", "k": "AAAA"})] {
        let keys = only(key);
        let taken = check(&unnamed, &rules(), &keys, NOW, None).is_ok();
        assert_eq!(taken, !keys.is_empty(), "a token without a key's id, and one key");
    }
}

#[test]
fn a_token_bound_to_the_certificate_shown_is_taken() {
    let shown = Thumbprint::of(b"certificate");
    let bound = Token::of(Algorithm::Es256)
        .claim("cnf", json!({"x5t#S256": crate::signing::encoded(&shown.0)}))
        .signed();
    assert!(check(&bound, &rules(), &CLINIC.set(), NOW, Some(&shown)).is_ok());
    let unbound = Token::of(Algorithm::Es256).signed();
    assert!(check(&unbound, &rules(), &CLINIC.set(), NOW, Some(&shown)).is_ok());
}

#[test]
fn id_tokens_and_access_tokens_are_not_taken_for_each_other() {
    let sign_in = rules().for_audience("kiln-pages");
    let id = Token::of(Algorithm::Es256).without_header("typ").claim("aud", "kiln-pages");
    let id = id.without("scope").claim("at_hash", "a").claim("nonce", "n");
    let two = id.clone().claim("aud", json!(["kiln-pages", "other"]));
    for (what, good) in [
        ("as issuers write it", id.clone()),
        ("with a type", id.clone().header("typ", "JWT")),
        ("with its party", id.clone().claim("azp", "kiln-pages")),
        ("for another too", two.clone().claim("azp", "kiln-pages")),
    ] {
        assert_eq!(checked(&good.signed(), &sign_in).map(|_| ()), Ok(()), "{what}");
        assert!(checked(&good.signed(), &rules()).is_err(), "{what}, as an access token");
    }
    let here = id.clone().claim("aud", crate::signing::AUDIENCE);
    assert_eq!(checked(&here.signed(), &rules()).map(|_| ()), Err(TokenError::Type));
    for (what, bad, error) in [
        ("an access token", id.clone().header("typ", "at+jwt"), TokenError::Type),
        ("for the log", here, TokenError::Audience),
        ("another party", id.claim("azp", "other"), TokenError::Audience),
        ("no party of two", two.clone(), TokenError::Audience),
        ("the other of two", two.claim("azp", "other"), TokenError::Audience),
    ] {
        assert_eq!(checked(&bad.signed(), &sign_in).map(|_| ()), Err(error), "{what}");
    }
}

#[test]
fn tenant_roles_and_patient_come_from_the_claims_that_the_rules_name() {
    let words =
        [("kiln-auditor".to_owned(), Role::Auditor), ("p".to_owned(), Role::Patient)].into();
    let mut rules = rules();
    rules.tenancy = Tenancy::Claim("tenant".to_owned());
    rules.roles = Some(RolesClaim { claim: "realm_access.roles".to_owned(), roles: words });
    let token = Token::of(Algorithm::Es256)
        .claim("tenant", "ward-7")
        .claim("scope", "openid")
        .claim("realm_access", json!({"roles": ["admin", "kiln-auditor"]}));
    let principal = checked(&token.clone().signed(), &rules).unwrap().principal;
    assert_eq!(principal.tenant.as_str(), "ward-7");
    assert_eq!(principal.scopes, Role::Auditor.scopes());

    let patient = token.claim("realm_access", json!({"roles": "p"})).claim("patient", "Patient/1");
    let principal = checked(&patient.clone().signed(), &rules).unwrap().principal;
    assert_eq!(principal.scopes, Role::Patient.scopes());
    assert_eq!(principal.reach.patient.unwrap().id, "1");
    let principal = checked(&patient.without("patient").signed(), &rules).unwrap().principal;
    assert_eq!(principal.scopes, Scopes::NONE, "no patient in context: nothing, not everything");
}

#[test]
fn before_it_is_checked_a_token_tells_whose_rules_and_keys_to_look_for() {
    let jwt = Token::of(Algorithm::Rs256).signed_by(&STRANGER);
    let unverified = Unverified::parse(&jwt).unwrap();
    assert_eq!((unverified.issuer(), unverified.key_id()), (Some(ISSUER), Some("rsa")));
    let error = unverified.check(&rules(), &CLINIC.set(), NOW, None).map(|_| ());
    assert_eq!(error, Err(TokenError::Signature));
}

#[test]
fn every_changed_character_of_a_token_is_noticed() {
    let jwt = Token::of(Algorithm::EdDsa).signed();
    let (rules, keys) = (rules(), CLINIC.set());
    let mut tried = 0;
    for at in 0..jwt.len() {
        for other in ["A", "B", "-", "_", ".", "=", " "] {
            let mut changed = jwt.clone();
            changed.replace_range(at..=at, other);
            if changed != jwt {
                assert!(check(&changed, &rules, &keys, NOW, None).is_err(), "{other} at {at}");
                tried += 1;
            }
        }
        assert!(check(&jwt[..at], &rules, &keys, NOW, None).is_err(), "cut at {at}");
    }
    assert!(tried > 6 * jwt.len() - 64);
    assert!(check(&jwt, &rules, &keys, NOW, None).is_ok());
}
