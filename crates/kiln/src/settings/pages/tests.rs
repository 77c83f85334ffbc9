use super::*;

const WHOLE: &str = r#"
[server]
base_url = "https://kiln.example"
[[identity.issuers]]
name = "clinic"
issuer = "https://idp.example"
audience = "https://kiln.example/fhir"
jwks_url = "https://idp.example/jwks"
authorize_url = "https://idp.example/auth"
token_url = "https://idp.example/token"
[sign_in]
issuer = "clinic"
client_id = "kiln"
[cors]
origins = ["https://app.example"]
"#;

fn error(from: &str, to: &str) -> String {
    assert!(WHOLE.contains(from));
    format!("{:#}", Settings::parse(&WHOLE.replacen(from, to, 1)).unwrap_err())
}

#[test]
fn people_sign_in_at_the_issuer_that_is_named() {
    let settings = Settings::parse(WHOLE).unwrap();
    let room = settings.sign_in.as_ref().unwrap().to_room(&settings).unwrap();
    assert_eq!(room.authorize_url, "https://idp.example/auth");
    assert_eq!(room.base_url, "https://kiln.example");
    assert_eq!(room.idle, Duration::from_mins(30));
}

#[test]
fn what_does_not_fit_is_refused_in_plain_words() {
    assert!(error("issuer = \"clinic\"", "issuer = \"other\"").contains("identity.issuers"));
    assert!(error("base_url = \"https://kiln.example\"", "").contains("server.base_url"));
    assert!(error("authorize_url = \"https://idp.example/auth\"", "").contains("authorize_url"));
    let audiences = "audience = [\"https://kiln.example/fhir\", \"kiln\"]";
    let told = error("audience = \"https://kiln.example/fhir\"", audiences);
    assert!(told.contains("ID tokens"), "{told}");
    assert!(error("https://app.example", "*").contains("no origin"));
    let zero = "client_id = \"kiln\"\nidle_minutes = 0";
    assert!(error("client_id = \"kiln\"", zero).contains("idle_minutes"));
}
