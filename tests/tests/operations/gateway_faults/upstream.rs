//! A FHIR server of a few lines that does as it is told, and writes down what it saw.
use super::log::Log;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// Stands in each of its answers, and nowhere else.
pub(crate) const MARK: &str = "what only the server behind knows";
const LONG: usize = 60_000;

/// What it does with a request, once it was seen.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Does {
    /// Answers.
    Answer,
    /// 500
    Fail,
    /// Answers after so long.
    Wait(Duration),
    /// Answers when the gate is opened.
    Hold,
    /// Ends the connection after a half of the answer.
    Cut,
    /// The same, in a long answer.
    CutLong,
}

/// A request that it saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) request_id: String,
    /// Whether its intent was in the log at that moment.
    pub(crate) is_intended: bool,
}

impl Seen {
    /// Whether it is what a client asked, and no question of the gateway's own.
    pub(crate) fn is_asked(&self) -> bool {
        self.request_id.starts_with(&self.method.to_ascii_lowercase())
    }
}

pub(crate) struct Upstream {
    pub(crate) port: u16,
    state: Arc<State>,
}

struct State {
    log: Arc<Log>,
    does: Mutex<Does>,
    seen: Mutex<Vec<Seen>>,
    is_open: Mutex<bool>,
    opened: Condvar,
}

impl Upstream {
    /// Listens until the tests end.
    pub(crate) fn start(log: &Arc<Log>, does: Does) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State {
            log: Arc::clone(log),
            does: Mutex::new(does),
            seen: Mutex::default(),
            is_open: Mutex::new(false),
            opened: Condvar::new(),
        });
        let serving = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, state) = (stream.unwrap(), Arc::clone(&serving));
                // A client that is killed ends its connection in the middle.
                std::thread::spawn(move || drop(state.serve(stream)));
            }
        });
        Self { port, state }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.state.seen.lock().unwrap().clone()
    }

    /// How many requests of clients it saw.
    pub(crate) fn asked(&self) -> usize {
        self.seen().iter().filter(|seen| seen.is_asked()).count()
    }

    /// Lets all go on that are held, and answers what comes later.
    pub(crate) fn open(&self) {
        *self.state.does.lock().unwrap() = Does::Answer;
        *self.state.is_open.lock().unwrap() = true;
        self.state.opened.notify_all();
    }
}

impl State {
    fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        let seen = self.receive(&mut stream)?;
        // What the gateway asks by itself is always answered.
        let does = if seen.is_asked() { *self.does.lock().unwrap() } else { Does::Answer };
        match does {
            Does::Wait(pause) => std::thread::sleep(pause),
            Does::Hold => {
                let is_open = self.is_open.lock().unwrap();
                drop(self.opened.wait_while(is_open, |is_open| !*is_open).unwrap());
            }
            _ => {}
        }
        let (answer, sent) = answer(&seen, does);
        stream.get_mut().write_all(&answer[..sent])
    }

    fn receive(&self, stream: &mut BufReader<TcpStream>) -> std::io::Result<Seen> {
        let first = line(stream)?;
        let (method, path) = first.split_once(' ').unwrap_or_default();
        let path = path.split(' ').next().unwrap_or_default();
        let (method, mut request_id) = (method.to_owned(), last(path).to_owned());
        let mut length = 0;
        loop {
            let field = line(stream)?;
            let Some((name, value)) = field.trim_end().split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().unwrap(),
                "x-request-id" => value.trim().clone_into(&mut request_id),
                _ => {}
            }
        }
        // Before anything else: this is the moment at which it is seen.
        let is_intended = self.log.intent(&request_id).is_some();
        let seen = Seen { method, request_id, is_intended };
        self.seen.lock().unwrap().push(seen.clone());
        stream.read_exact(&mut vec![0; length])?;
        Ok(seen)
    }
}

/// A whole line: a connection that ends before the end of a head has brought no request.
fn line(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let is_whole = line.ends_with('\n');
    is_whole.then_some(line).ok_or_else(|| std::io::ErrorKind::UnexpectedEof.into())
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// The bytes of an answer, and how many of them are sent.
fn answer(seen: &Seen, does: Does) -> (Vec<u8>, usize) {
    let Seen { method, request_id: id, .. } = seen;
    let text = if does == Does::CutLong { "x".repeat(LONG) } else { String::new() };
    let meta = r#"{"versionId":"3","lastUpdated":"2020-01-01T00:00:00Z"}"#;
    let body = format!(
        r#"{{"resourceType":"Patient","id":"{id}","meta":{meta},"language":"{MARK}{text}"}}"#
    );
    let status = match (does, method.as_str()) {
        (Does::Fail, _) => "500 Internal Server Error",
        (_, "POST") => "201 Created",
        _ => "200 OK",
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/fhir+json\r\nETag: W/\"3\"\r\n\
         Location: /fhir/Patient/{id}/_history/3\r\nConnection: close\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    let sent = match does {
        Does::Cut | Does::CutLong => head.len() + body.len() / 2,
        _ => head.len() + body.len(),
    };
    ((head + &body).into_bytes(), sent)
}
