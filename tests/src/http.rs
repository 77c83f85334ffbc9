//! A small HTTP/1.1 client that sends what it is told to, wrong things too.
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Longer than any answer may take, shorter than a hanging CI.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A request, header by header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `POST`, …
    pub method: String,
    /// Path and query, as sent.
    pub target: String,
    /// In order. `Host` and `Content-Length` are added unless they stand here.
    pub headers: Vec<(String, String)>,
    /// The bytes after the headers.
    pub body: Vec<u8>,
}

impl Request {
    /// A request without headers and body.
    pub fn new(method: &str, target: &str) -> Self {
        Self { method: method.to_owned(), target: target.to_owned(), ..Self::default() }
    }

    /// A JSON body by POST: FHIR's, or below `/api` the plain API's.
    pub fn post(target: &str, body: impl Into<Vec<u8>>) -> Self {
        let plain = target.starts_with("/api/");
        let media = if plain { "application/json" } else { "application/fhir+json" };
        let mut request = Self::new("POST", target).header("Content-Type", media);
        request.body = body.into();
        request
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(name))
    }

    fn to_bytes(&self, host: &str) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        let mut line = |name: &str, value: &str| {
            head.push_str(name);
            head.push_str(": ");
            head.push_str(value);
            head.push_str("\r\n");
        };
        if !self.has("Host") {
            line("Host", host);
        }
        if !self.has("Content-Length") && !self.has("Transfer-Encoding") && self.has_body() {
            line("Content-Length", &self.body.len().to_string());
        }
        for (name, value) in &self.headers {
            line(name, value);
        }
        let mut bytes = (head + "\r\n").into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }

    fn has_body(&self) -> bool {
        !self.body.is_empty() || ["POST", "PUT", "PATCH"].contains(&self.method.as_str())
    }
}

/// An answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// `201`
    pub status: u16,
    /// In order, as received.
    pub headers: Vec<(String, String)>,
    /// Without transfer encoding.
    pub body: Vec<u8>,
}

impl Response {
    /// The first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as text, wrong UTF-8 replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// When it is none.
    pub fn json(&self) -> Result<serde_json::Value> {
        serde_json::from_slice(&self.body)
            .with_context(|| format!("status {}, no JSON: {}", self.status, self.text()))
    }

    /// The id in `Location`.
    pub fn created_id(&self) -> Option<&str> {
        let location = self.header("Location")?;
        let fhir = location.split_once("/AuditEvent/");
        let (_, after) = fhir.or_else(|| location.split_once("/api/audit-events/"))?;
        after.split('/').next()
    }
}

/// A connection that is kept open.
#[derive(Debug)]
pub struct Connection {
    stream: BufReader<TcpStream>,
    host: String,
}

impl Connection {
    /// Connects to `127.0.0.1:port`.
    ///
    /// # Errors
    /// When nobody listens.
    pub fn open(port: u16) -> Result<Self> {
        let host = format!("127.0.0.1:{port}");
        let stream = TcpStream::connect(&host).with_context(|| format!("nobody at {host}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        Ok(Self { stream: BufReader::new(stream), host })
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// When the connection ends before the answer is whole, or nothing comes for [`TIMEOUT`].
    pub fn send(&mut self, request: &Request) -> Result<Response> {
        // A server may answer and close before it has read all of a body that it refuses:
        // a failed write is no failure while an answer comes.
        let written = self.stream.get_mut().write_all(&request.to_bytes(&self.host));
        let answer = self.read_response(request.method == "HEAD");
        match (answer, written) {
            (Ok(response), _) => Ok(response),
            (Err(error), Ok(())) => Err(error),
            (Err(error), Err(write)) => Err(error.context(format!("after {write} in sending"))),
        }
    }

    fn read_response(&mut self, head: bool) -> Result<Response> {
        let status_line = self.line()?;
        let status = status_line.split(' ').nth(1).and_then(|code| code.parse().ok());
        let Some(status) = status else { bail!("no HTTP status line: {status_line:?}") };
        let mut response = Response { status, ..Response::default() };
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').context("a header without a colon")?;
            response.headers.push((name.to_owned(), value.trim().to_owned()));
        }
        if !head && status != 204 && status != 304 {
            response.body = self.read_body(&response)?;
        }
        Ok(response)
    }

    fn read_body(&mut self, response: &Response) -> Result<Vec<u8>> {
        if response.header("Transfer-Encoding").is_some_and(|coding| coding == "chunked") {
            return self.read_chunks();
        }
        let mut body = Vec::new();
        match response.header("Content-Length") {
            Some(length) => {
                body.resize(length.parse().context("no length")?, 0);
                self.stream.read_exact(&mut body)?;
            }
            None => {
                self.stream.read_to_end(&mut body)?;
            }
        }
        Ok(body)
    }

    fn read_chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = self.line()?;
            let length = usize::from_str_radix(line.split(';').next().unwrap_or(""), 16)?;
            let start = body.len();
            body.resize(start + length, 0);
            self.stream.read_exact(&mut body[start..])?;
            self.line()?;
            if length == 0 {
                return Ok(body);
            }
        }
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            bail!("the server closed the connection without an answer");
        }
        Ok(line.trim_end_matches(['\r', '\n']).to_owned())
    }
}

/// One request over a connection of its own.
///
/// # Errors
/// As [`Connection::open`] and [`Connection::send`].
pub fn send(port: u16, request: &Request) -> Result<Response> {
    Connection::open(port)?.send(request)
}

/// A text as one value of a query: everything but unreserved characters encoded.
pub fn query_value(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.extend(format!("%{byte:02X}").chars());
        }
        encoded
    })
}

#[cfg(test)]
mod tests;
