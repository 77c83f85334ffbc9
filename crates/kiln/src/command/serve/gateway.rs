//! The gateway of a server, where its settings name an upstream.
use super::listening;
use crate::settings::Settings;
use anyhow::{Context as _, bail};
use kiln_gateway::{HttpGateway, Meters};
use kiln_server::{App, Listeners};
use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
};

/// A gateway that is about to be.
pub(super) struct Before {
    settings: kiln_gateway::Settings,
    listener: TcpListener,
    pub(super) meters: Meters,
}

impl Before {
    /// Listens, where there is to be one.
    pub(super) fn listen(settings: &Settings) -> anyhow::Result<Option<Self>> {
        let Some(room) = settings.gateway.to_room(settings)? else { return Ok(None) };
        let listener = listening::address(settings.gateway.listen, "gateway.listen")?;
        Ok(Some(Self { settings: room, listener, meters: Meters::default() }))
    }

    /// Where clients come.
    pub(super) fn address(&self) -> anyhow::Result<SocketAddr> {
        Ok(self.listener.local_addr()?)
    }

    /// The server behind.
    pub(super) fn upstream(&self) -> &str {
        &self.settings.upstream
    }

    /// Opens it, before anybody is answered. To be called inside the runtime.
    pub(super) async fn begin(
        self,
        app: &Arc<App>,
        listeners: Listeners,
    ) -> anyhow::Result<Listeners> {
        let listener = tokio::net::TcpListener::from_std(self.listener)?;
        let gateway = HttpGateway::new(Arc::clone(app), self.settings, self.meters).await;
        Ok(listeners.with_proxy(listener, gateway.context("the gateway does not start")?))
    }
}

/// Whoever is let through is known, or is a program of this machine.
pub(super) fn refuse_strangers(settings: &Settings, is_open: bool) -> anyhow::Result<()> {
    let listen = settings.gateway.listen;
    if settings.gateway.upstream.is_none() || listen.ip().is_loopback() {
        return Ok(());
    }
    if is_open {
        bail!(
            "gateway.listen = {listen} can be reached by other machines, and no identity is \
             configured: nobody would know who asks"
        );
    }
    if !settings.tls.is_on() && !settings.tls.behind_proxy {
        bail!(
            "gateway.listen = {listen} can be reached by other machines, and there is no TLS: set \
             tls.certificate_file and tls.key_file, or tls.behind_proxy where a proxy ends TLS"
        );
    }
    Ok(())
}
