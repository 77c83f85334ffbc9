use super::*;

fn rules(name: &str, issuer: &str, audience: &[&str]) -> Result<IssuerRules, InvalidIssuer> {
    let audiences = audience.iter().map(|&one| one.to_owned()).collect();
    let tenancy = Tenancy::One(TenantId::default());
    IssuerRules::new(name, issuer, audiences, vec![Algorithm::Es256], tenancy)
}

#[test]
fn settings_that_would_take_foreign_tokens_are_refused() {
    for name in ["", "Clinic", "a:b", "ä", &"a".repeat(33)] {
        assert_eq!(rules(name, "https://idp", &["a"]), Err(InvalidIssuer::Name), "{name}");
    }
    assert_eq!(rules("clinic", "", &["a"]), Err(InvalidIssuer::Issuer));
    assert_eq!(rules("clinic", "https://idp", &[]), Err(InvalidIssuer::Audience));
    assert_eq!(rules("clinic", "https://idp", &["a", ""]), Err(InvalidIssuer::Audience));
    let none = IssuerRules::new(
        "clinic",
        "https://idp",
        vec!["a".to_owned()],
        Vec::new(),
        Tenancy::Claim("tenant".to_owned()),
    );
    assert_eq!(none, Err(InvalidIssuer::Algorithms));
    assert_eq!(rules("clinic-2", "https://idp", &["a"]).unwrap().name(), "clinic-2");
}
