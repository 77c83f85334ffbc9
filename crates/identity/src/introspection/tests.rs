use super::*;
use crate::signing::{AUDIENCE, ISSUER, NOW, encoded};
use crate::{Scope, Tenancy, TenantId};
use serde_json::json;

fn rules() -> IssuerRules {
    let tenancy = Tenancy::One(TenantId::default());
    IssuerRules::introspected("clinic", ISSUER, vec![AUDIENCE.to_owned()], tenancy).unwrap()
}

fn answer() -> Value {
    json!({
        "active": true,
        "scope": "system/AuditEvent.rs",
        "client_id": "sender",
        "aud": AUDIENCE,
        "exp": NOW.0 + 300,
        "token_type": "Bearer",
    })
}

fn checked(answer: &Value) -> Result<Verified, TokenError> {
    check(answer.to_string().as_bytes(), &rules(), NOW, None)
}

fn with(member: &str, value: impl Into<Value>) -> Value {
    let mut answer = answer();
    answer[member] = value.into();
    answer
}

fn without(member: &str) -> Value {
    let mut answer = answer();
    answer.as_object_mut().unwrap().remove(member).unwrap();
    answer
}

#[test]
fn an_answer_says_who_asks() {
    let verified = checked(&answer()).unwrap();
    assert_eq!(&*verified.principal.who, "token:clinic:sender");
    assert!(verified.principal.may(Scope::Search) && !verified.principal.may(Scope::Create));
    assert_eq!(verified.principal.agent.issuer.as_deref(), Some(ISSUER));
    let named = [
        with("sub", "ada"),
        with("iss", ISSUER),
        with("aud", AUDIENCE),
        with("aud", json!(["x", AUDIENCE])),
        without("token_type"),
        with("token_type", "bearer"),
    ];
    for answer in named {
        assert_eq!(checked(&answer).map(|_| ()), Ok(()), "{answer}");
    }
}

#[test]
fn an_answer_that_is_not_a_clear_yes_is_a_no() {
    let refused = [
        ("inactive", json!({"active": false}), TokenError::Inactive),
        ("inactive with all else", with("active", false), TokenError::Inactive),
        ("active as text", with("active", "true"), TokenError::Json),
        ("active as number", with("active", 1), TokenError::Json),
        ("no active", without("active"), TokenError::Json),
        ("nothing", json!({}), TokenError::Json),
        ("an array", json!([answer()]), TokenError::Json),
        ("no scope", without("scope"), TokenError::Claim),
        ("no client", without("client_id"), TokenError::Claim),
        ("null as client", with("client_id", Value::Null), TokenError::Subject),
        ("no expiry", without("exp"), TokenError::Time),
        ("expired", with("exp", NOW.0 - 60), TokenError::Expired),
        ("not yet", with("nbf", NOW.0 + 61), TokenError::NotYet),
        ("another issuer", with("iss", "https://evil.example"), TokenError::Issuer),
        ("null as issuer", with("iss", Value::Null), TokenError::Issuer),
        ("another audience", with("aud", "https://ehr.example"), TokenError::Audience),
        ("no audience", without("aud"), TokenError::Audience),
        ("null as audience", with("aud", Value::Null), TokenError::Audience),
        ("no audiences", with("aud", json!([])), TokenError::Audience),
        ("a token of DPoP", with("token_type", "DPoP"), TokenError::Type),
        ("no kind of token", with("token_type", Value::Null), TokenError::Type),
        ("bound", with("cnf", json!({"jkt": "a"})), TokenError::Binding),
        ("a patient that is none", with("patient", "a b"), TokenError::Claim),
    ];
    for (what, answer, error) in refused {
        assert_eq!(checked(&answer).map(|_| ()), Err(error), "{what}");
    }
    let twice = answer().to_string().replace('}', r#","active":false}"#);
    let long = with("x", "a".repeat(LEN_MAX)).to_string();
    for (text, error) in [(twice, TokenError::Json), (long, TokenError::TooLong)] {
        assert_eq!(check(text.as_bytes(), &rules(), NOW, None).map(|_| ()), Err(error));
    }
}

#[test]
fn whom_a_token_is_for_may_be_left_unsaid_only_where_the_settings_say_so() {
    let mut rules = rules();
    rules.introspection_without_audience = true;
    let checked = |answer: &Value| {
        check(answer.to_string().as_bytes(), &rules, NOW, None).map(|_verified| ())
    };
    assert_eq!(checked(&without("aud")), Ok(()));
    assert_eq!(checked(&with("aud", AUDIENCE)), Ok(()));
    assert_eq!(checked(&with("aud", "https://ehr.example")), Err(TokenError::Audience));
}

#[test]
fn a_bound_token_needs_its_certificate_here_too() {
    let shown = Thumbprint::of(b"certificate");
    let bound = with("cnf", json!({"x5t#S256": encoded(&shown.0)})).to_string();
    assert!(check(bound.as_bytes(), &rules(), NOW, Some(&shown)).is_ok());
    let error = check(bound.as_bytes(), &rules(), NOW, None).map(|_| ());
    assert_eq!(error, Err(TokenError::Binding));
}
