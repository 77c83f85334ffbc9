//! The plain API where a page cannot show it: many at once, a kill, a restart.
use kiln_tests::http::{Connection, Request, Response};
use kiln_tests::server::Server;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Barrier;

const EVENTS: &str = "/api/audit-events";
const SENDERS: usize = 8;
const IN_A_BATCH: usize = 20;

/// Events that name their batch and their place in it.
fn batch(name: &str) -> Request {
    let event = |place: usize| {
        json!({
            "type": "rest",
            "recorded": format!("2024-01-01T00:00:{place:02}Z"),
            "agent": [{ "who": name, "name": place.to_string() }],
            "source": { "observer": "plain" },
        })
    };
    let events: Value = (0..IN_A_BATCH).map(event).collect();
    Request::post(EVENTS, events.to_string()).header("Idempotency-Key", name)
}

fn ids(response: &Response) -> Vec<String> {
    let answer = response.json().unwrap();
    let events = answer["data"].as_array().unwrap().iter();
    events.map(|event| event["id"].as_str().unwrap().to_owned()).collect()
}

/// Everything that is stored: batch and place of each event, and how often it is there.
fn stored(server: &Server) -> BTreeMap<(String, String), u32> {
    let mut stored = BTreeMap::new();
    let mut target = format!("{EVENTS}?limit=100");
    loop {
        let page = server.get(&target).unwrap();
        for event in page["data"].as_array().unwrap() {
            let agent = &event["agent"][0];
            let text = |name: &str| agent[name].as_str().unwrap().to_owned();
            *stored.entry((text("who"), text("name"))).or_default() += 1;
        }
        let Some(next) = page["paging"]["next"].as_str() else { return stored };
        target = format!("{EVENTS}?limit=100&cursor={next}");
    }
}

/// Sends batches over a connection of its own until the server is gone: what was acknowledged, and
/// the name of the batch that nobody knows about.
fn send_until_gone(port: u16, sender: usize) -> (BTreeMap<String, Vec<String>>, String) {
    let mut acknowledged = BTreeMap::new();
    let mut connection = Connection::open(port).unwrap();
    for number in 0.. {
        let name = format!("batch-{sender}-{number}");
        match connection.send(&batch(&name)) {
            Ok(answer) if answer.status == 201 => acknowledged.insert(name, ids(&answer)),
            _ => return (acknowledged, name),
        };
    }
    unreachable!("the server is killed")
}

#[test]
fn batches_are_whole_and_there_once_although_the_server_is_killed_among_them() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_in(folder.path()).unwrap();
    let port = server.port;
    let sent: Vec<_> = std::thread::scope(|scope| {
        let senders: Vec<_> =
            (0..SENDERS).map(|sender| scope.spawn(move || send_until_gone(port, sender))).collect();
        let enough = || stored(&server).len() >= 10 * SENDERS * IN_A_BATCH;
        assert!((0..1000).any(|_| enough()), "the senders have stopped by themselves");
        server.kill().unwrap();
        senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    });

    let server = Server::start_in(folder.path()).unwrap();
    let found = stored(&server);
    assert!(found.values().all(|times| *times == 1), "{found:?}");
    let mut batches: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, _) in found.keys() {
        *batches.entry(name).or_default() += 1;
    }
    assert!(batches.values().all(|events| *events == IN_A_BATCH), "{batches:?}");
    let mut all = 0;
    for (acknowledged, unknown) in &sent {
        all += acknowledged.len() + 1;
        for (name, ids_before) in acknowledged {
            assert!(
                batches.contains_key(name.as_str()),
                "{name} was acknowledged and is not there"
            );
            let again = server.send(&batch(name)).unwrap();
            assert_eq!((again.status, &ids(&again)), (201, ids_before), "{name}");
        }
        assert_eq!(server.send(&batch(unknown)).unwrap().status, 201);
    }
    let found = stored(&server);
    assert!(found.values().all(|times| *times == 1), "{found:?}");
    assert_eq!(found.len(), all * IN_A_BATCH);
}

#[test]
fn of_many_with_one_key_one_is_stored_and_all_get_its_answer() {
    const ROUNDS: usize = 20;
    let server = Server::start().unwrap();
    let barrier = Barrier::new(SENDERS);
    let send_all = || {
        let mut connection = Connection::open(server.port).unwrap();
        let rounds = (0..ROUNDS).map(|round| {
            barrier.wait();
            let answer = connection.send(&batch(&format!("round-{round}"))).unwrap();
            assert_eq!(answer.status, 201, "{}", answer.text());
            ids(&answer)
        });
        rounds.collect::<Vec<_>>()
    };
    let answers: Vec<_> = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..SENDERS).map(|_| scope.spawn(send_all)).collect();
        senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|rounds| *rounds == answers[0]));
    assert_eq!(stored(&server).len(), ROUNDS * IN_A_BATCH);
}

#[test]
fn a_cursor_goes_on_after_a_restart_with_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_in(folder.path()).unwrap();
    assert_eq!(server.send(&batch("one")).unwrap().status, 201);
    let page = server.get(&format!("{EVENTS}?agent=one&limit=15")).unwrap();
    let next = page["paging"]["next"].as_str().unwrap().to_owned();
    server.kill().unwrap();
    let server = Server::start_in(folder.path()).unwrap();
    let late = Request::post(EVENTS, batch("one").body);
    assert_eq!(server.send(&late).unwrap().status, 201);
    let rest = server.get(&format!("{EVENTS}?agent=one&limit=15&cursor={next}")).unwrap();
    assert_eq!(rest["data"].as_array().unwrap().len(), 5);
    assert_eq!(rest["paging"]["next"], Value::Null);
}
