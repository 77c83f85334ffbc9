//! `kiln verify`, and what it is given.
use crate::events::{Stored, TYPE, store};
use crate::program::{kept_within, said, start, text, write};
use kiln_tests::http::{Connection, Request};
use kiln_tests::server::{Server, kiln};
use kiln_tests::witness::{Witness, size};
use std::path::Path;
use std::time::Duration;

/// Longer than a witness takes, shorter than a hanging CI.
const WITNESSED_MAX: Duration = Duration::from_secs(20);

/// `kiln verify …`: its exit code, and what it said.
pub(crate) fn verify(arguments: &[&str]) -> (Option<i32>, String) {
    let output = kiln().unwrap().arg("verify").args(arguments).output().unwrap();
    (output.status.code(), said(&output))
}

/// It ends with this code, and says this.
pub(crate) fn expect(arguments: &[&str], code: i32, says: &str) {
    let (ended, told) = verify(arguments);
    assert_eq!(ended, Some(code), "{arguments:?}: {told}");
    assert!(told.contains(says), "{arguments:?} does not say `{says}`: {told}");
}

/// A text that a server gives anybody.
pub(crate) fn get(server: &Server, target: &str) -> String {
    let answer = server.send(&Request::new("GET", target)).unwrap();
    assert_eq!(answer.status, 200, "{target}: {}", answer.text());
    answer.text()
}

/// The line that policies and `--key` take.
pub(crate) fn log_key(server: &Server) -> String {
    get(server, "/log/key").trim_end().to_owned()
}

/// The same, of a folder that no server has.
pub(crate) fn shown_key(folder: &Path) -> String {
    let output = kiln().unwrap().args(["key", "show", "--data"]).arg(folder).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

/// An event with its receipt, as files.
pub(crate) struct Receipt {
    pub(crate) event: String,
    pub(crate) proof: String,
}

impl Receipt {
    pub(crate) fn of(server: &Server, stored: &Stored, folder: &Path) -> Self {
        let Stored { id, patient } = stored;
        let at = format!("{TYPE}/{id}");
        let (event, proof) = (folder.join(patient), folder.join(format!("{patient}.tlog-proof")));
        write(&event, get(server, &format!("{at}/$original")).as_bytes());
        write(&proof, get(server, &format!("{at}/$proof")).as_bytes());
        Self { event: text(&event), proof: text(&proof) }
    }

    /// Checking it under these rules ends with this code, and says this.
    pub(crate) fn expect(&self, trust: [&str; 2], code: i32, says: &str) {
        expect(&["event", &self.event, &self.proof, trust[0], trust[1]], code, says);
    }
}

/// Stores so many events.
pub(crate) fn fill(server: &Server, name: &str, events: usize) -> Vec<Stored> {
    let mut connection = Connection::open(server.port).unwrap();
    let stored = (0..events).map(|n| store(&mut connection, &format!("{name}-{n}"), "").unwrap());
    stored.collect()
}

/// A log that has a witness, and the policy that names both.
pub(crate) struct Witnessed {
    pub(crate) witness: Witness,
    pub(crate) policy: String,
    /// What the log's server is started with.
    pub(crate) settings: String,
}

/// Begins a log in `data`, and starts a witness of it with its files in `folder`; `reached` is
/// where the log reaches the witness, given its port.
pub(crate) fn witnessed(data: &Path, folder: &Path, reached: impl Fn(u16) -> u16) -> Witnessed {
    let running = start(data, "");
    let key = log_key(&running.server);
    running.stop(data);
    write(&folder.join("logs"), format!("log {key}\n").as_bytes());
    let witness = Witness::start(folder, 0, &[]).unwrap();
    let port = reached(witness.port);
    let policy = folder.join("policy");
    let line = witness.key().unwrap();
    let rules = format!("log {key}\nwitness w {line} http://127.0.0.1:{port}\nquorum w\n");
    write(&policy, rules.as_bytes());
    let policy = text(&policy);
    let settings = format!("[evidence]\npolicy = \"{policy}\"\nwitness_interval_ms = 20\n");
    Witnessed { witness, policy, settings }
}

/// Waits until a quorum has cosigned so many records.
pub(crate) fn until_witnessed(server: &Server, records: u64) {
    kept_within(WITNESSED_MAX, || {
        let answer = server.send(&Request::new("GET", "/log/witnessed-checkpoint")).unwrap();
        (answer.status == 200 && size(&answer.text()).unwrap() >= records).then_some(())
    });
}

/// How many records the newest checkpoint says.
pub(crate) fn log_size(server: &Server) -> u64 {
    size(&get(server, "/log/checkpoint")).unwrap()
}
