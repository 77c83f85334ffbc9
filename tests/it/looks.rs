//! `kill -9` while others read: whoever had an answer is on record.
use kiln_tests::http::{Connection, Request};
use kiln_tests::server::{Server, kiln};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::thread;
use std::time::Duration;

const KILLS: u32 = 3;
const CONNECTIONS: u32 = 8;
const EVENT: &str = r#"{"resourceType":"AuditEvent","type":{"code":"x"},
    "recorded":"2024-06-15T08:30:00Z","agent":[{"requestor":true}],
    "source":{"observer":{"display":"d"}}}"#;

#[test]
fn whoever_had_an_answer_is_on_record() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_in(folder.path()).unwrap();
    let created = server.send(&Request::post("/fhir/r4/AuditEvent", EVENT)).unwrap();
    let id = created.created_id().unwrap().to_owned();
    let mut server = Some(server);
    let mut answered = Vec::new();
    for kill in 0..KILLS {
        let running = server.take().unwrap_or_else(|| Server::start_in(folder.path()).unwrap());
        answered.extend(look_until_killed(running, kill, &id));
    }
    println!("{} answers before {KILLS} kills", answered.len());
    assert!(answered.len() > 100);
    let server = Server::start_in(folder.path()).unwrap();
    let recorded = recorded(&server);
    for look in &answered {
        assert_eq!(recorded.get(look), Some(&1), "{look}");
    }
    server.kill().unwrap();
    for log in ["", "tenants/default/audit"] {
        let log = folder.path().join(log);
        let told = kiln().unwrap().args(["verify", "store"]).arg(log).output().unwrap();
        // After a kill nobody can prove that nothing stood behind the end.
        assert_eq!(told.status.code(), Some(2), "{}", String::from_utf8_lossy(&told.stdout));
    }
}

/// Reads and searches on many connections, kills the server; tells which requests were answered.
fn look_until_killed(server: Server, kill: u32, id: &str) -> Vec<String> {
    let port = server.port;
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CONNECTIONS)
            .map(|client| {
                scope.spawn(move || look_until_cut(port, &format!("{kill}-{client}"), id))
            })
            .collect();
        thread::sleep(Duration::from_millis(400));
        server.kill().unwrap();
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    })
}

fn look_until_cut(port: u16, client: &str, id: &str) -> Vec<String> {
    let mut answered = Vec::new();
    let Ok(mut connection) = Connection::open(port) else { return answered };
    for number in 0.. {
        let name = format!("look-{client}-{number}");
        let target = match number % 2 {
            0 => format!("/fhir/r4/AuditEvent/{id}"),
            _ => "/fhir/r4/AuditEvent?action=D".to_owned(),
        };
        let request = Request::new("GET", &target).header("X-Request-Id", &name);
        match connection.send(&request) {
            Ok(answer) => assert_eq!(answer.status, 200, "{}", answer.text()),
            Err(_) => break,
        }
        answered.push(name);
    }
    answered
}

/// How often each request id stands in the stream.
fn recorded(server: &Server) -> HashMap<String, u32> {
    let mut found = HashMap::new();
    let mut next = Some("/audit/fhir/r4/AuditEvent?_count=1000".to_owned());
    while let Some(target) = next {
        let page = server.get(&target).unwrap();
        for entry in page["entry"].as_array().into_iter().flatten() {
            let entities = entry["resource"]["entity"].as_array().unwrap();
            let is_id = |entity: &&Value| entity["type"]["code"] == json!("XrequestId");
            for entity in entities.iter().filter(is_id) {
                let name = entity["what"]["identifier"]["value"].as_str().unwrap();
                *found.entry(name.to_owned()).or_default() += 1;
            }
        }
        let links = page["link"].as_array().into_iter().flatten();
        let link = links.filter(|link| link["relation"] == "next").find_map(|l| l["url"].as_str());
        next = link.map(|url| url[url.find("/audit").unwrap()..].to_owned());
    }
    found
}
