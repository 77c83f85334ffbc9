//! Three Kilns: one that takes the events, one that takes renderings only, one that keeps what the
//! first refuses.
use super::shape::{Format, Shape};
use crate::server::Server;
use anyhow::{Context, Result, ensure};
use kiln_tests::http::{Connection, Request, Response};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

/// Running until dropped.
pub(crate) struct Kilns {
    _servers: Vec<Server>,
    ports: [u16; 3],
}

/// Connections to the three.
pub(crate) struct Doors {
    pub(crate) first: Door,
    pub(crate) second: Door,
    pub(crate) keeping: Door,
}

/// A connection to one of them.
pub(crate) struct Door(Connection);

impl Kilns {
    /// Each with an empty data folder below `folder`.
    pub(crate) fn start(binary: &Path, folder: &Path) -> Result<Self> {
        let mut servers = Vec::new();
        let mut ports = [0; 3];
        for (number, port) in ports.iter_mut().enumerate() {
            *port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
            let place = folder.join(format!("kiln-{number}"));
            let keeps = number == 2;
            servers.push(Server::start(command(binary, &place, *port, keeps)?)?.0);
        }
        Ok(Self { _servers: servers, ports })
    }

    pub(crate) fn connect(&self) -> Result<Doors> {
        let [first, second, keeping] = self.ports.map(|port| Connection::open(port).map(Door));
        Ok(Doors { first: first?, second: second?, keeping: keeping? })
    }
}

#[expect(clippy::disallowed_methods, reason = "a work file of this program")]
fn command(binary: &Path, place: &Path, port: u16, keeps: bool) -> Result<Command> {
    std::fs::create_dir_all(place)?;
    let validation = if keeps { "keep" } else { "refuse" };
    let settings = place.join("settings.toml");
    std::fs::write(&settings, format!("[event]\nvalidation = \"{validation}\"\n"))?;
    let mut command = Command::new(binary);
    command.args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--settings"]);
    command.arg(settings).arg("--data").arg(place.join("data"));
    // Its log would stand between our own words.
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    Ok(command)
}

impl Door {
    /// Any answer to an event.
    pub(crate) fn post(&mut self, shape: Shape, format: Format, body: &[u8]) -> Result<Response> {
        let mut request = Request::new("POST", &format!("/fhir/{}/AuditEvent", shape.path()));
        body.clone_into(&mut request.body);
        self.0.send(&request.header("Content-Type", &shape.media(format)))
    }

    /// The id under which an event is stored.
    pub(crate) fn store(&mut self, shape: Shape, format: Format, body: &[u8]) -> Result<String> {
        let answer = self.post(shape, format, body)?;
        ensure!(answer.status == 201, "refused: {} {}", answer.status, answer.text());
        Ok(answer.created_id().context("no Location")?.to_owned())
    }

    /// An event as a release and format has it.
    pub(crate) fn read(&mut self, shape: Shape, format: Format, id: &str) -> Result<Vec<u8>> {
        let target = format!("/fhir/{}/AuditEvent/{id}", shape.path());
        let media = shape.media(format);
        let answer = self.0.send(&Request::new("GET", &target).header("Accept", &media))?;
        ensure!(answer.status == 200, "not rendered: {} {}", answer.status, answer.text());
        let answered = answer.header("Content-Type").unwrap_or_default();
        ensure!(answered == media, "rendered as {answered}, asked for {media}");
        Ok(answer.body)
    }

    /// The bytes that were sent, and as what.
    pub(crate) fn original(&mut self, shape: Shape, id: &str) -> Result<(Vec<u8>, String)> {
        let target = format!("/fhir/{}/AuditEvent/{id}/$original", shape.path());
        let answer = self.0.send(&Request::new("GET", &target))?;
        ensure!(answer.status == 200, "no $original: {} {}", answer.status, answer.text());
        let media = answer.header("Content-Type").unwrap_or_default().to_owned();
        Ok((answer.body, media))
    }
}
