use super::*;

#[test]
fn people_are_sent_to_paths_of_ours_alone() {
    for path in ["/", "/events?patient=1", "/a/b#c"] {
        assert!(is_ours(path), "{path}");
    }
    for path in ["", "events", "//evil.example", "/\\evil.example", "https://evil.example", "/ä"] {
        assert!(!is_ours(path), "{path}");
    }
}

#[test]
fn plain_http_is_for_this_machine() {
    assert_eq!(transport("https://kiln.example").unwrap(), Transport::Secure);
    for here in ["http://localhost:8080", "http://127.0.0.1", "http://[::1]:9"] {
        assert_eq!(transport(here).unwrap(), Transport::Loopback, "{here}");
    }
    for there in ["http://kiln.example", "http://localhost.evil.example", "http://127.0.0.1.nip.io"]
    {
        assert!(transport(there).is_err(), "{there}");
    }
}

#[test]
fn a_parameter_that_is_there_twice_is_none() {
    assert_eq!(parameter("state=a%20b&code=1", "state").as_deref(), Some("a b"));
    assert_eq!(parameter("state=a&state=b", "state"), None);
    assert_eq!(parameter("", "state"), None);
}

#[test]
fn the_code_and_our_secret_are_sent_where_nobody_reads_along() {
    let asked_at = |token_url: &str| {
        let settings = SignInSettings {
            issuer: "clinic".to_owned(),
            authorize_url: "http://localhost:3000/auth".to_owned(),
            token_url: token_url.to_owned(),
            client_id: "kiln".to_owned(),
            client_secret: None,
            scopes: Vec::new(),
            base_url: "http://localhost:8080".to_owned(),
            idle: Duration::from_mins(1),
            whole: Duration::from_hours(1),
            sessions_max: 1,
            timeout: Duration::from_secs(1),
        };
        SignIn::new(settings, Arc::new(kiln_store::clock::OsRandom)).map(|_| ())
    };
    assert!(asked_at("http://localhost:3000/token").is_ok());
    for there in ["http://idp.example/token", "http://localhost@idp.example/token", "/token"] {
        assert!(asked_at(there).is_err(), "{there}");
    }
}
