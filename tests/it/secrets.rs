//! What people say in events and searches is not repeated in logs, metrics and error texts.
use kiln_tests::http::{Request, Response};
use kiln_tests::server::Server;

const TYPE: &str = "/fhir/r4/AuditEvent";
const CANARY: &str = "Mustermann4711";

#[test]
fn logs_metrics_and_errors_hold_nothing_of_patients_and_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let script = format!("exec \"$0\" \"$@\" 2>{}", log.display());
    let data = folder.path().join("data");
    let server = Server::start_wrapped("sh", &["-c", &script], &data).unwrap();

    for request in requests() {
        let response = server.send(&request).unwrap();
        if response.status >= 400 {
            assert!(!says(&response), "{} {}", request.method, response.text());
        }
    }
    let metrics = server.send(&Request::new("GET", "/metrics")).unwrap();
    assert_eq!(metrics.status, 200);
    assert!(!says(&metrics), "{}", metrics.text());
    server.kill().unwrap();
    let logged = std::fs::read_to_string(log).unwrap();
    assert!(!logged.is_empty(), "nothing was logged: the test sees the wrong file");
    assert!(!logged.contains(CANARY), "{logged}");
}

fn says(response: &Response) -> bool {
    response.text().contains(CANARY)
        || response.headers.iter().any(|(_, value)| value.contains(CANARY))
}

/// Good and bad ones, each with the canary somewhere else.
fn requests() -> Vec<Request> {
    let event = |changes: &str| {
        Request::post(
            TYPE,
            format!(
                r#"{{"resourceType":"AuditEvent","type":{{"code":"rest"}},"entity":[{{"name":
                "{CANARY}"}}],"agent":[{{"requestor":true,"name":"{CANARY}"}}],
                "source":{{"observer":{{"reference":"Patient/{CANARY}"}}}},{changes}}}"#
            ),
        )
    };
    let get = |query: &str| Request::new("GET", &format!("{TYPE}?{query}"));
    vec![
        event(r#""recorded":"2024-01-01T00:00:00Z""#),
        event(r#""recorded":"2024-01-01T00:00:00Z""#).header("Authorization", &token()),
        event(r#""recorded":"2024-01-01T00:00:00Z""#).header("Idempotency-Key", CANARY),
        event(r#""recorded":"2024-01-02T00:00:00Z""#).header("Idempotency-Key", CANARY),
        event(&format!(r#""recorded":"{CANARY}""#)),
        event(&format!(r#""recorded":"2024-01-01T00:00:00Z","action":"{CANARY}""#)),
        event(&format!(r#""recorded":"2024-01-01T00:00:00Z","outcome":["{CANARY}"]"#)),
        event(&format!(r#""recorded":"2024-01-01T00:00:00Z","x":{{"{CANARY}"#)),
        event(r#""recorded":"2024-01-01T00:00:00Z""#)
            .header("If-None-Exist", &format!("date={CANARY}")),
        get(&format!("patient={CANARY}")),
        get(&format!("patient=Patient/{CANARY}")).header("Prefer", "handling=strict"),
        get(&format!("date={CANARY}")),
        get(&format!("_count={CANARY}")),
        get(&format!("_cursor={CANARY}")),
        get(&format!("agent-name:contains={CANARY}")),
        get(&format!("patient.name={CANARY}")).header("Prefer", "handling=strict"),
        Request::new("GET", &format!("{TYPE}/{CANARY}")),
        Request::new("GET", &format!("/fhir/r4/Patient/{CANARY}")),
        Request::new("DELETE", &format!("{TYPE}/{CANARY}")),
        Request::new("GET", "/health/live").header("Host", CANARY),
        get("action=R").header("Origin", &format!("https://{CANARY}.example")),
        Request::post("/fhir/r4", format!(r#"{{"resourceType":"Bundle","type":"{CANARY}"}}"#)),
    ]
}

fn token() -> String {
    format!("Bearer {CANARY}")
}
