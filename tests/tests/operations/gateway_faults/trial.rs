//! A gateway before an upstream, its clients, and what has to hold whatever happens to it.
use super::log::Log;
use super::upstream::{Does, MARK, Upstream};
use crate::program::{self, Running, kept_within};
use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, RandomState};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Barrier};
use std::time::Duration;

/// Longer than anything here should take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// What the gateway answers where it cannot record.
const NOT_RECORDED: u16 = 503;

pub(crate) struct Trial {
    pub(crate) name: &'static str,
    pub(crate) upstream: Upstream,
    pub(crate) log: Arc<Log>,
    pub(crate) data: PathBuf,
    settings: String,
    /// Where the gateway listens.
    port: u16,
    running: Option<Running>,
}

/// What came back to a client.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) request_id: String,
    /// `None`: nothing came.
    pub(crate) status: Option<u16>,
    /// Whether its record was in the log when its first byte came.
    is_recorded: bool,
    /// Whether it shows anything of the upstream's answer.
    is_shown: bool,
}

/// What became of all requests.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    pub(crate) seen: usize,
    pub(crate) intents: usize,
    /// By ending.
    pub(crate) outcomes: BTreeMap<String, usize>,
    /// By status.
    pub(crate) answers: BTreeMap<u16, usize>,
    pub(crate) without_answer: usize,
}

impl Figures {
    pub(crate) fn ending(&self, name: &str) -> usize {
        self.outcomes.get(name).copied().unwrap_or_default()
    }

    pub(crate) fn status(&self, status: u16) -> usize {
        self.answers.get(&status).copied().unwrap_or_default()
    }

    pub(crate) fn successes(&self) -> usize {
        self.status(200) + self.status(201)
    }
}

impl Trial {
    /// With more settings, the first of them the gateway's.
    pub(crate) fn start(name: &'static str, data: &Path, does: Does, more: &str) -> Self {
        let log = Arc::new(Log::of(data));
        let upstream = Upstream::start(&log, does);
        let port = upstream.port;
        Self::before(name, data, (upstream, port), log, more)
    }

    /// Before a server at this port, and not the one that writes down.
    pub(crate) fn elsewhere(name: &'static str, data: &Path, port: u16) -> Self {
        let log = Arc::new(Log::of(data));
        let upstream = Upstream::start(&log, Does::Answer);
        Self::before(name, data, (upstream, port), log, "")
    }

    fn before(
        name: &'static str,
        data: &Path,
        (upstream, behind): (Upstream, u16),
        log: Arc<Log>,
        more: &str,
    ) -> Self {
        let (port, data) = (free_port(), data.to_owned());
        let late = if more.contains("answer_timeout_seconds") { "" } else { LATE };
        let settings = format!(
            "[gateway]\nupstream = \"http://127.0.0.1:{behind}/fhir\"\n\
             listen = \"127.0.0.1:{port}\"\n{late}\n{more}\n"
        );
        let running = Some(program::start(&data, &settings));
        Self { name, upstream, log, data, settings, port, running }
    }

    pub(crate) fn running(&self) -> &Running {
        self.running.as_ref().unwrap()
    }

    /// All of these requests at once, each on a connection of its own; `at_first_byte` is called
    /// for each answer that begins.
    pub(crate) fn ask(
        &self,
        numbers: Range<usize>,
        at_first_byte: impl Fn() + Sync,
    ) -> Vec<Answer> {
        let (port, together) = (self.port, Barrier::new(numbers.len()));
        let (together, at_first_byte) = (&together, &at_first_byte);
        std::thread::scope(|scope| {
            let clients: Vec<_> = numbers
                .map(|number| {
                    scope.spawn(move || {
                        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
                        together.wait();
                        self.ask_one(stream, number, at_first_byte)
                    })
                })
                .collect();
            clients.into_iter().map(|client| client.join().unwrap()).collect()
        })
    }

    fn ask_one(&self, stream: TcpStream, number: usize, at_first_byte: &impl Fn()) -> Answer {
        let (request_id, request) = request(number, self.port);
        let mut answer = Answer { request_id, ..Answer::default() };
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut stream = BufReader::new(stream);
        if stream.get_mut().write_all(&request).is_err() {
            return answer;
        }
        // Reads no more than has come.
        let is_begun = stream.fill_buf().is_ok_and(|some| !some.is_empty());
        if !is_begun {
            return answer;
        }
        at_first_byte();
        let intent = self.log.intent(&answer.request_id);
        answer.is_recorded = intent.is_some_and(|it| it.is_streamed || !it.endings.is_empty());
        let mut bytes = Vec::new();
        // An answer may be cut.
        let _read = stream.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes);
        let status = text.split(' ').nth(1).and_then(|code| code.parse().ok());
        // Bytes that are no whole answer are an answer too.
        answer.status = Some(status.unwrap_or_default());
        answer.is_shown = text.contains(MARK);
        answer
    }

    /// `strace` on all threads of the server, with this in each such call.
    pub(crate) fn inject(&self, inject: &str) -> Injected {
        let mut strace = Command::new("strace");
        strace.args(["-f", "-o", "/dev/null", "-e", &format!("inject={inject}")]);
        strace.args(["-p", &self.running().process]).stdin(Stdio::null()).stderr(Stdio::piped());
        let mut strace = strace.spawn().unwrap();
        let mut told = String::new();
        let mut stderr = BufReader::new(strace.stderr.take().unwrap());
        while !told.contains("attached") {
            assert_ne!(stderr.read_line(&mut told).unwrap(), 0, "strace: {told}");
        }
        // Somebody has to read on.
        std::thread::spawn(move || stderr.read_to_end(&mut Vec::new()));
        Injected(strace)
    }

    /// `kill -9`
    pub(crate) fn kill(&self) {
        let process = &self.running().process;
        let _dead_already = Command::new("kill").args(["-KILL", process]).output().unwrap();
    }

    /// Starts again after a kill; what was left open is settled as soon as it may be.
    pub(crate) fn restart(&mut self) {
        let running = self.running.take().unwrap();
        running.server.kill().unwrap();
        self.settings = self.settings.replace(LATE, SOON);
        self.running = Some(program::start(&self.data, &self.settings));
    }

    /// Waits until everything has an outcome, and checks all that must hold.
    pub(crate) fn finish(self, answers: &[Answer]) -> Figures {
        kept_within(PATIENCE, || {
            self.log.intents().iter().all(|it| !it.endings.is_empty()).then_some(())
        });
        let intents = self.log.intents();
        let (seen, mut figures) = (self.upstream.seen(), Figures::default());
        figures.seen = self.upstream.asked();
        figures.intents = intents.len();
        for intent in &intents {
            assert_eq!(intent.endings.len(), 1, "{}: {intent:?}", self.name);
            *figures.outcomes.entry(intent.endings[0].clone()).or_default() += 1;
        }
        let early: Vec<_> = seen.iter().filter(|seen| !seen.is_intended).collect();
        assert!(early.is_empty(), "{}: seen before its intent: {early:?}", self.name);
        let ids = || intents.iter().map(|intent| intent.request_id.as_str());
        let asked: Vec<_> = seen.iter().map(|seen| seen.request_id.as_str()).collect();
        assert_eq!(unintended(&asked, ids()), [""; 0], "{}: without an intent", self.name);
        for answer in answers {
            match answer.status {
                None => figures.without_answer += 1,
                Some(status) => *figures.answers.entry(status).or_default() += 1,
            }
            self.check_answer(answer);
        }
        self.check_events(ids());
        println!("{}: {figures:?}", self.name);
        figures
    }

    fn check_answer(&self, answer: &Answer) {
        match answer.status {
            None => {}
            Some(NOT_RECORDED) => assert!(!answer.is_shown, "{}: {answer:?}", self.name),
            Some(_) => assert!(answer.is_recorded, "{}: {answer:?}", self.name),
        }
    }

    /// Each request that was intended has its event, which a search finds.
    fn check_events<'a>(&self, intended: impl Iterator<Item = &'a str>) {
        let all = "/fhir/r4/AuditEvent?_count=1000";
        let bundle = self.running().server.get(all).unwrap();
        let entries = bundle["entry"].as_array().unwrap().iter();
        let told: Vec<_> = entries.map(ToString::to_string).collect();
        for id in intended {
            let id = format!("\"{id}\"");
            assert!(
                told.iter().any(|event| event.contains(&id)),
                "{}: no event of {id}",
                self.name
            );
        }
    }
}

/// Those of the requests that were seen for which nothing was intended.
pub(crate) fn unintended<'a>(
    seen: &[&'a str],
    intended: impl Iterator<Item = &'a str>,
) -> Vec<&'a str> {
    let intended: Vec<_> = intended.collect();
    seen.iter().copied().filter(|id| !intended.contains(id)).collect()
}

/// A system call that fails, as long as this is there.
pub(crate) struct Injected(Child);

impl Drop for Injected {
    fn drop(&mut self) {
        // It lets go of the server first, which it would not if it were killed.
        let _told = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status();
        let _ended = self.0.wait();
    }
}

const LATE: &str = "answer_timeout_seconds = 20";
const SOON: &str = "answer_timeout_seconds = 1";
/// Below those that systems give to whoever asks for any.
const PORTS: Range<u16> = 20_000..32_000;

/// A port that nobody listens at.
fn free_port() -> u16 {
    let drawn = || RandomState::new().hash_one(0) % u64::from(PORTS.end - PORTS.start);
    let mut ports = std::iter::repeat_with(|| PORTS.start + u16::try_from(drawn()).unwrap());
    ports.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).unwrap()
}

/// One of GET, PUT and POST, with an id of its own.
fn request(number: usize, port: u16) -> (String, Vec<u8>) {
    let method = ["GET", "PUT", "POST"][number % 3];
    let id = format!("{}-{number}", method.to_ascii_lowercase());
    let below = if method == "POST" { String::new() } else { format!("/{id}") };
    let body = match method {
        "GET" => String::new(),
        "PUT" => format!(r#"{{"resourceType":"Patient","id":"{id}"}}"#),
        _ => r#"{"resourceType":"Patient"}"#.to_owned(),
    };
    let request = format!(
        "{method} /fhir/Patient{below} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\
         X-Request-Id: {id}\r\nContent-Type: application/fhir+json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    (id, request.into_bytes())
}
