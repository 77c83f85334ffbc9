//! The real binary over a data folder of its own, and a server of it.
use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    time::Duration,
};
use tempfile::TempDir;

/// A data folder and the commands on it.
pub(crate) struct Kiln {
    folder: TempDir,
}

impl Kiln {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn data(&self) -> String {
        self.path("data").to_str().unwrap().to_owned()
    }

    /// Writes a file; returns its path.
    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// A certificate of `localhost` that signs itself, and its key: their files.
    pub(crate) fn certificate(&self, name: &str) -> (String, String) {
        let signed = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let certificate = self.write(&format!("{name}.crt"), &signed.cert.pem());
        let path = self.path(&format!("{name}.key"));
        let mut options = std::fs::OpenOptions::new();
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.write(true).create(true).truncate(true).open(&path).unwrap();
        file.write_all(signed.signing_key.serialize_pem().as_bytes()).unwrap();
        (certificate, path.to_str().unwrap().to_owned())
    }

    pub(crate) fn command(&self, subcommand: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kiln"));
        command.arg(subcommand).args(arguments).arg("--data").arg(self.path("data"));
        command
    }

    /// Exit code, stdout, stderr.
    pub(crate) fn run(&self, subcommand: &str, arguments: &[&str]) -> (i32, String, String) {
        parts(&self.command(subcommand, arguments).output().unwrap())
    }

    /// The same without `--data`.
    pub(crate) fn alone(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kiln"));
        parts(&command.args(arguments).current_dir(self.folder.path()).output().unwrap())
    }

    /// A server, on a free port unless the arguments name one.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Server {
        self.started(self.command("serve", arguments), arguments)
    }

    /// The server that this command starts.
    pub(crate) fn started(&self, mut command: Command, arguments: &[&str]) -> Server {
        if !arguments.contains(&"--listen") {
            command.args(["--listen", "127.0.0.1:0"]);
        }
        let told = self.path("told");
        let out = std::fs::File::create(&told).unwrap();
        let process = command.stdout(out).spawn().unwrap();
        let mut server = Server { process, port: 0, greeting: String::new() };
        // What a server greets with is written at once.
        while server.greeting.is_empty() {
            assert!(server.process.try_wait().unwrap().is_none(), "the server has ended");
            std::thread::sleep(Duration::from_millis(20));
            server.greeting = std::fs::read_to_string(&told).unwrap();
        }
        let address = server.greeting.lines().next().unwrap();
        server.port = address.rsplit_once(':').unwrap().1.parse().unwrap();
        server
    }
}

fn parts(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

pub(crate) struct Server {
    process: Child,
    pub(crate) port: u16,
    pub(crate) greeting: String,
}

impl Server {
    fn ask(&self, method: &str, path: &str, fields: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let (port, length) = (self.port, body.len());
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\
             Content-Length: {length}\r\n{fields}\r\n{body}"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    pub(crate) fn get(&self, path: &str, fields: &str) -> String {
        self.ask("GET", path, fields, "")
    }

    /// Creates an R4 event.
    pub(crate) fn post(&self, event: &str, fields: &str) -> String {
        let fields = format!("{fields}Content-Type: application/fhir+json\r\n");
        self.ask("POST", "/fhir/r4/AuditEvent", &fields, event)
    }

    /// The certificate that it shows.
    pub(crate) fn certificate(&self) -> Vec<u8> {
        let mut command = Command::new("openssl");
        command.args(["s_client", "-connect", &format!("127.0.0.1:{}", self.port)]);
        let output = command.stdin(Stdio::null()).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let (_, rest) = text.split_once("BEGIN CERTIFICATE").unwrap();
        rest.split_once("END CERTIFICATE").unwrap().0.as_bytes().to_vec()
    }

    fn signal(&self, name: &str) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
    }

    /// SIGHUP.
    pub(crate) fn hang_up(&self) {
        self.signal("-HUP");
    }

    /// SIGTERM, as an operator stops it; the exit code.
    pub(crate) fn stop(mut self) -> i32 {
        self.signal("-TERM");
        self.process.wait().unwrap().code().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// R4 events, one a line.
pub(crate) fn generated(count: u32) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kiln"));
    let output = command.args(["generate", "--count", &count.to_string()]).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Waits until it is so.
pub(crate) fn until(is_so: impl Fn() -> bool) {
    for _ in 0..200 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(is_so(), "it does not become so");
}
