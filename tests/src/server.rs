//! The real binary: built, started, asked, ended.
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use crate::http::{Request, Response, send};

/// A running Kiln with its data in a folder.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Where it listens on 127.0.0.1.
    pub port: u16,
    /// Everything it printed before it was ready.
    pub greeting: String,
    /// Removed in the end, unless the folder is somebody else's.
    folder: Option<tempfile::TempDir>,
}

impl Server {
    /// Starts with an empty data folder of its own.
    ///
    /// # Errors
    /// When the program cannot be built or does not say where it listens.
    pub fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut server = Self::start_in(folder.path())?;
        server.folder = Some(folder);
        Ok(server)
    }

    /// Starts with its data in `folder`, which stays when the server ends.
    ///
    /// # Errors
    /// When the program cannot be built or does not say where it listens.
    pub fn start_in(folder: &Path) -> Result<Self> {
        let mut command = kiln()?;
        command.arg("serve");
        Self::spawn(command, folder)
    }

    /// Starts with an empty data folder of its own and a settings file that says `settings`.
    ///
    /// # Errors
    /// When the program cannot be built or refuses the settings.
    pub fn start_with(settings: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut file = tempfile::NamedTempFile::new_in(folder.path())?;
        file.write_all(settings.as_bytes())?;
        let mut command = kiln()?;
        command.args(["serve", "--settings"]).arg(file.path());
        let mut server = Self::spawn(command, &folder.path().join("data"))?;
        server.folder = Some(folder);
        Ok(server)
    }

    /// Starts with its data in `folder` and this settings file, both of which stay.
    ///
    /// # Errors
    /// When the program cannot be built or refuses the settings.
    pub fn start_in_with(folder: &Path, settings: &Path) -> Result<Self> {
        let mut command = kiln()?;
        command.args(["serve", "--settings"]).arg(settings);
        Self::spawn(command, folder)
    }

    /// Starts as the child of `wrapper`, a program that runs what follows its arguments and takes
    /// the same process for it (`strace -D`).
    ///
    /// # Errors
    /// When the program cannot be built or does not say where it listens.
    pub fn start_wrapped(wrapper: &str, arguments: &[&str], folder: &Path) -> Result<Self> {
        let mut command = Command::new(wrapper);
        command.args(arguments).arg(kiln()?.get_program()).arg("serve");
        Self::spawn(command, folder)
    }

    fn spawn(mut command: Command, folder: &Path) -> Result<Self> {
        command.args(["--listen", "127.0.0.1:0", "--data"]).arg(folder);
        let (child, port, greeting) = listening(command)?;
        Ok(Self { child, port, greeting, folder: None })
    }

    /// `http://127.0.0.1:PORT`
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// One request over a connection of its own.
    ///
    /// # Errors
    /// When no whole answer comes.
    pub fn send(&self, request: &Request) -> Result<Response> {
        send(self.port, request)
    }

    /// The answer to a GET as JSON.
    ///
    /// # Errors
    /// When the answer is not 200 with JSON.
    pub fn get(&self, target: &str) -> Result<serde_json::Value> {
        let response = self.send(&Request::new("GET", target))?;
        if response.status != 200 {
            bail!("GET {target}: {} {}", response.status, response.text());
        }
        response.json()
    }

    /// `kill -9`: no time to tidy up.
    ///
    /// # Errors
    /// When the process is not ours to end.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _killed = self.child.kill();
        let _status = self.child.wait();
        drop(self.folder.take());
    }
}

/// Starts a program that says where it listens; what it says later is read and dropped.
///
/// # Errors
/// When it ends before.
pub fn listening(mut command: Command) -> Result<(Child, u16, String)> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let mut stdout = BufReader::new(child.stdout.take().context("no standard output")?);
    let (port, greeting) = match read_port(&mut stdout) {
        Ok(found) => found,
        Err(error) => {
            child.kill()?;
            return Err(error);
        }
    };
    // Somebody has to read on, or a full pipe would stop the server.
    std::thread::spawn(move || {
        let mut rest = Vec::new();
        stdout.read_to_end(&mut rest)
    });
    Ok((child, port, greeting))
}

/// The program, ready for arguments: `KILN_BIN`, or built by cargo once.
///
/// # Errors
/// When cargo cannot build it.
pub fn kiln() -> Result<Command> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let binary = BUILT.get_or_init(|| match std::env::var_os("KILN_BIN") {
        Some(binary) => Ok(PathBuf::from(binary)),
        None => build().map_err(|error| format!("{error:#}")),
    });
    match binary {
        Ok(binary) => Ok(Command::new(binary)),
        Err(error) => bail!("{error}"),
    }
}

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn build() -> Result<PathBuf> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(cargo);
    command.args(["build", "--package", "kiln", "--message-format", "json-render-diagnostics"]);
    let output = command.current_dir(root()).stderr(Stdio::inherit()).output()?;
    let messages = String::from_utf8_lossy(&output.stdout).into_owned();
    let values = messages.lines().filter_map(|line| serde_json::from_str(line).ok());
    let mut paths = values.filter_map(|message: serde_json::Value| {
        Some(PathBuf::from(message["executable"].as_str()?))
    });
    paths.next().with_context(|| format!("cargo build --package kiln: {}", output.status))
}

fn read_port(stdout: &mut impl BufRead) -> Result<(u16, String)> {
    let mut greeting = String::new();
    loop {
        let start = greeting.len();
        if stdout.read_line(&mut greeting)? == 0 {
            bail!("kiln ended before it said where it listens; it printed:\n{greeting}");
        }
        let Some((_, address)) = greeting[start..].split_once("listening on http://127.0.0.1:")
        else {
            continue;
        };
        let digits: String = address.chars().take_while(char::is_ascii_digit).collect();
        return Ok((digits.parse().context("a port that is no number")?, greeting));
    }
}
