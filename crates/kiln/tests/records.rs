//! Records through the real binary: import, export, serve, fsck, one after the other on one folder.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may fail")]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
};
use tempfile::TempDir;

/// A data folder and the commands on it.
struct Kiln {
    folder: TempDir,
}

impl Kiln {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, subcommand: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kiln"));
        command.arg(subcommand).args(arguments).arg("--data").arg(self.path("data"));
        command
    }

    fn run(&self, subcommand: &str, arguments: &[&str]) -> (i32, String, String) {
        let output = self.command(subcommand, arguments).output().unwrap();
        parts(&output)
    }

    /// Imports through stdin.
    fn import(&self, text: &str, arguments: &[&str]) -> (i32, String, String) {
        let mut command = self.command("import", arguments);
        command.arg("-").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        process.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        parts(&process.wait_with_output().unwrap())
    }

    fn serve(&self) -> Server {
        self.serve_telling(Stdio::inherit())
    }

    fn serve_telling(&self, stderr: Stdio) -> Server {
        let mut command = self.command("serve", &["--listen", "127.0.0.1:0"]);
        let mut process = command.stdout(Stdio::piped()).stderr(stderr).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
        let address = lines.next().unwrap();
        let address = address.strip_prefix("listening on http://").unwrap().to_owned();
        let greeting = lines.by_ref().take(6).collect::<Vec<_>>().join("\n");
        Server { process, address, greeting }
    }
}

fn parts(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

struct Server {
    process: Child,
    address: String,
    greeting: String,
}

impl Server {
    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// SIGTERM, as an operator stops it.
    fn stop(mut self) -> i32 {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").arg(&pid).status().unwrap().success());
        self.process.wait().unwrap().code().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn generated(count: u32) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kiln"));
    let output = command.args(["generate", "--count", &count.to_string()]).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_was_imported_comes_out_in_order_and_untouched() {
    let kiln = Kiln::new();
    let events = generated(5_000);
    let (code, out, err) = kiln.import(&events, &["--json"]);
    assert_eq!(code, 0, "{err}");
    let summary: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&summary["stored"], &summary["rejected"]), (&5000.into(), &0.into()));
    let (code, out, err) = kiln.run("export", &["--original"]);
    assert_eq!(code, 0, "{err}");
    assert!(out == events, "the export differs from what was imported");
}

#[test]
fn an_export_takes_the_filters_of_a_search() {
    let kiln = Kiln::new();
    let events = generated(2_000);
    assert_eq!(kiln.import(&events, &[]).0, 0);
    let expected = events.lines().filter(|event| event.contains("\"action\":\"C\"")).count();
    let (code, out, err) = kiln.run("export", &["action=C"]);
    assert_eq!(code, 0, "{err}");
    assert!(expected > 100);
    assert_eq!(out.lines().count(), expected);
    for line in out.lines() {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!((&event["action"], &event["meta"]["versionId"]), (&"C".into(), &"1".into()));
    }
    let (code, _, err) = kiln.run("export", &["colour=red"]);
    assert_eq!(code, 3);
    assert!(err.contains("colour"), "{err}");
}

#[test]
fn bad_lines_are_refused_alone_with_their_number_and_a_reason() {
    let kiln = Kiln::new();
    let good = generated(3);
    let mut lines: Vec<&str> = good.lines().collect();
    lines.insert(1, "{\"resourceType\":\"AuditEvent\"}");
    lines.insert(3, "no json");
    let rejects = kiln.path("rejects.ndjson");
    let (code, out, err) =
        kiln.import(&lines.join("\n"), &["--json", "--rejects", rejects.to_str().unwrap()]);
    assert_eq!(code, 1, "{err}");
    let summary: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&summary["stored"], &summary["rejected"]), (&3.into(), &2.into()));
    let rejected = std::fs::read_to_string(&rejects).unwrap();
    let rejected: Vec<serde_json::Value> =
        rejected.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rejected.iter().map(|it| &it["line"]).collect::<Vec<_>>(), [2, 4]);
    assert!(rejected[0]["reason"].as_str().unwrap().contains("AuditEvent."), "{rejected:?}");
    assert_eq!(rejected[1]["text"], "no json");
    let (_, out, _) = kiln.run("export", &["--original"]);
    assert!(out == good, "the good lines are not what is stored");
}

const STU3: &str = concat!(
    r#"{"resourceType":"AuditEvent","type":{"code":"rest"},"action":"R","#,
    r#""recorded":"2024-06-15T08:30:00Z","agent":[{"requestor":true}],"#,
    r#""source":{"identifier":{"value":"x"}}}"#,
);

const DSTU2_XML: &str = "<AuditEvent xmlns=\"http://hl7.org/fhir\"><event><type><code \
value=\"rest\"/></type><action value=\"R\"/><dateTime value=\"2015-08-22T23:42:24Z\"/></event>\
<participant><requestor value=\"true\"/></participant><source><identifier><value value=\"x\"/>\
</identifier></source></AuditEvent>";

#[test]
fn events_of_every_release_and_form_are_taken_and_written_in_any() {
    let kiln = Kiln::new();
    let sent = format!("{}{STU3}\n{DSTU2_XML}\n", generated(1));
    let (code, out, err) = kiln.import(&sent, &["--json"]);
    assert_eq!(code, 0, "{out}{err}");
    let (_, original, _) = kiln.run("export", &["--original"]);
    assert_eq!(original, sent);
    for (release, sent) in [("stu3", format!("{STU3}\n")), ("dstu2", format!("{DSTU2_XML}\n"))] {
        let only = ["--original", "--sent-in", release];
        assert_eq!(kiln.run("export", &only).1, sent);
    }
    for release in ["dstu2", "stu3", "r4", "r4b", "r5", "r6"] {
        let (code, json, err) = kiln.run("export", &["--release", release]);
        assert_eq!((code, json.lines().count()), (0, 3), "{json}{err}");
        let format = ["--release", release, "--format", "xml"];
        let (code, xml, err) = kiln.run("export", &format);
        assert_eq!((code, xml.lines().count()), (0, 3), "{xml}{err}");
        for exported in [json, xml] {
            let again = Kiln::new();
            let (code, out, err) = again.import(&exported, &["--release", release]);
            assert_eq!(code, 0, "{release}: {out}{err}");
        }
    }
    let (code, out, _) = kiln.import(DSTU2_XML, &["--release", "r4"]);
    assert_eq!(code, 1, "{out}");
}

#[test]
fn without_a_name_the_rejects_are_kept_with_the_data() {
    let kiln = Kiln::new();
    let (code, out, err) = kiln.import("no json\n", &[]);
    assert_eq!(code, 1, "{err}");
    assert!(out.contains("1 lines refused"), "{out}");
    let folder = kiln.path("data").join("tenants/default/rejects");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1);
}

#[test]
fn the_greeting_has_a_line_that_works() {
    let kiln = Kiln::new();
    let server = kiln.serve();
    let greeting = &server.greeting;
    assert!(greeting.contains(kiln.path("data").to_str().unwrap()), "{greeting}");
    assert!(greeting.contains("this machine only"), "{greeting}");
    let curls: Vec<&str> =
        greeting.lines().map(str::trim).filter(|line| line.starts_with("curl ")).collect();
    assert_eq!(curls.len(), 2, "{greeting}");
    let output = Command::new("sh").args(["-c", &format!("{} -sS -i", curls[0])]).output().unwrap();
    let (_, out, err) = parts(&output);
    assert!(out.starts_with("HTTP/1.1 201"), "{out}{err}");
    let output = Command::new("sh").args(["-c", &format!("{} -sS", curls[1])]).output().unwrap();
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["total"], 1, "{found}");
    assert_eq!(server.stop(), 0);
}

#[test]
fn while_a_server_holds_the_folder_no_other_starts() {
    let kiln = Kiln::new();
    let server = kiln.serve();
    let (code, _, err) = kiln.run("serve", &["--listen", "127.0.0.1:0"]);
    assert_eq!(code, 3, "{err}");
    assert!(err.contains("a running Kiln holds the data folder"), "{err}");
    assert!(err.contains("stop that server"), "{err}");
    assert_eq!(server.stop(), 0);
}

#[test]
fn a_server_serves_what_was_imported_and_stops_cleanly() {
    let kiln = Kiln::new();
    assert_eq!(kiln.import(&generated(300), &[]).0, 0);
    let server = kiln.serve();
    let answer = server.get("/fhir/r4/AuditEvent?_summary=count");
    assert!(answer.contains("\"total\":300"), "{answer}");
    assert_eq!(server.stop(), 0);
    let (code, out, err) = kiln.run("fsck", &[]);
    assert_eq!(code, 0, "{out}{err}");
    // With what the log states of its key and of two starts and stops.
    assert!(out.contains("305 records"), "{out}");
}

#[test]
fn a_changed_byte_is_found() {
    let kiln = Kiln::new();
    assert_eq!(kiln.import(&generated(300), &[]).0, 0);
    let segments = kiln.path("data").join("tenants/default/segments");
    let log = std::fs::read_dir(segments).unwrap().map(|entry| entry.unwrap().path());
    let log = log.filter(|path| path.extension().is_some_and(|it| it == "log")).min().unwrap();
    let mut bytes = std::fs::read(&log).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&log, bytes).unwrap();
    let (code, out, err) = kiln.run("fsck", &["--json"]);
    assert_eq!(code, 1, "{out}{err}");
}

#[test]
fn a_file_that_is_there_is_not_written_over_with_rejects() {
    let kiln = Kiln::new();
    let rejects = kiln.path("rejects.ndjson");
    std::fs::write(&rejects, "mine").unwrap();
    let rejects = rejects.to_str().unwrap();
    let (code, _, err) = kiln.run("import", &["--rejects", rejects, rejects]);
    assert_eq!(code, 3, "{err}");
    assert_eq!(std::fs::read_to_string(rejects).unwrap(), "mine");
}

#[test]
fn an_address_that_is_taken_is_told() {
    let kiln = Kiln::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, _, err) = kiln.run("serve", &["--listen", &address]);
    assert_eq!(code, 3, "{err}");
    assert!(err.contains(&address) && err.contains("--listen"), "{err}");
}

/// A copy that was put back without its side file looks like this, too.
#[test]
fn a_start_warns_where_the_side_file_has_gone() {
    const WARNING: &str = "its side file is not there";
    let kiln = Kiln::new();
    let told = |name: &str| {
        let path = kiln.path(name);
        let server = kiln.serve_telling(std::fs::File::create(&path).unwrap().into());
        assert_eq!(server.stop(), 0);
        std::fs::read_to_string(path).unwrap()
    };
    for name in ["first", "second"] {
        let told = told(name);
        assert!(!told.contains(WARNING), "{told}");
    }
    std::fs::remove_dir_all(kiln.path("data").join("side")).unwrap();
    let told = told("third");
    assert!(told.contains(WARNING) && told.contains("--adopt-restore"), "{told}");
}

/// `kiln rejects | head -1` in a script that looks at exit codes.
#[test]
fn a_verdict_that_nobody_reads_is_not_taken_for_a_good_one() {
    let kiln = Kiln::new();
    let unread = |subcommand: &str, arguments: &[&str]| {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = kiln.command(subcommand, arguments);
        command.stdout(writer).status().unwrap().code()
    };
    let events = kiln.path("events.ndjson");
    std::fs::write(&events, "no json\n").unwrap();
    assert_eq!(unread("import", &[events.to_str().unwrap()]), Some(3));
    assert_eq!(unread("rejects", &[]), Some(0));
    let shelf = kiln.path("data").join("tenants/default/rejects");
    std::fs::write(shelf.join("0000000000000001.rejects"), "damaged").unwrap();
    assert_eq!(kiln.run("rejects", &[]).0, 2);
    assert_eq!(unread("rejects", &[]), Some(2));
    assert_eq!(unread("export", &["--original"]), Some(0));
}
