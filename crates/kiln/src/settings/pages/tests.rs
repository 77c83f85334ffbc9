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

fn pages(lines: &str) -> anyhow::Result<kiln_server::Pages> {
    let settings = Settings::parse(lines)?;
    settings.pages.to_room(&settings.tenants)
}

#[test]
fn a_preset_says_what_is_not_said() {
    let name = |pages: &kiln_server::Pages| pages.zone.iana_name().map(str::to_owned);
    let plain = pages("").unwrap();
    assert_eq!((name(&plain).as_deref(), plain.who_looked), (Some("UTC"), false));
    let swiss = pages("[pages]\npreset = \"ch\"").unwrap();
    assert_eq!((name(&swiss).as_deref(), swiss.who_looked), (Some("Europe/Zurich"), true));
    let own = "[pages]\npreset = \"ch\"\ntime_zone = \"Europe/Rome\"\nwho_looked = false";
    let own = pages(own).unwrap();
    assert_eq!((name(&own).as_deref(), own.who_looked), (Some("Europe/Rome"), false));
}

#[test]
fn a_tenant_may_have_a_zone_of_its_own() {
    let told = "[pages]\ntime_zone = \"Europe/Vienna\"\n[[tenants]]\nname = \"ward-7\"\n\
                time_zone = \"Asia/Tokyo\"\n[[tenants]]\nname = \"ward-8\"";
    let pages = pages(told).unwrap();
    let zones = pages.zones.iter().map(|(name, zone)| (name.as_str(), zone.iana_name()));
    assert_eq!(zones.collect::<Vec<_>>(), [("ward-7", Some("Asia/Tokyo"))]);
}

#[test]
fn what_is_no_zone_is_refused() {
    for wrong in ["time_zone = \"Europe/Nowhere\"", "view_hours = 0", "language = \"fr\""] {
        assert!(pages(&format!("[pages]\n{wrong}")).is_err(), "{wrong}");
    }
}
