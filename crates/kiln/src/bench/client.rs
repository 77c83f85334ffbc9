//! A client that costs little: one keep-alive connection, requests written as they are, answers
//! read as far as their length. Not for anything but this server.
use anyhow::{Context as _, bail};
use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// Bytes of an answer's header at most.
const HEADER_BYTES_MAX: usize = 64 << 10;
/// Bytes that are read at once at most.
const READ_BYTES: usize = 64 << 10;

/// Where events go, and as what.
#[derive(Copy, Clone, Debug)]
pub(super) struct Target {
    pub(super) path: &'static str,
    /// The `Content-Type`.
    pub(super) media: &'static str,
}

impl Target {
    pub(super) const R4: Self =
        Self { path: "/fhir/r4/AuditEvent", media: "application/fhir+json" };
    pub(super) const PLAIN: Self = Self { path: "/api/audit-events", media: "application/json" };
}

/// One connection.
pub(super) struct Client {
    stream: TcpStream,
    host: String,
    /// `Authorization` with its line end, or nothing.
    authorization: String,
    request: Vec<u8>,
    answer: Vec<u8>,
    header_len: usize,
}

impl Client {
    pub(super) async fn connect(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (request, answer) = (Vec::new(), Vec::new());
        let (host, authorization) = (address.to_string(), String::new());
        Ok(Self { stream, host, authorization, request, answer, header_len: 0 })
    }

    /// One that shows who it is.
    pub(super) fn with_authorization(self, value: Option<&str>) -> Self {
        let field = value.map(|value| format!("Authorization: {value}\r\n"));
        Self { authorization: field.unwrap_or_default(), ..self }
    }

    /// Creates an event and tells the status of the answer.
    pub(super) async fn post(&mut self, target: Target, event: &[u8]) -> anyhow::Result<u16> {
        let Target { path, media } = target;
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: {media}\r\n\
             Prefer: return=minimal\r\n{}Content-Length: {}\r\n\r\n",
            self.host,
            self.authorization,
            event.len()
        );
        self.request.clear();
        self.request.extend_from_slice(head.as_bytes());
        self.request.extend_from_slice(event);
        self.exchange().await
    }

    /// Sends a head, but for `Host` and the length, with this body; tells the status of the answer.
    pub(super) async fn send(&mut self, head: &str, body: &str) -> anyhow::Result<u16> {
        let (host, length) = (&self.host, body.len());
        let whole = format!("{head}Host: {host}\r\nContent-Length: {length}\r\n\r\n{body}");
        self.request.clear();
        self.request.extend_from_slice(whole.as_bytes());
        self.exchange().await
    }

    /// Asks for a path and tells the status of the answer.
    pub(super) async fn get(&mut self, path: &str) -> anyhow::Result<u16> {
        self.get_as(path, "application/fhir+json, */*").await
    }

    /// The same, and says what the answer may be in.
    pub(super) async fn get_as(&mut self, path: &str, accept: &str) -> anyhow::Result<u16> {
        let Self { host, authorization, .. } = self;
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: {accept}\r\n{authorization}\r\n"
        );
        self.request.clear();
        self.request.extend_from_slice(head.as_bytes());
        self.exchange().await
    }

    /// The body of the last answer.
    pub(super) fn body(&self) -> &[u8] {
        &self.answer[self.header_len..]
    }

    async fn exchange(&mut self) -> anyhow::Result<u16> {
        self.stream.write_all(&self.request).await?;
        self.answer.clear();
        let (status, header_len, body_len) = loop {
            self.read().await?;
            if let Some(header) = header(&self.answer)? {
                break header;
            }
            if self.answer.len() > HEADER_BYTES_MAX {
                bail!("the server's header has no end");
            }
        };
        while self.answer.len() < header_len + body_len {
            self.read().await?;
        }
        self.header_len = header_len;
        Ok(status)
    }

    async fn read(&mut self) -> anyhow::Result<()> {
        self.answer.reserve(READ_BYTES);
        if self.stream.read_buf(&mut self.answer).await? == 0 {
            bail!("the server has closed the connection");
        }
        Ok(())
    }
}

/// Status, length of the header, length of the body; `None` while the header is not whole.
fn header(answer: &[u8]) -> anyhow::Result<Option<(u16, usize, usize)>> {
    let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = std::str::from_utf8(&answer[..end]).context("the server's header is no text")?;
    let mut lines = text.split("\r\n");
    let status =
        lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|it| it.parse().ok());
    let status = status.context("the server's answer has no status")?;
    let length = |line: &str| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    };
    let body_len = lines.find_map(length).or((status == 204).then_some(0));
    Ok(Some((status, end + 4, body_len.context("the server's answer has no length")?)))
}
