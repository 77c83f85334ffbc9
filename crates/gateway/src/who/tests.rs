use super::{Known, Who};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kiln_identity::{Agent, Means, Principal};

fn principal() -> Principal {
    let agent = Agent {
        fhir_user: Some("Practitioner/7".to_owned()),
        issuer: Some("https://idp.example".to_owned()),
        subject: Some("ada".to_owned()),
        name: Some("Ada".to_owned()),
        client: Some("ehr".to_owned()),
        token_id: Some("j1".to_owned()),
        purposes: vec!["TREAT".to_owned()],
    };
    Principal { who: "token:clinic:ada".into(), means: Means::Token, agent, ..Principal::open() }
}

#[test]
fn who_was_let_in_comes_back_out_of_an_intent_as_the_same() {
    let who = Who::verified(&principal(), Some("192.0.2.7".parse().unwrap()));
    let kept = serde_json::to_string(&who).unwrap();
    let again: Who = serde_json::from_str(&kept).unwrap();
    assert_eq!(again, who);
    let told = again.principal();
    assert_eq!((told.means, told.agent), (Means::Token, principal().agent));
    assert!(again.means.is_verified());
}

#[test]
fn an_unverified_token_is_believed_in_nothing_but_what_it_claims_to_be() {
    let payload = r#"{"sub":"eve","azp":"app","fhirUser":"Practitioner/1","jti":"x"}"#;
    let token = format!("Bearer e30.{}.sig", URL_SAFE_NO_PAD.encode(payload));
    let who = Who::unverified(Some(&token), None);
    assert_eq!(who.means, Known::Unverified);
    assert!(!who.means.is_verified());
    let agent = who.principal().agent;
    assert_eq!(agent.subject.as_deref(), Some("eve"));
    assert_eq!(agent.client.as_deref(), Some("app"));
    assert_eq!(agent.token_id, None);
}

#[test]
fn what_is_no_token_says_nothing() {
    for text in ["Bearer", "Basic YTpi", "Bearer a.b.c", "Bearer e30", "Bearer .W10."] {
        let who = Who::unverified(Some(text), None);
        assert_eq!(who.principal().agent.subject, None, "{text}");
    }
}
