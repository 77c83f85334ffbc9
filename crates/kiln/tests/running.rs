//! Subcommands beside a running server, API keys and TLS, through the real binary.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may fail")]

mod program;

use program::{Kiln, generated, until};
use serde_json::Value;
use std::{
    os::unix::{fs::PermissionsExt as _, process::CommandExt as _},
    time::Duration,
};

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn what_is_imported_through_a_server_is_exported_through_it() {
    let kiln = Kiln::new();
    let server = kiln.serve(&[]);
    let file = kiln.write("events.ndjson", &generated(3_000));
    let (code, out, err) = kiln.run("import", &["--json", &file]);
    assert_eq!((code, &json(&out)["stored"]), (0, &3000.into()), "{err}");
    let (code, out, err) = kiln.run("import", &["--json", &file]);
    let summary = json(&out);
    assert_eq!(
        (code, &summary["stored"], &summary["skipped"]),
        (0, &0.into(), &3000.into()),
        "{err}"
    );
    let (code, out, _) = kiln.run("export", &["--original"]);
    assert!(code == 0 && out == generated(3_000), "the export differs from what was imported");
    let (code, out, _) = kiln.run("export", &["action=C", "--release", "r5", "--format", "xml"]);
    let expected = generated(3_000).lines().filter(|it| it.contains("\"action\":\"C\"")).count();
    assert_eq!((code, out.lines().count()), (0, expected));
    let (code, _, err) = kiln.run("export", &["colour=red"]);
    assert!(code == 3 && err.contains("colour"), "{err}");
    assert_eq!(server.stop(), 0);
    // The same as without a server: what it has stored is known as imported.
    let (code, out, err) = kiln.run("import", &["--json", &file]);
    assert_eq!((code, &json(&out)["stored"]), (0, &0.into()), "{err}");
    let (code, out, _) = kiln.run("export", &["--original"]);
    assert!(code == 0 && out == generated(3_000));
}

#[test]
fn an_import_goes_on_where_another_stopped_with_and_without_a_server() {
    let kiln = Kiln::new();
    let whole = generated(2_000);
    let half: String = whole.lines().take(900).flat_map(|line| [line, "\n"]).collect();
    let file = kiln.write("events.ndjson", &half);
    assert_eq!(kiln.run("import", &[&file]).0, 0);
    let server = kiln.serve(&[]);
    let broken = format!("{whole}no json\n");
    let file = kiln.write("events.ndjson", &broken);
    let (code, out, err) = kiln.run("import", &["--json", &file]);
    let summary = json(&out);
    assert_eq!((code, &summary["stored"]), (1, &1100.into()), "{err}");
    assert_eq!((&summary["skipped"], &summary["rejected"]), (&900.into(), &1.into()));
    assert_eq!(server.stop(), 0);
    assert_eq!(kiln.run("export", &["--original"]).1, whole);
}

#[test]
fn a_server_makes_evidence_bundles_and_its_log_is_checked_while_it_is_written() {
    let kiln = Kiln::new();
    let server = kiln.serve(&[]);
    let file = kiln.write("events.ndjson", &generated(2_000));
    assert_eq!(kiln.run("import", &[&file]).0, 0);
    let bundle = kiln.path("bundle.zip");
    let bundle = bundle.to_str().unwrap();
    let (code, out, err) = kiln.run("export", &["--evidence", bundle, "action=C"]);
    assert_eq!(code, 0, "{err}");
    let key = out.split('\'').nth(1).unwrap();
    let (code, out, err) = kiln.alone(&["verify", "bundle", bundle, "--key", key]);
    assert_eq!(code, 0, "{out}{err}");
    let nothing = kiln.path("nothing.zip");
    let nothing = nothing.to_str().unwrap();
    let (code, _, err) = kiln.run("export", &["--evidence", nothing, "agent-name=nobody"]);
    assert!(code == 3 && err.contains("no event matches"), "{err}");
    assert!(!std::fs::exists(nothing).unwrap());
    let more = kiln.alone(&["generate", "--count", "6000", "--seed", "9"]).1;
    let more = kiln.write("more.ndjson", &more);
    let mut import = kiln.command("import", &[&more]).spawn().unwrap();
    for _ in 0..3 {
        let (code, out, err) = kiln.run("fsck", &[]);
        assert_eq!(code, 0, "{out}{err}");
        let data = kiln.data();
        let (code, out, err) = kiln.alone(&["verify", "store", &data, "--key", key]);
        // 2: a log that is being written has no end that could be compared.
        assert!(code == 2 && out.contains("records are ok"), "{code} {out}{err}");
    }
    assert!(import.wait().unwrap().success());
    assert_eq!(server.stop(), 0);
    let left = std::fs::read_dir(kiln.data()).unwrap().map(|it| it.unwrap().file_name());
    let left: Vec<_> =
        left.filter(|it| !["side", "lock", "tenants"].iter().any(|n| it == n)).collect();
    assert!(left.is_empty(), "{left:?} was left behind");
}

#[test]
fn the_logs_key_changes_and_the_reject_shelf_is_emptied_while_a_server_runs() {
    let kiln = Kiln::new();
    let server = kiln.serve(&[]);
    let old = kiln.run("key", &["show"]).1;
    let (code, new, err) = kiln.run("key", &["rotate"]);
    assert_eq!(code, 0, "{err}");
    assert_eq!(kiln.run("key", &["show"]).1, new);
    assert_ne!(new, old);
    assert!(server.get("/log/key", "").contains(new.trim()));
    let bad = server.post("{}", "");
    assert!(bad.starts_with("HTTP/1.1 400"), "{bad}");
    let is_kept = || kiln.run("rejects", &[]).1.contains("r4 json");
    assert!((0..100).any(|_| is_kept() || {
        std::thread::sleep(Duration::from_millis(50));
        false
    }));
    let (code, out, err) = kiln.run("rejects", &["purge"]);
    assert!(code == 0 && out.starts_with("1 files removed"), "{out}{err}");
    assert!(!is_kept());
    assert_eq!(server.stop(), 0);
    let server = kiln.serve(&[]);
    assert!(server.get("/log/key", "").contains(new.trim()));
    assert_eq!(server.stop(), 0);
}

#[test]
fn the_settings_in_effect_are_those_of_the_running_server() {
    let kiln = Kiln::new();
    let file = kiln.write("kiln.toml", "[search]\ncount_max = 2000\n");
    let server = kiln.serve(&["--settings", &file]);
    let (code, out, err) = kiln.run("settings", &[]);
    assert_eq!(code, 0, "{err}");
    let has = |line: &str| assert!(out.lines().any(|it| it == line), "{line}\n{out}");
    has("count_max = 2000 # kiln.toml");
    has("count_default = 50 # default");
    has("listen = \"127.0.0.1:0\" # --listen");
    assert_eq!(server.stop(), 0);
    assert!(kiln.run("settings", &[]).1.contains("count_max = 1000 # default"));
}

#[test]
fn a_settings_file_is_checked_with_what_it_names() {
    let kiln = Kiln::new();
    let good = kiln.write("good.toml", "[search]\ncount_max = 2000\n");
    let (code, out, _) = kiln.alone(&["settings", "check", &good]);
    assert!(code == 0 && out.contains("is fine"), "{out}");
    let (certificate, key) = kiln.certificate("a");
    let tls = format!("[tls]\ncertificate_file = \"{certificate}\"\nkey_file = \"{key}\"\n");
    let file = kiln.write("tls.toml", &tls);
    assert_eq!(kiln.alone(&["settings", "check", &file]).0, 0);
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let (code, _, err) = kiln.alone(&["settings", "check", &file]);
    assert!(code == 3 && err.contains("chmod 600"), "{err}");
    let (code, _, err) = kiln.run("serve", &["--settings", &file]);
    assert!(code == 3 && err.contains("chmod 600"), "{err}");
    let odd = kiln.write("odd.toml", "[tls]\ncertificate = \"x\"\n");
    let (code, _, err) = kiln.alone(&["settings", "check", &odd]);
    assert!(code == 3 && err.contains("line 2, column 1"), "{err}");
}

#[test]
fn keys_are_made_listed_and_revoked_while_a_server_runs() {
    let kiln = Kiln::new();
    let server = kiln.serve(&[]);
    let event = generated(1);
    assert!(server.post(&event, "").starts_with("HTTP/1.1 201"), "it is open");
    let (code, out, err) = kiln
        .run("key", &["add", "--role", "writer", "--label", "his", "--expires", "1d", "--json"]);
    assert_eq!(code, 0, "{err}");
    let added = json(&out);
    let (key, id) = (added["key"].as_str().unwrap(), added["id"].as_str().unwrap());
    assert!(key.starts_with("kiln_") && key.contains(id), "{key}");
    let bearer = format!("Authorization: Bearer {key}\r\n");
    // A key ends the open mode: from now on everybody needs one.
    until(|| server.post(&event, "").starts_with("HTTP/1.1 401"));
    let kept = server.post(&event, &bearer);
    assert!(kept.starts_with("HTTP/1.1 201"), "{kept}");
    let read = server.get("/fhir/r4/AuditEvent", &bearer);
    assert!(read.starts_with("HTTP/1.1 403"), "a writer reads: {read}");
    let listed = kiln.run("key", &["list"]).1;
    assert!(listed.contains(id) && listed.contains("his") && !listed.contains(key), "{listed}");
    let (code, _, err) = kiln.run("key", &["revoke", id]);
    assert_eq!(code, 0, "{err}");
    until(|| server.post(&event, &bearer).starts_with("HTTP/1.1 401"));
    assert!(server.post(&event, "").starts_with("HTTP/1.1 401"), "it is open again");
    let listed = json(&kiln.run("key", &["list", "--json"]).1);
    assert_eq!((&listed["id"], &listed["state"]), (&added["id"], &"revoked".into()));
    assert_eq!(server.stop(), 0);
    for (arguments, says) in [
        (&["revoke", "aaaaaaaaaaaaaaaa"][..], "no key with this id"),
        (&["revoke", "nonsense"], "kiln key list"),
        (&["add", "--role", "patient"], "token"),
        (&["add", "--role", "king"], "role"),
        (&["add", "--role", "reader", "--expires", "2001-01-01"], "expired"),
        (&["add", "--role", "reader", "--expires", "soon"], "write a date"),
    ] {
        let (code, _, err) = kiln.run("key", arguments);
        assert!(code == 3 && err.contains(says), "{arguments:?}: {err}");
    }
}

#[test]
fn a_first_key_is_shown_once() {
    let kiln = Kiln::new();
    let server = kiln.serve(&["--first-key"]);
    let key = server.greeting.lines().find_map(|line| line.trim().strip_prefix("kiln_"));
    let bearer = format!("Authorization: Bearer kiln_{}\r\n", key.expect("a key is shown"));
    assert!(server.get("/fhir/r4/AuditEvent", "").starts_with("HTTP/1.1 401"));
    assert!(server.get("/fhir/r4/AuditEvent", &bearer).starts_with("HTTP/1.1 200"));
    assert!(server.get("/metrics", &bearer).starts_with("HTTP/1.1 200"));
    assert_eq!(server.stop(), 0);
    let listed = json(&kiln.run("key", &["list", "--json"]).1);
    assert_eq!(listed["role"], "admin");
    assert!(listed["expires"].is_string(), "{listed}");
    let server = kiln.serve(&["--first-key"]);
    assert!(!server.greeting.contains("kiln_"), "{}", server.greeting);
    assert_eq!(server.stop(), 0);
}

#[test]
fn others_are_let_near_once_they_are_known_and_nobody_reads_along() {
    let kiln = Kiln::new();
    let anywhere = ["--listen", "0.0.0.0:0"];
    let file = kiln.write("proxy.toml", "[tls]\nbehind_proxy = true\n");
    let (code, _, err) = kiln.run("serve", &["--listen", "127.0.0.1:0", "--settings", &file]);
    assert!(code == 3 && err.contains("no identity"), "a proxy's clients are strangers: {err}");
    assert_eq!(kiln.run("key", &["add", "--role", "admin"]).0, 0);
    let (code, _, err) = kiln.run("serve", &anywhere);
    assert!(code == 3 && err.contains("there is no TLS"), "{err}");
    let (certificate, key) = kiln.certificate("a");
    let tls = format!("[tls]\ncertificate_file = \"{certificate}\"\nkey_file = \"{key}\"\n");
    for settings in [tls.as_str(), "[tls]\nbehind_proxy = true\n"] {
        let file = kiln.write("kiln.toml", settings);
        let server = kiln.serve(&["--listen", "0.0.0.0:0", "--settings", &file]);
        assert_eq!(server.stop(), 0, "{settings}");
    }
}

/// Renewed by whatever renews them: the files change, and nobody is told but for SIGHUP.
#[test]
fn a_renewed_certificate_is_shown_without_a_restart() {
    let kiln = Kiln::new();
    let (certificate, key) = kiln.certificate("live");
    let tls = format!("[tls]\ncertificate_file = \"{certificate}\"\nkey_file = \"{key}\"\n");
    let file = kiln.write("kiln.toml", &tls);
    let server = kiln.serve(&["--settings", &file]);
    let first = server.certificate();
    let replace = |name: &str, with: &str| {
        let bytes = std::fs::read(with).unwrap();
        std::fs::write(name, bytes).unwrap();
    };
    let (renewed, renewed_key) = kiln.certificate("renewed");
    replace(&certificate, &renewed);
    replace(&key, &renewed_key);
    until(|| server.certificate() != first);
    let second = server.certificate();
    // Another certificate without its key: what was there goes on, through SIGHUP too.
    let (odd, odd_key) = kiln.certificate("odd");
    replace(&certificate, &odd);
    server.hang_up();
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(server.certificate(), second);
    replace(&key, &odd_key);
    server.hang_up();
    until(|| server.certificate() != second);
    assert_eq!(server.stop(), 0);
}

/// Only root can be another user here, and only where there is one.
#[test]
fn another_user_of_the_machine_gets_nothing_from_the_socket() {
    let kiln = Kiln::new();
    let mut command = std::process::Command::new("id");
    if command.arg("-u").output().unwrap().stdout != b"0\n" {
        use std::io::Write as _;
        writeln!(std::io::stderr(), "SKIPPED: only root can try it as another user").unwrap();
        return;
    }
    let server = kiln.serve(&[]);
    let socket = kiln.path("data").join("kiln.sock");
    assert_eq!(std::fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o600);
    // As if somebody had opened all of it to everybody: the kernel still says who comes.
    for path in [kiln.path(""), kiln.path("data"), socket.clone()] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o777)).unwrap();
    }
    let ask = |uid: u32| {
        let mut command = std::process::Command::new("curl");
        command.args(["-s", "--max-time", "10", "--unix-socket"]).arg(&socket);
        command.arg("http://localhost/fhir/r4/AuditEvent").uid(uid).gid(uid);
        command.output().unwrap()
    };
    assert!(ask(0).stdout.starts_with(b"{"), "root is answered");
    let refused = ask(65534);
    assert!(!refused.status.success() && refused.stdout.is_empty(), "{refused:?}");
    assert_eq!(server.stop(), 0);
}
