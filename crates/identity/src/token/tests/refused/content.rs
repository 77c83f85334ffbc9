//! Claims that are of somebody else, for somebody else, too early, too late, or that mean two
//! things.
use super::{Bad, E, ISSUER, NOW, json, token};
use crate::signing::AUDIENCE;
use serde_json::Value;

pub(super) fn bad() -> Vec<Bad> {
    let mut bad = issuers();
    bad.extend(audiences());
    bad.extend(times());
    bad.extend(subjects());
    bad.extend(two_meanings());
    bad
}

fn with(name: &str, value: impl Into<Value>) -> String {
    token().claim(name, value).signed()
}

fn issuers() -> Vec<Bad> {
    vec![
        ("no issuer", token().without("iss").signed(), E::Issuer),
        ("another issuer", with("iss", "https://evil.example"), E::Issuer),
        ("an issuer that begins so", with("iss", format!("{ISSUER}.evil.example")), E::Issuer),
        ("an issuer with a slash more", with("iss", format!("{ISSUER}/")), E::Issuer),
        ("an issuer in upper case", with("iss", ISSUER.to_uppercase()), E::Issuer),
        ("an issuer with a blank", with("iss", format!(" {ISSUER}")), E::Issuer),
        ("an issuer over http", with("iss", ISSUER.replace("https", "http")), E::Issuer),
        ("an array of issuers", with("iss", json!([ISSUER])), E::Issuer),
        ("an empty issuer", with("iss", ""), E::Issuer),
        ("null as issuer", with("iss", Value::Null), E::Issuer),
    ]
}

fn audiences() -> Vec<Bad> {
    vec![
        ("no audience", token().without("aud").signed(), E::Audience),
        ("another audience", with("aud", "https://ehr.example/fhir"), E::Audience),
        ("an audience that begins so", with("aud", format!("{AUDIENCE}/Patient")), E::Audience),
        ("the beginning of the audience", with("aud", "https://kiln.example"), E::Audience),
        ("an audience in upper case", with("aud", AUDIENCE.to_uppercase()), E::Audience),
        ("an audience with a slash more", with("aud", format!("{AUDIENCE}/")), E::Audience),
        ("other audiences", with("aud", json!(["a", "b"])), E::Audience),
        ("no audiences", with("aud", json!([])), E::Audience),
        ("audiences in audiences", with("aud", json!([[AUDIENCE]])), E::Audience),
        ("an object as audience", with("aud", json!({ AUDIENCE: true })), E::Audience),
        ("an empty audience", with("aud", ""), E::Audience),
        ("null as audience", with("aud", Value::Null), E::Audience),
        ("every audience", with("aud", "*"), E::Audience),
        ("audiences in one text", with("aud", format!("a {AUDIENCE}")), E::Audience),
    ]
}

fn times() -> Vec<Bad> {
    vec![
        ("no expiry", token().without("exp").signed(), E::Time),
        ("expired", with("exp", NOW.0 - 3600), E::Expired),
        ("expired just now", with("exp", NOW.0 - 60), E::Expired),
        ("expired in 1970", with("exp", 0), E::Expired),
        ("expired before 1970", with("exp", -1), E::Time),
        ("an expiry as text", with("exp", (NOW.0 + 300).to_string()), E::Time),
        ("an expiry in milliseconds", with("exp", (NOW.0 + 300) * 1000), E::Time),
        ("an expiry without end", with("exp", u64::MAX), E::Time),
        ("a huge expiry", with("exp", 1e300), E::Time),
        ("true as expiry", with("exp", true), E::Time),
        ("null as expiry", with("exp", Value::Null), E::Time),
        ("an array as expiry", with("exp", json!([NOW.0 + 300])), E::Time),
        ("not valid yet", with("nbf", NOW.0 + 3600), E::NotYet),
        ("not valid yet, by a second", with("nbf", NOW.0 + 61), E::NotYet),
        ("a start as text", with("nbf", "0"), E::Time),
        ("null as start", with("nbf", Value::Null), E::Time),
        ("issued in the future", with("iat", NOW.0 + 3600), E::NotYet),
        ("issued at a text", with("iat", "yesterday"), E::Time),
    ]
}

fn subjects() -> Vec<Bad> {
    let nobody = token().without("sub").without("client_id");
    vec![
        ("nobody", nobody.clone().signed(), E::Subject),
        ("null as subject and client", nobody.claim("sub", Value::Null).signed(), E::Subject),
        ("an empty subject", with("sub", ""), E::Claim),
        ("a number as subject", with("sub", 7), E::Claim),
        ("a subject of two lines", with("sub", "ward-7\nward-8"), E::Claim),
        ("a subject with a NUL", with("sub", "ward-7\0"), E::Claim),
        ("a long subject", with("sub", "a".repeat(256)), E::Claim),
        ("an array as client", with("client_id", json!(["sender"])), E::Claim),
        ("a client of two lines", with("client_id", "a\r\nb"), E::Claim),
        ("a number as token id", with("jti", 1), E::Claim),
        ("a number as scope", with("scope", 7), E::Claim),
        ("an object as scope", with("scope", json!({"system/*.*": true})), E::Claim),
        ("numbers among scopes", with("scope", json!(["openid", 7])), E::Claim),
        ("a patient that is a path", with("patient", "1/../2"), E::Claim),
        ("a patient that is a search", with("patient", "1&_id=2"), E::Claim),
        ("two patients", with("patient", json!(["1", "2"])), E::Claim),
        ("an empty patient", with("patient", ""), E::Claim),
        ("a number as patient", with("patient", 1), E::Claim),
        ("another resource as patient", with("patient", "Group/1"), E::Claim),
        ("bound to a key of DPoP", with("cnf", json!({"jkt": "a"})), E::Binding),
        ("an ID token with at_hash", with("at_hash", "a"), E::Type),
        ("an ID token with c_hash", with("c_hash", "a"), E::Type),
    ]
}

/// Claims that two readers could read in two ways, or that are no claims.
fn two_meanings() -> Vec<Bad> {
    let claims = token().claims.to_string();
    let of = |claims: String| token().with_claims(claims.as_bytes());
    let more = |member: &str| of(claims.replace('}', &format!(",{member}}}")));
    let deep = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
    let objects = format!("{}1{}", "{\"a\":".repeat(1000), "}".repeat(1000));
    let many = format!("[{}0]", "0,".repeat(3000));
    vec![
        ("two issuers", more(r#""iss":"https://evil.example""#), E::Json),
        ("the same issuer twice", more(&format!(r#""iss":"{ISSUER}""#)), E::Json),
        ("two audiences by name", more(r#""aud":"https://ehr.example""#), E::Json),
        ("two expiries", more(r#""exp":9999999999"#), E::Json),
        ("two scopes", more(r#""scope":"system/*.*""#), E::Json),
        ("two scopes, one escaped", more(r#""sc\u006fpe":"system/*.*""#), E::Json),
        ("two of no meaning", more(r#""x":1,"x":1"#), E::Json),
        ("two inside", more(r#""cnf":{"jkt":"a","jkt":"b"}"#), E::Json),
        ("deep arrays", more(&format!(r#""x":{deep}"#)), E::Json),
        ("deep objects", more(&format!(r#""x":{objects}"#)), E::Json),
        ("nine deep", more(r#""x":[[[[[[[[1]]]]]]]]"#), E::Json),
        ("thousands of values", more(&format!(r#""x":{many}"#)), E::Json),
        ("half a character", more(r#""x":"\ud800""#), E::Json),
        ("claims that are an array", of("[]".to_owned()), E::Json),
        ("claims that are a text", of(r#""x""#.to_owned()), E::Json),
        ("claims that are null", of("null".to_owned()), E::Json),
        ("no claims", of("{}".to_owned()), E::Issuer),
        ("empty claims", of(String::new()), E::Form),
        ("claims, and claims", of(claims.repeat(2)), E::Json),
        ("claims, and a NUL", of(format!("{claims}\0")), E::Json),
        ("claims after a mark", of(format!("\u{feff}{claims}")), E::Json),
        ("claims in Latin-1", token().with_claims(b"{\"sub\":\"\xe4\"}"), E::Json),
        ("a comment", of(format!("{claims}//")), E::Json),
        ("a comma too many", of(claims.replace('}', ",}")), E::Json),
    ]
}
