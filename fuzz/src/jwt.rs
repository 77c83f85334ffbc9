//! Credentials that anybody may send, and what issuers answer.
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kiln_identity::api_key::Book;
use kiln_identity::{
    Algorithm, Certificate, IssuerRules, KeySet, PatientContext, Principal, Role, Scope, Scopes,
    Tenancy, TenantId, UnixSeconds, check, introspection, smart,
};

const NOW: UnixSeconds = UnixSeconds(1_800_000_000);

/// The example keys of RFC 7517 §A.1 and RFC 8037 §A.2: nobody signs with them here.
const KEYS: &str = r#"{"keys":[
    {"kty":"EC","crv":"P-256","kid":"1","use":"sig",
     "x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
     "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"},
    {"kty":"OKP","crv":"Ed25519","kid":"2","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;

/// No bytes are a token that was never signed, and none are worth more than they say: as a token,
/// as its header, as its claims, as an issuer's answer, its keys, scopes, a file of API keys, a
/// certificate.
pub fn jwt(bytes: &[u8]) {
    assert_refused(bytes);
    if let Ok(verified) = introspection::check(bytes, &rules(), NOW, None) {
        assert!(verified.expires > NOW);
        assert_sober(&verified.principal);
    }
    // Whether these are keys or a certificate, nothing is known of them but that they are read.
    drop(KeySet::parse(bytes));
    drop(Certificate::parse(bytes));
    if let Ok(book) = Book::parse(bytes) {
        assert_eq!(Book::parse(book.to_text().as_bytes()), Ok(book));
    }
    if let Ok(text) = str::from_utf8(bytes) {
        assert_scopes(text);
    }
}

fn rules() -> IssuerRules {
    let (audiences, algorithms) = (vec!["kiln".to_owned()], Algorithm::ALL.to_vec());
    let tenancy = Tenancy::One(TenantId::default());
    IssuerRules::new("clinic", "https://idp", audiences, algorithms, tenancy)
        .expect("the rules are right")
}

fn assert_refused(bytes: &[u8]) {
    let keys = KeySet::parse(KEYS.as_bytes()).expect("the keys are right");
    assert_eq!(keys.len(), 2);
    let part = URL_SAFE_NO_PAD.encode(bytes);
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256","kid":"1"}"#);
    let claims = r#"{"iss":"https://idp","aud":"kiln","sub":"a","exp":1800000300}"#;
    let claims = URL_SAFE_NO_PAD.encode(claims);
    let signature = URL_SAFE_NO_PAD.encode([1; 64]);
    let tokens = [
        String::from_utf8_lossy(bytes).into_owned(),
        format!("{part}.{claims}.{signature}"),
        format!("{header}.{part}.{signature}"),
        format!("{header}.{claims}.{part}"),
    ];
    for token in tokens {
        assert!(check(&token, &rules(), &keys, NOW, None).is_err(), "taken: {token}");
    }
}

/// What is written down of somebody is one line, and does not pass for somebody else's.
fn assert_sober(principal: &Principal) {
    assert!(principal.who.starts_with("token:clinic:"));
    assert!(!principal.who.contains(char::is_control));
    assert_eq!(principal.tenant, TenantId::default());
    assert_eq!(principal.scopes, principal.scopes.without(beyond_smart()));
}

/// What no scope of SMART gives.
fn beyond_smart() -> Scopes {
    Scopes::ALL.without(Role::Reader.scopes()).without(Role::Writer.scopes())
}

fn assert_scopes(text: &str) {
    let all = smart::grant(text, &[], None, false);
    assert_eq!(all.scopes, all.scopes.without(beyond_smart()), "{text}");
    assert_eq!(all.reach.patient, None, "{text}");
    let names_all = |word: &str| word.starts_with("system/") || word.starts_with("user/");
    if !text.split_ascii_whitespace().any(names_all) {
        assert_eq!(all, smart::Grant::default(), "{text}");
    }
    let patient = PatientContext { id: "1".to_owned() };
    let is_patient = smart::grant(text, &[], Some(patient), true);
    let is_system = text.split_ascii_whitespace().any(|word| word.starts_with("system/"));
    if !is_system {
        assert!(!is_patient.scopes.has(Scope::Create), "{text}");
        let reads = is_patient.scopes.has(Scope::Read) || is_patient.scopes.has(Scope::Search);
        assert_eq!(reads, is_patient.reach.patient.is_some(), "{text}");
    }
}
