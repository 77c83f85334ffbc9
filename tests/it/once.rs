//! Two at once cannot both win: the sequencer decides, not a search before it.
use kiln_tests::http::{Connection, Request, Response};
use kiln_tests::run::matches;
use kiln_tests::server::Server;
use std::collections::BTreeSet;
use std::sync::Barrier;

const TYPE: &str = "/fhir/r4/AuditEvent";
const SENDERS: usize = 16;
const ROUNDS: usize = 25;

fn event(alternative_id: &str) -> String {
    format!(
        r#"{{"resourceType":"AuditEvent","type":{{"code":"rest"}},
        "recorded":"2024-01-01T00:00:00Z","source":{{"observer":{{"display":"once"}}}},
        "agent":[{{"requestor":true,"altId":"{alternative_id}"}}]}}"#
    )
}

/// All senders send at the same moment, each over a connection of its own, round after round.
fn race(server: &Server, request: impl Fn(usize) -> Request + Sync) -> Vec<Vec<Response>> {
    let barrier = Barrier::new(SENDERS);
    let send_all = || {
        let mut connection = Connection::open(server.port).unwrap();
        let rounds = (0..ROUNDS).map(|round| {
            barrier.wait();
            connection.send(&request(round)).unwrap()
        });
        rounds.collect::<Vec<_>>()
    };
    let answers: Vec<Vec<Response>> = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..SENDERS).map(|_| scope.spawn(send_all)).collect();
        senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    });
    (0..ROUNDS).map(|round| answers.iter().map(|sender| sender[round].clone()).collect()).collect()
}

fn ids(answers: &[Response]) -> BTreeSet<&str> {
    answers.iter().map(|answer| answer.created_id().expect("a Location")).collect()
}

#[test]
fn of_many_that_create_if_none_exists_one_creates() {
    let server = Server::start().unwrap();
    let rounds = race(&server, |round| {
        let condition = format!("altid=round-{round}");
        Request::post(TYPE, event(&format!("round-{round}"))).header("If-None-Exist", &condition)
    });
    for (round, answers) in rounds.iter().enumerate() {
        let created = answers.iter().filter(|answer| answer.status == 201).count();
        let found = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!((created, found), (1, SENDERS - 1), "round {round}");
        assert_eq!(ids(answers).len(), 1, "round {round}");
    }
    let all = server.get(&format!("{TYPE}?_summary=count")).unwrap();
    assert_eq!(all["total"], ROUNDS);
}

#[test]
fn of_many_with_one_key_one_is_stored_and_all_get_its_answer() {
    let server = Server::start().unwrap();
    let rounds = race(&server, |round| {
        let key = format!("key-{round}");
        Request::post(TYPE, event(&key)).header("Idempotency-Key", &key)
    });
    for (round, answers) in rounds.iter().enumerate() {
        assert!(answers.iter().all(|answer| answer.status == 201), "round {round}");
        let ids = ids(answers);
        assert_eq!(ids.len(), 1, "round {round}");
        let found = server.get(&format!("{TYPE}?altid=key-{round}")).unwrap();
        assert_eq!(matches(&found).collect::<BTreeSet<_>>(), ids, "round {round}");
    }
}
