use crate::settings::Settings;
use std::path::Path;

const ISSUER: &str = r#"
[[identity.issuers]]
name = "clinic"
issuer = "https://idp.example"
audience = "https://kiln.example/fhir"
jwks_url = "https://idp.example/jwks"
"#;

fn error(text: &str) -> String {
    format!("{:#}", Settings::parse(text).unwrap_err())
}

#[test]
fn an_issuer_needs_little_and_is_printed_as_it_was_read() {
    let settings = Settings::parse(ISSUER).unwrap();
    let text = toml::to_string_pretty(&settings).unwrap();
    assert_eq!(Settings::parse(&text).unwrap(), settings);
    let room = settings.identity.to_room(Path::new("data/api-keys"), false).unwrap();
    let names: Vec<_> = room.issuers[0].rules.algorithms().iter().map(|it| it.as_str()).collect();
    assert_eq!(names, ["RS256", "RS384", "ES256", "ES384"]);
    assert_eq!(room.issuers[0].rules.audiences(), ["https://kiln.example/fhir"]);
}

#[test]
fn what_would_let_in_whom_nobody_knows_is_refused() {
    for (more, says) in [
        ("algorithms = [\"HS256\"]", "HS* and none are never taken"),
        ("algorithms = [\"none\"]", "HS* and none are never taken"),
        ("algorithms = []", "at least one algorithm"),
        ("audience = \"x\"", "duplicate key"),
        ("jwks_file = \"keys\"", "name one of jwks_url"),
        ("tenant = \"Ward 7\"", "a tenant's name"),
        ("roles = { \"x\" = \"auditor\" }", "roles_claim"),
        ("roles = { \"x\" = \"god\" }", "unknown variant"),
        ("introspection_cache_seconds = 31", "30 at most"),
        ("introspection_without_audience = true", "introspection_url"),
        ("jwks_stale_seconds = 1", "jwks_stale_seconds"),
        ("jwk_url = \"x\"", "unknown field `jwk_url`"),
    ] {
        let error = error(&format!("{ISSUER}{more}\n"));
        assert!(error.contains(says), "{more}: {error}");
    }
    assert!(error(&ISSUER.replace("https://kiln.example/fhir", "")).contains("audience"));
    assert!(error(&ISSUER.replace("jwks_url", "introspection_url")).contains("client_id"));
}

#[test]
fn whom_an_issuer_speaks_for_is_there() {
    let of_ward = format!("{ISSUER}tenant = \"ward-7\"\n");
    assert!(error(&of_ward).contains("no tenant \"ward-7\""));
    Settings::parse(&format!("{of_ward}[[tenants]]\nname = \"ward-7\"\n")).unwrap();
}

#[test]
fn a_certificate_is_named_in_one_way() {
    let certificate = |named: &str| {
        format!("[[identity.certificates]]\n{named}\nsender = \"ward-7\"\nrole = \"writer\"\n")
    };
    let digits = "ab".repeat(32);
    for good in [format!("thumbprint = \"{digits}\""), "subject = \"CN=ward-7\"".to_owned()] {
        let settings = Settings::parse(&certificate(&good)).unwrap();
        assert!(settings.identity.is_configured());
    }
    for bad in ["", "thumbprint = \"ab\"", "subject = \"CN=a\"\ndns = \"a\""] {
        let error = error(&certificate(bad));
        assert!(error.contains("identity.certificates: ward-7"), "{bad}: {error}");
    }
    let patient = certificate("dns = \"a\"").replace("writer", "patient");
    assert!(error(&patient).contains("names no patient"));
}
