//! A server that runs on the data folder, asked over its own socket: HTTP, as everywhere, whose
//! errands only this program sends.
use crate::{command::serve::listening, settings::Settings};
use anyhow::{Context as _, anyhow, bail};
use bytes::{Buf as _, Bytes};
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, body::Incoming, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use kiln_store::TenantId;
use std::{
    io::{self, Read},
    path::{Path, PathBuf},
};
use tokio::{net::UnixStream, runtime::Runtime, task::JoinSet};

/// What an errand answers in a refusal is one sentence.
const REFUSAL_BYTES_MAX: usize = 64 << 10;

/// The server, for one tenant.
#[derive(Clone, Debug)]
pub(crate) struct Running {
    data: PathBuf,
    tenant: TenantId,
}

impl Running {
    /// The server that holds the data folder; `None` where nobody listens on its socket: another
    /// command holds the folder.
    pub(crate) fn find(data: &Path, tenant: &TenantId) -> anyhow::Result<Option<Self>> {
        let found = listening::connect(data)?;
        Ok(found.map(|_stream| Self { data: data.to_owned(), tenant: tenant.clone() }))
    }

    /// The tenant's folder, which is the server's.
    pub(crate) fn tenant(&self) -> PathBuf {
        self.data.join("tenants").join(self.tenant.as_str())
    }

    /// The settings that the server runs with, as of the tenant.
    pub(crate) fn settings(&self) -> anyhow::Result<Settings> {
        let text = String::from_utf8(self.ask("settings", Vec::new())?)?;
        let settings = Settings::parse(&text).context("the server's settings are not known")?;
        Ok(settings.of(&self.tenant))
    }

    /// Sends an errand, and gives its answer as it comes.
    ///
    /// # Errors
    /// What the server says of it.
    pub(crate) fn send(&self, errand: &str, body: impl Into<Bytes>) -> anyhow::Result<Answer> {
        let stream = listening::connect(&self.data)?.context("the server has stopped")?;
        stream.set_nonblocking(true)?;
        let request = Request::post(format!("/errands/{}/{errand}", self.tenant))
            .header(header::HOST, "localhost")
            .body(Full::new(body.into()))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let mut talking = JoinSet::new();
        let response = runtime.block_on(async {
            let stream = TokioIo::new(UnixStream::from_std(stream)?);
            let (mut sender, connection) = http1::handshake(stream).await?;
            talking.spawn(async move {
                if let Err(error) = connection.await {
                    tracing::debug!(%error, "the connection to the server ended early");
                }
            });
            anyhow::Ok(sender.send_request(request).await?)
        });
        let response = response.context("the server does not answer on its socket")?;
        let is_fine = response.status().is_success();
        let body = response.into_body();
        let mut answer = Answer { body, piece: Bytes::new(), runtime, _talking: talking };
        if is_fine {
            return Ok(answer);
        }
        let mut says = String::new();
        answer.by_ref().take(REFUSAL_BYTES_MAX as u64).read_to_string(&mut says)?;
        bail!("{says}")
    }

    /// The same, where the answer is small.
    pub(crate) fn ask(&self, errand: &str, body: impl Into<Bytes>) -> anyhow::Result<Vec<u8>> {
        let mut answer = Vec::new();
        self.send(errand, body)?.read_to_end(&mut answer).map_err(broke_off)?;
        Ok(answer)
    }
}

/// An errand's answer. It ends only where the server says so.
pub(crate) struct Answer {
    body: Incoming,
    piece: Bytes,
    /// It goes on only while somebody reads.
    runtime: Runtime,
    _talking: JoinSet<()>,
}

impl Read for Answer {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            let Some(frame) = self.runtime.block_on(self.body.frame()) else { return Ok(0) };
            let frame = frame.map_err(io::Error::other)?;
            self.piece = frame.into_data().unwrap_or_default();
        }
        let taken = self.piece.len().min(buffer.len());
        self.piece.copy_to_slice(&mut buffer[..taken]);
        Ok(taken)
    }
}

fn broke_off(error: io::Error) -> anyhow::Error {
    anyhow!(error).context("the server's answer broke off: see its log")
}
