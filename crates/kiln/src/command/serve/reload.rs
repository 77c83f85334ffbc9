//! TLS's files, read anew when they change: certificates are renewed without a restart.
use crate::settings::tls;
use anyhow::Context as _;
use kiln_server::Tls;
use std::{sync::Arc, time::Duration};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    time::{self, MissedTickBehavior},
};

/// How often it is looked whether a file has changed.
const INTERVAL: Duration = Duration::from_secs(1);

/// TLS as it is spoken, if it is, and where it came from.
pub(super) struct Reload {
    files: tls::Tls,
    thumbprints: Vec<[u8; 32]>,
    seen: tls::Mark,
    tls: Option<Arc<Tls>>,
    hang_up: Signal,
}

impl Reload {
    /// TLS as the files have it now. To be called inside the runtime. `thumbprints`: clients'
    /// certificates that are trusted by themselves.
    ///
    /// # Errors
    /// A file cannot be read, or is not what it should be: there is nothing to go on with.
    pub(super) fn begin(files: &tls::Tls, thumbprints: Vec<[u8; 32]>) -> anyhow::Result<Self> {
        let seen = files.mark();
        let tls = match files.material(&thumbprints)? {
            None => None,
            Some(material) => Some(Arc::new(Tls::new(&material).context("[tls] of the settings")?)),
        };
        // Without TLS it is taken, too: whoever sends it to a server does not mean to end it.
        let hang_up = signal(SignalKind::hangup())?;
        Ok(Self { files: files.clone(), thumbprints, seen, tls, hang_up })
    }

    /// What listeners speak.
    pub(super) fn tls(&self) -> Option<Arc<Tls>> {
        self.tls.clone()
    }

    /// Goes on for ever: at SIGHUP, and a second after a file has changed, so that what is written
    /// one after the other is read together.
    pub(super) async fn watch(mut self) {
        let mut ticks = time::interval(INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut last = self.seen.clone();
        loop {
            tokio::select! {
                _ = self.hang_up.recv() => self.reload(self.files.mark()),
                _ = ticks.tick() => {
                    let mark = self.files.mark();
                    if mark != self.seen && mark == last {
                        self.reload(mark.clone());
                    }
                    last = mark;
                }
            }
        }
    }

    /// What is no good changes nothing, and is told once.
    fn reload(&mut self, mark: tls::Mark) {
        self.seen = mark;
        let Some(tls) = &self.tls else { return };
        let read = self.files.material(&self.thumbprints).and_then(|material| {
            let material = material.context("there is no TLS in the settings")?;
            Ok(tls.replace(&material)?)
        });
        match read {
            Ok(()) => tracing::info!("TLS goes on with what its files hold now"),
            Err(error) => {
                let error = format!("{error:#}");
                tracing::error!(
                    error,
                    "TLS's files have changed, and what they hold is no good: \
                    the server goes on with what it has"
                );
            }
        }
    }
}
