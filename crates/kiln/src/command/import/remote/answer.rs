//! What a server answers, and whether to ask again.
use super::request::Request;
use anyhow::{Context as _, bail};
use hyper::{
    StatusCode,
    header::{self, HeaderMap},
};
use kiln_store::clock::{Clock as _, SystemClock};
use serde::Deserialize;
use std::time::{Duration, UNIX_EPOCH};

/// No server is waited for longer than this before it is asked again.
const WAIT_MAX: Duration = Duration::from_mins(5);

/// What became of a request's lines.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// How many of the events the server has.
    pub(super) stored: u64,
    /// The positions of the others, and why.
    pub(super) refused: Vec<(usize, String)>,
}

/// An answer that was read whole.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// Whether the same request may be answered otherwise later.
    pub(super) fn is_passing(&self) -> bool {
        self.status.is_server_error() && self.status != StatusCode::NOT_IMPLEMENTED
            || matches!(self.status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT)
    }

    /// How long it asks to wait (RFC 9110 §10.2.3), which is no longer than it may.
    pub(super) fn wait(&self) -> Option<Duration> {
        let value = self.headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
        let wait = match value.parse() {
            Ok(seconds) => Duration::from_secs(seconds),
            Err(_no_number) => {
                let until = httpdate::parse_http_date(value).ok()?.duration_since(UNIX_EPOCH);
                let now = Duration::from_millis(SystemClock.now().0.max(0) as u64);
                until.ok()?.saturating_sub(now)
            }
        };
        Some(wait.min(WAIT_MAX))
    }

    /// What became of the request's lines.
    ///
    /// # Errors
    /// The request as a whole was refused, for a reason that is not in its events.
    pub(super) fn read(&self, request: &Request) -> anyhow::Result<Told> {
        if !request.is_bundle() {
            return self.read_event();
        }
        if self.status != StatusCode::OK {
            bail!("{}", self.refusal());
        }
        let reply: Reply = self.json().context("the server's answer is no Bundle")?;
        if reply.entry.len() != request.lines.len() {
            bail!("the server's answer is not one of as many entries as were sent");
        }
        let mut told = Told::default();
        for (position, Entry { response }) in reply.entry.into_iter().enumerate() {
            if response.status.starts_with('2') {
                told.stored += 1;
            } else {
                told.refused.push((position, response.why()));
            }
        }
        Ok(told)
    }

    /// Of an event that was sent alone; what breaks it is its own fault.
    fn read_event(&self) -> anyhow::Result<Told> {
        if self.status.is_success() {
            return Ok(Told { stored: 1, refused: Vec::new() });
        }
        let of_event = [
            StatusCode::BAD_REQUEST,
            StatusCode::PAYLOAD_TOO_LARGE,
            StatusCode::UNPROCESSABLE_ENTITY,
        ];
        if !of_event.contains(&self.status) || self.is_reused() {
            bail!("{}", self.refusal());
        }
        let outcome = self.json::<Outcome>();
        let reason = outcome.map_or_else(|_| self.status.to_string(), |outcome| outcome.plain());
        Ok(Told { stored: 0, refused: vec![(0, reason)] })
    }

    /// Why nothing of the request was taken.
    fn refusal(&self) -> String {
        let outcome = self.json::<Outcome>().map(|outcome| outcome.plain());
        let says = outcome.unwrap_or_else(|_no_outcome| "without a reason".to_owned());
        let hint = if self.is_reused() {
            "; a file that begins alike was sent before and went on otherwise: if it has grown, \
             send what is new as a file of its own; --again N sends all of it once more"
        } else {
            ""
        };
        format!("the server refuses with {}: {says}{hint}", self.status)
    }

    /// Whether the key came before with another body.
    fn is_reused(&self) -> bool {
        self.status == StatusCode::UNPROCESSABLE_ENTITY
            && self.json::<Outcome>().is_ok_and(|outcome| outcome.has("duplicate"))
    }

    fn json<'a, T: Deserialize<'a>>(&'a self) -> serde_json::Result<T> {
        serde_json::from_slice(&self.body)
    }
}

#[derive(Deserialize)]
struct Reply {
    #[serde(default)]
    entry: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    response: Response,
}

#[derive(Deserialize)]
struct Response {
    status: String,
    outcome: Option<Outcome>,
}

impl Response {
    fn why(self) -> String {
        self.outcome.map_or(self.status, |outcome| outcome.plain())
    }
}

/// What is read of an `OperationOutcome`, of any release.
#[derive(Deserialize)]
struct Outcome {
    #[serde(default)]
    issue: Vec<Issue>,
}

#[derive(Deserialize)]
struct Issue {
    severity: String,
    code: String,
    diagnostics: Option<String>,
    #[serde(default, alias = "location")]
    expression: Vec<String>,
}

impl Outcome {
    fn has(&self, code: &str) -> bool {
        self.issue.iter().any(|issue| issue.code == code)
    }

    /// What it says, in one line.
    fn plain(&self) -> String {
        let issue = |issue: &Issue| {
            let says = issue.diagnostics.as_ref().unwrap_or(&issue.code);
            match issue.expression.first() {
                Some(expression) => format!("{expression}: {says}"),
                None => says.clone(),
            }
        };
        let is_error = |issue: &&Issue| matches!(&*issue.severity, "error" | "fatal");
        self.issue.iter().filter(is_error).map(issue).collect::<Vec<_>>().join("; ")
    }
}

#[cfg(test)]
mod tests;
