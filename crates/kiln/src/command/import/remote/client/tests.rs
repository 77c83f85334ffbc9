use super::*;

fn url(to: &str, release: Option<Release>) -> Option<String> {
    Base::parse(to, release).ok().map(|base| base.url)
}

#[test]
fn a_server_and_a_base_are_told_apart_by_the_path() {
    let fhir = Some("http://a.example:8080/fhir".to_owned());
    assert_eq!(url("http://a.example:8080", None), fhir);
    assert_eq!(url("http://a.example:8080/fhir/", None), fhir);
    let r5 = Some("https://a.example/fhir/r5".to_owned());
    assert_eq!(url("https://a.example/", Some(Release::R5)), r5);
    assert_eq!(url("https://a.example/fhir/r5", None), r5);
    assert_eq!(url("https://a.example/fhir/r4", Some(Release::R5)), None);
    for wrong in ["a.example", "ftp://a.example", "http://", "http://u:p@a.example", "/fhir"] {
        assert_eq!(url(wrong, None), None, "{wrong}");
    }
    assert_eq!(url("http://a.example/fhir?token=1", None), None);
}

#[test]
fn a_token_goes_nowhere_where_it_can_be_read_on_the_way() {
    let with = |to: &str| {
        let token = Some(HeaderValue::from_static("Bearer t"));
        Client::new(Base::parse(to, None).unwrap(), token).map(drop)
    };
    assert!(with("http://a.example").is_err());
    assert!(with("http://127.0.0.1.example").is_err());
    for here in ["http://127.0.0.1:1", "http://[::1]:1", "http://localhost:1"] {
        assert!(with(here).is_ok(), "{here}");
    }
}
