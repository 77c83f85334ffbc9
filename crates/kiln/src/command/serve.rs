//! `kiln serve`: the server, until it is told to stop.
use crate::{
    arguments,
    data::{DataFolder, Missing, Opening},
    exit::Verdict,
    logs,
    settings::Settings,
};
use anyhow::{Context as _, bail};
use kiln_server::App;
use kiln_store::{Store, clock::SystemClock, disk::RealDisk, rejects::Shelf};
use std::{
    future::Future,
    io::Write as _,
    net::{SocketAddr, TcpListener},
    sync::Arc,
};
use tokio::signal::unix::{SignalKind, signal};

pub(crate) fn run(arguments: &arguments::Serve) -> anyhow::Result<Verdict> {
    let mut settings = arguments.data.settings()?;
    settings.listen = arguments.listen.unwrap_or(settings.listen);
    refuse_strangers(settings.listen)?;
    logs::start(&settings.log)?;
    let folder = DataFolder::hold(&settings.data, Missing::Make)?;
    let listener = listen(settings.listen)?;
    let runtime = runtime(settings.blocking_threads())?;
    let witnessing = settings.evidence.witnessing()?;
    let (unsigned, adopt_restore) = (arguments.unsigned, arguments.adopt_restore);
    let opening = Opening { unsigned, adopt_restore };
    let store = Arc::new(folder.open_as(&settings, opening)?);
    let limits = kiln_server::Settings { witnessing, ..settings.server() };
    let app = App::new(Arc::clone(&store), limits, Arc::new(SystemClock));
    let shelf = Shelf::open(&folder.tenant(), settings.rejects.to_room(), Arc::new(RealDisk));
    let shelf = shelf.context("the reject shelf does not start")?;
    let app = Arc::new(app.context("the server does not start")?.with_shelf(shelf));
    // Whoever has read where it listens may stop it.
    let stop = {
        let _inside = runtime.enter();
        told_to_stop()?
    };
    greet(&settings, listener.local_addr()?)?;
    runtime.block_on(serve(listener, app, stop))?;
    close(store)?;
    tracing::info!("stopped");
    Ok(Verdict::Fine)
}

/// Without identity Kiln cannot tell who asks, so only this machine may.
fn refuse_strangers(listen: SocketAddr) -> anyhow::Result<()> {
    if !listen.ip().is_loopback() {
        bail!(
            "{listen} can be reached by other machines, and no identity is configured: everybody \
             could read and write audit records; listen on 127.0.0.1 or [::1]"
        );
    }
    Ok(())
}

fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address)
        .with_context(|| format!("cannot listen on {address}; --listen takes another port"))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Without a bound of its own the runtime would start a thread for each work that finds none idle,
/// hundreds under load, and each keeps memory.
pub(super) fn runtime(blocking_threads: usize) -> anyhow::Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.max_blocking_threads(blocking_threads).enable_all().thread_name("kiln-http");
    builder.build().context("the server does not start")
}

async fn serve(
    listener: TcpListener,
    app: Arc<App>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    kiln_server::serve(listener, app, stop).await.context("the server has stopped")
}

/// Resolves at SIGTERM or SIGINT, from now on. To be called inside the runtime.
pub(super) fn told_to_stop() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("told to stop: finishing what is under way");
    })
}

/// Writes what waits and cuts the open file to its length.
pub(crate) fn close(store: Arc<Store>) -> anyhow::Result<()> {
    match Arc::try_unwrap(store) {
        Ok(store) => store.close().context("the store did not close cleanly"),
        // A request that outlived the drain still holds it; the next start recovers the open file.
        Err(_) => bail!("a request was still under way; the next start reads the log's end again"),
    }
}

/// Tells a newcomer where everything is, and a script where to connect. Who closes our output
/// after reading what he wanted (`| head -1`) stops no server.
fn greet(settings: &Settings, address: SocketAddr) -> anyhow::Result<()> {
    let greeting = format!(
        "listening on http://{address}\ndata in {}\n\
         open to programs on this machine only: no identity is configured\n\
         store an audit event:\n  {}\n\
         find it:\n  curl 'http://{address}/fhir/r4/AuditEvent?agent-name=me'\n",
        std::path::absolute(&settings.data)?.display(),
        first_event(address)
    );
    let mut stdout = std::io::stdout().lock();
    if let Err(error) = stdout.write_all(greeting.as_bytes()).and_then(|()| stdout.flush()) {
        tracing::warn!(%error, "nobody reads where the server listens");
    }
    Ok(())
}

/// Where the code of a user's authentication is from.
const DCM: &str = "http://dicom.nema.org/resources/ontology/DCM";

/// One line that works as it stands.
fn first_event(address: SocketAddr) -> String {
    let recorded = kiln_fhir::Instant { millis: kiln_store::clock::Clock::now(&SystemClock).0 };
    let event = format!(
        concat!(
            r#"{{"resourceType":"AuditEvent","recorded":"{}","#,
            r#""type":{{"system":"{}","code":"110114"}},"#
        ),
        recorded.to_text(),
        DCM
    );
    let rest =
        r#""agent":[{"name":"me","requestor":true}],"source":{"observer":{"display":"here"}}}"#;
    format!(
        "curl -H 'Content-Type: application/fhir+json' -d '{event}{rest}' \
         http://{address}/fhir/r4/AuditEvent"
    )
}
