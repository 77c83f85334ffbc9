//! A Kiln that stored an event and was killed before it could answer: the request is taken by a
//! listener that says nothing, and handed to the Kiln that starts in its place.
use anyhow::{Context, Result, bail, ensure};
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Child;
use std::thread::sleep;
use std::time::Duration;

/// How often a program is looked at that has not sent anything yet.
const PATIENCE: Duration = Duration::from_millis(20);
/// Looks until it is given up: programs that compile first take their time.
const LOOKS_MAX: usize = 6_000;
const REQUEST_BYTES_MAX: usize = 1 << 20;

/// Stands where Kiln would.
pub(crate) fn listen(port: &str) -> Result<TcpListener> {
    let listener = TcpListener::bind(format!("127.0.0.1:{port}"))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// The first request, and no answer: whoever sent it hears that the connection is gone.
///
/// # Errors
/// The program ends, or sends nothing for two minutes.
pub(crate) fn take(listener: TcpListener, child: &mut Child) -> Result<Vec<u8>> {
    for _ in 0..LOOKS_MAX {
        match listener.accept() {
            Ok((stream, _)) => {
                // Closed first, so that nothing waits in its queue for an answer that never comes.
                drop(listener);
                return read(stream);
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                if let Some(status) = child.try_wait()? {
                    bail!("the program ended ({status}) and sent nothing");
                }
                sleep(PATIENCE);
            }
            Err(error) => return Err(error.into()),
        }
    }
    bail!("the program sent nothing")
}

/// What Kiln did before it was killed.
pub(crate) fn store(port: &str, request: &[u8]) -> Result<()> {
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}"))?;
    stream.write_all(request)?;
    let mut answer = [0; 12];
    stream.read_exact(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer);
    ensure!(answer == "HTTP/1.1 201", "the request that was taken is answered `{answer}`");
    Ok(())
}

fn read(mut stream: TcpStream) -> Result<Vec<u8>> {
    stream.set_nonblocking(false)?;
    let mut request = Vec::new();
    let mut told_to_go_on = false;
    let mut buffer = [0; 8192];
    while !is_whole(&request)? {
        // RFC 9110 §10.1.1: a client may wait for this before it sends the body.
        if !told_to_go_on && head(&request).is_some_and(|(head, _)| expects(head)) {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
            told_to_go_on = true;
        }
        let length = stream.read(&mut buffer)?;
        ensure!(length > 0, "the program went away in the middle of its request");
        request.extend_from_slice(&buffer[..length]);
        ensure!(request.len() <= REQUEST_BYTES_MAX, "the program's request does not end");
    }
    Ok(request)
}

fn expects(head: &str) -> bool {
    field(head, "expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue"))
}

/// The fields and the body so far, once the fields are there.
fn head(request: &[u8]) -> Option<(&str, &[u8])> {
    let end = request.windows(4).position(|window| window == b"\r\n\r\n")?;
    Some((std::str::from_utf8(&request[..end]).ok()?, &request[end + 4..]))
}

fn field<'a>(head: &'a str, wanted: &str) -> Option<&'a str> {
    let mut fields = head.lines().filter_map(|line| line.split_once(':'));
    fields.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
}

/// Whether the body has come to its end.
fn is_whole(request: &[u8]) -> Result<bool> {
    let Some((head, body)) = head(request) else { return Ok(false) };
    if field(head, "transfer-encoding").is_some() {
        return Ok(body.ends_with(b"0\r\n\r\n"));
    }
    let length = field(head, "content-length").map_or(Ok(0), str::parse::<usize>);
    Ok(body.len() >= length.context("Content-Length is no number")?)
}

#[cfg(test)]
mod tests;
