//! The command line of the real binary: help, settings, exit codes.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may fail")]

use kiln_evidence::{
    Algorithm, Checkpoint, Ed25519Signer, Hash, KeyName, Signer as _, Tree, TreeSize, VerifierKey,
};
use std::process::{Command, Output};
use tempfile::TempDir;

fn kiln(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kiln")).args(arguments).output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn every_subcommand_shows_an_example() {
    const ALONE: [&str; 8] =
        ["serve", "import", "export", "generate", "bench", "fsck", "settings", "witness"];
    for subcommand in ALONE {
        let output = kiln(&[subcommand, "--help"]);
        assert_eq!(code(&output), 0, "{subcommand}");
        let example = format!("kiln {subcommand}");
        let text = stdout(&output);
        let (_, after) = text.split_once("Example").expect(subcommand);
        assert!(after.contains(&example) || after.contains("kiln import -"), "{text}");
    }
    for what in ["event", "consistency", "bundle", "store"] {
        let text = stdout(&kiln(&["verify", what, "--help"]));
        let (_, after) = text.split_once("Example").expect(what);
        assert!(after.contains(&format!("kiln verify {what}")), "{text}");
    }
}

#[test]
fn what_is_not_understood_ends_with_3() {
    for arguments in [&["sevre"][..], &["generate", "--count", "many"], &["import"], &[]] {
        let output = kiln(arguments);
        assert_eq!(code(&output), 3, "{arguments:?}");
        assert!(stderr(&output).contains("--help") || stderr(&output).contains("Usage"));
    }
}

#[test]
fn the_version_is_told() {
    let output = kiln(&["--version"]);
    assert_eq!(
        (code(&output), stdout(&output).trim()),
        (0, concat!("kiln ", env!("CARGO_PKG_VERSION")))
    );
}

#[test]
fn the_printed_settings_can_be_used() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("kiln.toml");
    let printed = kiln(&["settings"]);
    std::fs::write(&file, &printed.stdout).unwrap();
    let again = kiln(&["settings", "--settings", file.to_str().unwrap()]);
    assert_eq!(code(&again), 0, "{}", stderr(&again));
    assert!(stdout(&printed).contains("listen = \"127.0.0.1:8080\" # default"));
    assert_eq!(stdout(&printed).replace("# default", "# kiln.toml"), stdout(&again));
}

#[test]
fn a_wrong_settings_file_is_told_with_line_and_column() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("kiln.toml");
    std::fs::write(&file, "[server]\nconections_max = 5\n").unwrap();
    let output = kiln(&["serve", "--settings", file.to_str().unwrap()]);
    assert_eq!(code(&output), 3);
    let text = stderr(&output);
    assert!(text.contains("line 2, column 1") && text.contains("conections_max"), "{text}");
}

#[test]
fn an_address_that_others_reach_is_refused_before_anything_is_made() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:8080"] {
        let output = kiln(&["serve", "--data", data.to_str().unwrap(), "--listen", address]);
        assert_eq!(code(&output), 3, "{address}");
        assert!(stderr(&output).contains("no identity is configured"), "{}", stderr(&output));
        assert!(!data.try_exists().unwrap());
    }
}

#[test]
fn generated_events_are_the_same_for_the_same_seed() {
    let arguments = ["generate", "--count", "50", "--seed", "9"];
    let first = kiln(&arguments);
    assert_eq!(code(&first), 0);
    assert_eq!(stdout(&first).lines().count(), 50);
    assert_eq!(first.stdout, kiln(&arguments).stdout);
    assert_ne!(first.stdout, kiln(&["generate", "--count", "50", "--seed", "10"]).stdout);
    let later = kiln(&["generate", "--count", "1", "--release", "r5", "--start", "2026-03-01"]);
    assert!(
        stdout(&later).contains("\"occurredDateTime\":\"2026-03-01T00:00:0"),
        "{}",
        stdout(&later)
    );
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let mut command = Command::new("sh");
    let kiln = env!("CARGO_BIN_EXE_kiln");
    let pipe = format!("{{ {kiln} generate --count 20000; echo $? >&2; }} | head -n 1");
    let output = command.args(["-c", &pipe]).output().unwrap();
    assert_eq!(stderr(&output).trim(), "0");
}

#[test]
fn a_file_or_a_folder_that_is_not_there_ends_with_3() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let import = kiln(&["import", "--data", data, "no-such-file.ndjson"]);
    assert_eq!(code(&import), 3);
    assert!(stderr(&import).contains("no-such-file.ndjson"), "{}", stderr(&import));
    for subcommand in ["export", "fsck"] {
        let output = kiln(&[subcommand, "--data", data]);
        assert_eq!(code(&output), 3, "{subcommand}");
        assert!(stderr(&output).contains("holds no Kiln data"), "{}", stderr(&output));
    }
}

/// `kiln verify … | head -1` in a script that looks at exit codes.
#[test]
fn what_is_tampered_is_not_ok_when_nobody_reads_the_verdict() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("bundle.zip");
    std::fs::write(&file, "no bundle").unwrap();
    let key = "kiln-audit.org/log/a24df339429441a33995d82a3ca5c75c\
        +91867cd6+Ad3z4ToE2aFGE0C8dBAz4QijM4qflnzVm0zrhLPBSHKP";
    let verify = |out: std::process::Stdio| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kiln"));
        command.args(["verify", "bundle"]).arg(&file).args(["--key", key]).stdout(out);
        command.status().unwrap().code()
    };
    assert_eq!(verify(std::process::Stdio::null()), Some(1));
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    assert_eq!(verify(writer.into()), Some(3));
}

/// Any log begins with the empty one, and no proof says so.
#[test]
fn every_log_begins_with_the_empty_one() {
    let folder = TempDir::new().unwrap();
    let origin: KeyName = "log.example/a".parse().unwrap();
    let signer = Ed25519Signer::from_seed([3; 32]);
    let key = VerifierKey::new(origin.clone(), Algorithm::Ed25519, signer.public_key()).unwrap();
    let note = |name: &str, size: u64, root: Hash| {
        let checkpoint = Checkpoint { origin: origin.clone(), size: TreeSize(size), root };
        let path = folder.path().join(name);
        std::fs::write(&path, checkpoint.sign(&signer).unwrap().to_string()).unwrap();
        path
    };
    let empty = note("empty", 0, Tree::default().root());
    let odd = note("odd", 0, Hash([1; 32]));
    let later = note("later", 7, Hash([7; 32]));
    let proof = folder.path().join("proof");
    std::fs::write(&proof, "").unwrap();
    let check = |old: &std::path::Path, new: &std::path::Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kiln"));
        command.args(["verify", "consistency"]).args([old, new, &proof]);
        command.args(["--key", &key.to_string()]).output().unwrap().status.code()
    };
    assert_eq!([check(&empty, &later), check(&empty, &empty)], [Some(0); 2]);
    let wrong = [check(&odd, &later), check(&odd, &odd), check(&empty, &odd), check(&odd, &empty)];
    assert_eq!(wrong, [Some(1); 4]);
    assert_eq!(check(&later, &empty), Some(1), "it has become smaller");
}
