//! The program's other subcommands, and a server with settings that can be stopped cleanly.
use kiln_tests::server::{Server, kiln};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

/// Longer than a clean stop may take.
const STOP_MAX: Duration = Duration::from_secs(20);

/// A server whose process is known.
pub(crate) struct Running {
    pub(crate) server: Server,
    pub(crate) process: String,
}

/// Starts with its data in `folder` and a settings file of this text.
pub(crate) fn start(folder: &Path, settings: &str) -> Running {
    let beside = tempfile::tempdir().unwrap();
    let (file, process) = (beside.path().join("kiln.toml"), beside.path().join("process"));
    write(&file, settings.as_bytes());
    let script = "echo $$ > \"$0\"; file=$1; shift; exec \"$@\" --settings \"$file\"";
    let (file, process) = (text(&file), text(&process));
    let server = Server::start_wrapped("sh", &["-c", script, &process, &file], folder).unwrap();
    let process = std::fs::read_to_string(process).unwrap().trim().to_owned();
    Running { server, process }
}

impl Running {
    /// SIGTERM, and waits until the folder is free again.
    pub(crate) fn stop(self, folder: &Path) {
        let told = Command::new("kill").args(["-TERM", &self.process]).status().unwrap();
        assert!(told.success(), "kill -TERM {}", self.process);
        let clean = folder.join("tenants/default/clean");
        let steps = STOP_MAX.as_millis() / 10;
        for _ in 0..steps {
            if clean.try_exists().unwrap() {
                return drop(self.server);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("no clean stop within {STOP_MAX:?}");
    }
}

/// `kiln SUBCOMMAND --data FOLDER ARGUMENTS…`, to its end.
pub(crate) fn run(subcommand: &str, folder: &Path, arguments: &[&str]) -> Output {
    let mut command = kiln().unwrap();
    command.arg(subcommand).arg("--data").arg(folder).args(arguments).output().unwrap()
}

/// What a program said, on both streams.
pub(crate) fn said(output: &Output) -> String {
    let streams = [&output.stdout, &output.stderr];
    streams.map(|bytes| String::from_utf8_lossy(bytes)).concat()
}

/// `kiln fsck` finds nothing wrong.
pub(crate) fn check(folder: &Path) {
    let output = run("fsck", folder, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
}

/// The files with this ending in a folder of the default tenant.
pub(crate) fn files(folder: &Path, below: &str, extension: &str) -> Vec<PathBuf> {
    let dir = folder.join("tenants/default").join(below);
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|it| it == extension)).collect();
    files.sort();
    files
}

/// A copy of a folder with everything in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), &target).unwrap();
            // What a checkout makes of a key is for everybody to read, and would be refused.
            keep_to_owner(&target);
        }
    }
}

/// As Kiln keeps its keys.
pub(crate) fn keep_to_owner(file: &Path) {
    let owners = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(file, owners).unwrap();
}

#[expect(clippy::disallowed_methods, reason = "a test prepares the disk")]
pub(crate) fn write(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).unwrap();
}

#[expect(clippy::disallowed_methods, reason = "a test looks at the disk")]
pub(crate) fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "a test damages the disk")]
pub(crate) fn remove(path: &Path) {
    std::fs::remove_file(path).unwrap();
}

pub(crate) fn text(path: &Path) -> String {
    path.to_str().expect("temporary folders have plain names").to_owned()
}

/// What `look` finds, as soon as it does.
pub(crate) fn kept_within<T>(most: Duration, look: impl Fn() -> Option<T>) -> T {
    let pause = Duration::from_millis(50);
    for _ in 0..most.as_millis() / pause.as_millis() {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(pause);
    }
    panic!("not within {most:?}");
}
