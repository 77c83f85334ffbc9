//! A witness that is killed: what it has cosigned it remembers.
use kiln_tests::http::Request;
use kiln_tests::server::{Server, kiln};
use kiln_tests::witness::{Witness, remembered, size};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

const TYPE: &str = "/fhir/r4/AuditEvent";

fn event(number: usize) -> Request {
    let body = format!(
        r#"{{"resourceType":"AuditEvent","type":{{"code":"rest"}},
        "recorded":"2024-01-01T00:00:00Z","agent":[{{"requestor":true}}],
        "source":{{"observer":{{"display":"witness-{number}"}}}}}}"#
    );
    Request::post(TYPE, body).header("Idempotency-Key", &number.to_string())
}

#[expect(clippy::disallowed_methods, reason = "a test writes its settings")]
fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
}

/// A log whose creates wait for one witness, and that witness's port.
fn log_of_a_witness(folder: &Path) -> (Server, u16) {
    let data = folder.join("data");
    let server = Server::start_in(&data).unwrap();
    let key = server.send(&Request::new("GET", "/log/key")).unwrap().text();
    drop(server);
    write(&folder.join("logs"), &format!("log {key}"));
    let witness = Witness::start(folder, 0, &[]).unwrap();
    let (key, port) = (witness.key().unwrap(), witness.port);
    let policy = format!("witness w {key} http://127.0.0.1:{port}\nquorum w\n");
    write(&folder.join("policy"), &policy);
    let settings = folder.join("settings.toml");
    let policy = folder.join("policy");
    let text = format!(
        "[evidence]\npolicy = \"{}\"\nack = \"witnessed\"\nwitness_wait_seconds = 1\n\
         witness_interval_ms = 20\n",
        policy.display()
    );
    write(&settings, &text);
    (Server::start_in_with(&data, &settings).unwrap(), port)
}

fn witnessed(server: &Server) -> u64 {
    let reply = server.send(&Request::new("GET", "/log/witnessed-checkpoint")).unwrap();
    if reply.status == 404 { 0 } else { size(&reply.text()).unwrap() }
}

/// Nothing on the log's own disk knows of what was lost; the witness does.
#[test]
fn an_older_copy_of_the_log_is_refused_for_what_the_witness_knows() {
    let folder = tempfile::tempdir().unwrap();
    let (server, port) = log_of_a_witness(folder.path());
    let witness = Witness::start(folder.path(), port, &[]).unwrap();
    assert_eq!(server.send(&event(0)).unwrap().status, 201);
    drop(server);
    let (data, copy) = (folder.path().join("data"), folder.path().join("copy"));
    let copied = Command::new("cp").arg("-a").arg(&data).arg(&copy).status().unwrap();
    assert!(copied.success());
    let settings = folder.path().join("settings.toml");
    let server = Server::start_in_with(&data, &settings).unwrap();
    assert_eq!(server.send(&event(1)).unwrap().status, 201);
    drop(server);
    let serve = |more: &[&str]| {
        let mut command = kiln().unwrap();
        command.args(["serve", "--listen", "127.0.0.1:0", "--settings"]).arg(&settings);
        command.arg("--data").arg(&copy).args(more).stdout(Stdio::null());
        command
    };
    let refused = serve(&[]).output().unwrap();
    assert_eq!(refused.status.code(), Some(3));
    let says = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(says.contains("rolled back") && says.contains("--adopt-restore"), "{says}");
    // So are those that write without a server, and what they would have written is not signed.
    write(&folder.path().join("events"), "");
    for (name, more) in [("import", "events"), ("export", "date=ge2025"), ("key", "")] {
        let mut command = kiln().unwrap();
        command.arg(name).args((name == "key").then_some("rotate")).current_dir(folder.path());
        command.arg("--settings").arg(&settings).arg("--data").arg(&copy);
        let refused = command.args((!more.is_empty()).then_some(more)).output().unwrap();
        let says = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(refused.status.code() == Some(3) && says.contains("rolled back"), "{name}: {says}");
    }
    // A witness that is away cannot tell; the start says that nobody did.
    drop(witness);
    let server = Server::start_in_with(&copy, &settings).unwrap();
    let count = server.get(&format!("{TYPE}?_summary=count")).unwrap();
    assert_eq!(count["total"], 1);
}

/// Each fsync of its state in turn: before the state has its name, and after it, but before the
/// answer.
#[test]
fn a_witness_killed_at_any_fsync_forgets_nothing_that_it_cosigned() {
    if Command::new("strace").arg("--version").output().is_err() {
        return kiln_tests::tell("SKIPPED: strace is not installed");
    }
    let folder = tempfile::tempdir().unwrap();
    let (server, port) = log_of_a_witness(folder.path());
    let (mut sent, mut acknowledged) = (0, 0);
    for nth in 1..=6 {
        let inject = format!("inject=fsync:signal=SIGKILL:when={nth}");
        let strace = ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", &inject];
        let witness = Witness::start(folder.path(), port, &strace).unwrap();
        for _ in 0..40 {
            let before = remembered(folder.path()).unwrap();
            let status = server.send(&event(sent)).unwrap().status;
            sent += 1;
            assert!(status == 201 || status == 503, "{status}");
            acknowledged += usize::from(status == 201);
            assert!(remembered(folder.path()).unwrap() >= before);
            assert!(witnessed(&server) <= remembered(folder.path()).unwrap(), "at fsync {nth}");
            if !witness.is_up() {
                break;
            }
        }
        assert!(!witness.is_up(), "it was not killed at fsync {nth}");
    }
    println!(
        "{acknowledged} of {sent} creates were witnessed while the witness was killed 6 times"
    );
    let witness = Witness::start(folder.path(), port, &[]).unwrap();
    // Whoever sends it again with its key is told that it is witnessed.
    let again = (0..60).any(|_| server.send(&event(0)).unwrap().status == 201);
    assert!(again && witness.is_up());
    let all = server.get(&format!("{TYPE}?_summary=count")).unwrap();
    assert_eq!(all["total"], sent);
}
