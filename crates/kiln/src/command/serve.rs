//! `kiln serve`: the server, until it is told to stop.
mod demo;
mod gateway;
pub(crate) mod listening;
mod reload;

use crate::{
    api_keys::{self, Wanted},
    arguments,
    audit::{self, Used},
    data::{DataFolder, Missing, Opening},
    errands::Clerk,
    exit::Verdict,
    logs,
    settings::{Settings, origin::Said, tls::Asked},
    tenants::Tenants,
};
use anyhow::{Context as _, bail};
use kiln_identity::Role;
use kiln_server::{App, Listeners};
use kiln_store::{
    Store, TenantId,
    clock::{OsRandom, SystemClock},
    disk::{Disk, RealDisk},
};
use listening::Socket;
use reload::Reload;
use std::{future::Future, io::Write as _, net::SocketAddr, path::Path, sync::Arc};
use tokio::{
    net::{TcpListener, UnixListener},
    signal::unix::{SignalKind, signal},
};

/// How long the key of `--first-key` is good: long enough to make others with it.
const FIRST_KEY_SECONDS: u64 = 24 * 60 * 60;

pub(crate) fn run(arguments: &arguments::Serve) -> anyhow::Result<Verdict> {
    if arguments.demo {
        let (settings, _until_the_end) = demo::settings(arguments.listen)?;
        return run_with(arguments, settings, &[]);
    }
    run_with(arguments, arguments.data.settings()?, &[])
}

/// With settings that more of the command line stands in: which, by what, and whether it does.
pub(crate) fn run_with(
    arguments: &arguments::Serve,
    mut settings: Settings,
    given: &[(&'static str, &'static str, bool)],
) -> anyhow::Result<Verdict> {
    settings.listen = arguments.listen.unwrap_or(settings.listen);
    settings.resources.enabled |= arguments.resources;
    settings.trail.profile = arguments.trail.unwrap_or(settings.trail.profile);
    let settings = &settings;
    let said = said(arguments, given)?;
    let is_open = !arguments.first_key && is_open(settings)?;
    refuse_strangers(settings, is_open)?;
    gateway::refuse_strangers(settings, is_open)?;
    logs::start(&settings.log)?;
    let folder = DataFolder::hold(&settings.data, Missing::Make)?;
    let main = listening::address(settings.listen, "--listen")?;
    let metrics = settings.metrics.listen;
    let metrics = metrics.map(|it| listening::address(it, "metrics.listen")).transpose()?;
    let before = gateway::Before::listen(settings)?;
    let (socket, _until_the_end) = Socket::listen(&settings.data)?;
    let first_key = if arguments.first_key { first_key(&settings.data)? } else { None };
    if first_key.is_some() {
        let told = ["--first-key".to_owned()];
        audit::record_in(&folder, settings, &Used::new("key-add", &told))?;
    }
    if is_open && !settings.tenants.is_empty() {
        tracing::warn!("no identity is configured: no tenant but the default one can be reached");
    }
    let runtime = runtime(settings.blocking_threads())?;
    if settings.demo {
        demo::make_up(&runtime, &folder, settings, arguments.demo_events)?;
    }
    let opening = Opening { unsigned: arguments.unsigned, adopt_restore: arguments.adopt_restore };
    let tenants = Tenants::new(folder, settings.clone(), opening);
    let app = app(settings, tenants, before.as_ref())?;
    let address = main.local_addr()?;
    let passed = before.as_ref().map(|it| told(it, settings)).transpose()?;
    let serving = {
        let _inside = runtime.enter();
        let reload = Reload::begin(&settings.tls, thumbprints(settings)?)?;
        let main = TcpListener::from_std(main)?;
        let listeners = Listeners::from(main).with_socket(
            UnixListener::from_std(socket)?,
            Arc::new(Clerk::new(settings.clone(), &said)?),
        );
        let listeners = match metrics {
            Some(metrics) => listeners.with_metrics(TcpListener::from_std(metrics)?),
            None => listeners,
        };
        let listeners = match before {
            Some(gateway) => runtime.block_on(gateway.begin(&app, listeners))?,
            None => listeners,
        };
        // Whoever has read where it listens may stop it.
        serve(listeners, reload, Arc::clone(&app), told_to_stop()?)
    };
    greet(settings, address, is_open, passed, first_key.as_deref())?;
    runtime.block_on(serving)?;
    // What is still being opened or closed ends here.
    drop(runtime);
    let app = Arc::into_inner(app).with_context(|| UNDER_WAY)?;
    app.close().context("the store did not close cleanly")?;
    tracing::info!("stopped");
    Ok(Verdict::Fine)
}

/// Where the settings come from.
fn said(
    arguments: &arguments::Serve,
    given: &[(&'static str, &'static str, bool)],
) -> anyhow::Result<Said> {
    let own = [
        ("listen", "--listen", arguments.listen.is_some()),
        ("resources.enabled", "--resources", arguments.resources),
        ("trail.profile", "--trail", arguments.trail.is_some()),
    ];
    let all = own.iter().chain(given);
    Ok(all.fold(arguments.data.said()?, |said, (name, flag, is_given)| {
        said.and(name, flag, *is_given)
    }))
}

fn app(
    settings: &Settings,
    tenants: Tenants,
    gateway: Option<&gateway::Before>,
) -> anyhow::Result<Arc<App>> {
    let default = tenants.open(&TenantId::default())?;
    let limits = kiln_server::Settings {
        cors: settings.cors.to_room()?,
        pages: settings.pages.to_room(&settings.tenants)?,
        ..settings.server()
    };
    let pages = kiln_server::Pages { demo: settings.demo, ..limits.pages };
    let limits = kiln_server::Settings { pages, ..limits };
    let app = App::new(default, limits, Arc::new(SystemClock));
    let app = app.context("the server does not start")?;
    let asks_certificates = settings.tls.client_certificates != Asked::None;
    let identity = settings.identity.to_room(&api_keys::path(&settings.data), asks_certificates)?;
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let app = app.with_identity(identity, &disk).context("identity")?;
    let app = match &settings.sign_in {
        Some(sign_in) => {
            let app = app.with_sign_in(sign_in.to_room(settings)?, Arc::new(OsRandom));
            app.context("sign_in")?
        }
        None => app,
    };
    let app = match gateway {
        Some(gateway) => app.with_meters(|registry| gateway.meters.register(registry)),
        None => app,
    };
    let names = tenants.names();
    Ok(Arc::new(app.with_tenants(names, Arc::new(tenants))))
}

/// Whether nothing tells Kiln who asks.
fn is_open(settings: &Settings) -> anyhow::Result<bool> {
    let asks_certificates = settings.tls.client_certificates != Asked::None;
    let is_configured = settings.identity.is_configured() || asks_certificates;
    Ok(!is_configured && api_keys::load(&settings.data)?.is_empty())
}

/// The certificates of clients that are trusted by themselves.
fn thumbprints(settings: &Settings) -> anyhow::Result<Vec<[u8; 32]>> {
    let rules = settings.identity.certificate_rules()?;
    Ok(rules.thumbprints().map(|thumbprint| thumbprint.0).collect())
}

/// Without identity Kiln cannot tell who asks, so only this machine may; without TLS everybody on
/// the way could read what is asked, and with what key.
fn refuse_strangers(settings: &Settings, is_open: bool) -> anyhow::Result<()> {
    let listen = settings.listen;
    if is_open && settings.tls.behind_proxy {
        bail!(
            "tls.behind_proxy says that others get here, and no identity is configured: everybody \
             could read and write audit records; make a key first (`kiln key add`)"
        );
    }
    if listen.ip().is_loopback() {
        return Ok(());
    }
    if is_open {
        bail!(
            "{listen} can be reached by other machines, and no identity is configured: everybody \
             could read and write audit records; listen on 127.0.0.1 or [::1], or make a key \
             first (`kiln key add`)"
        );
    }
    if !settings.tls.is_on() && !settings.tls.behind_proxy {
        bail!(
            "{listen} can be reached by other machines, and there is no TLS: set \
             tls.certificate_file and tls.key_file, or tls.behind_proxy where a proxy ends TLS"
        );
    }
    Ok(())
}

/// A key to begin with, for whoever reads what is printed; none where there are keys already.
fn first_key(data: &Path) -> anyhow::Result<Option<String>> {
    api_keys::change(data, |book| {
        if !book.is_empty() {
            return Ok(None);
        }
        let wanted = Wanted {
            role: Role::Admin,
            tenant: TenantId::default(),
            expires: Some(api_keys::now().plus(FIRST_KEY_SECONDS)),
            label: "first key".to_owned(),
        };
        Ok(Some(api_keys::add(book, wanted)?.text))
    })
}

/// Without a bound of its own the runtime would start a thread for each work that finds none idle,
/// hundreds under load, and each keeps memory.
pub(super) fn runtime(blocking_threads: usize) -> anyhow::Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.max_blocking_threads(blocking_threads).enable_all().thread_name("kiln-http");
    builder.build().context("the server does not start")
}

/// Serves until `stop` resolves; TLS's files are looked at meanwhile.
async fn serve(
    listeners: Listeners,
    reload: Reload,
    app: Arc<App>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let listeners = match reload.tls() {
        Some(tls) => listeners.with_tls(tls),
        None => listeners,
    };
    let served = tokio::select! {
        served = kiln_server::serve(listeners, app, stop) => served,
        () = reload.watch() => Ok(()),
    };
    served.context("the server has stopped")
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
        Err(_) => bail!(UNDER_WAY),
    }
}

const UNDER_WAY: &str = "a request was still under way; the next start reads the log's end again";

/// Tells a newcomer where everything is, and a script where to connect. Who closes our output
/// after reading what he wanted (`| head -1`) stops no server.
fn greet(
    settings: &Settings,
    address: SocketAddr,
    is_open: bool,
    passed: Option<String>,
    first_key: Option<&str>,
) -> anyhow::Result<()> {
    let greeting = if settings.demo {
        demo::greeting(address)
    } else {
        greeting(settings, address, is_open, passed, first_key)?
    };
    let mut stdout = std::io::stdout().lock();
    if let Err(error) = stdout.write_all(greeting.as_bytes()).and_then(|()| stdout.flush()) {
        tracing::warn!(%error, "nobody reads where the server listens");
    }
    Ok(())
}

/// Where the gateway listens, and for which server.
fn told(gateway: &gateway::Before, settings: &Settings) -> anyhow::Result<String> {
    let scheme = if settings.tls.is_on() { "https" } else { "http" };
    Ok(format!("passing on {scheme}://{} to {}", gateway.address()?, gateway.upstream()))
}

fn greeting(
    settings: &Settings,
    address: SocketAddr,
    is_open: bool,
    passed: Option<String>,
    first_key: Option<&str>,
) -> anyhow::Result<String> {
    let is_tls = settings.tls.is_on();
    let scheme = if is_tls { "https" } else { "http" };
    let data = std::path::absolute(&settings.data)?;
    let who = if is_open {
        "open to programs on this machine only: no identity is configured"
    } else {
        "who asks must show a key, a token or a certificate"
    };
    let mut lines = vec![
        format!("listening on {scheme}://{address}"),
        format!("data in {}", data.display()),
        who.to_owned(),
    ];
    lines.extend(passed);
    if is_open && !is_tls {
        lines.push(format!("store an audit event:\n  {}", first_event(address)));
        let find = format!("curl 'http://{address}/fhir/r4/AuditEvent?agent-name=me'");
        lines.push(format!("find it:\n  {find}"));
    }
    if let Some(key) = first_key {
        lines.push("first key, an administrator's, for 24 hours, shown only here:".to_owned());
        lines.push(format!("  {key}"));
    }
    Ok(lines.join("\n") + "\n")
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
