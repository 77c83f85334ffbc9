//! One request, from its first byte to its answer.
mod admitted;
mod size;
mod spoken;

use crate::{
    addressed::{Addressed, nobodys},
    answer::{Answer, Refusal, X_REQUEST_ID},
    app::App,
    audit::{self, Asked, Looks},
    body::{self, Received},
    dialect::Dialect,
    door::Door,
    form::Form,
    intake::Sent,
    interaction, operations, pages, published, query_string,
    router::{self, Interaction, Matched, Offers, Takes},
    sign_in,
    tenant::Tenant,
};
use admitted::{admitted, tenant};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Body, Incoming},
    header::{self, HeaderMap, HeaderValue},
    http::request::Parts,
};
use kiln_fhir::{IssueType, Release};
use kiln_identity::{Principal, Scope, TenantId};
use kiln_store::Store;
use spoken::{Spoken, accepted, spoken};
use std::{
    any::Any,
    future::{Future, poll_fn},
    net::IpAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Arc,
    task::Poll,
};
use tokio::time::Instant;

/// What an interaction is given: a request that was let in, routed, negotiated and read.
pub(crate) struct Exchange {
    pub(crate) app: Arc<App>,
    /// The principal's tenant, and no other.
    pub(crate) tenant: Arc<Tenant>,
    pub(crate) principal: Arc<Principal>,
    /// The release whose URL and search parameters are spoken; of the plain API, the one that its
    /// events become.
    pub(crate) release: Release,
    /// What answers are written in.
    pub(crate) form: Form,
    /// Whether nobody has named a release, so that `form` has the usual one.
    pub(crate) is_open: bool,
    /// How the body came.
    pub(crate) sent: Sent,
    /// The absolute URL up to the resource type: `http://localhost:8080/fhir/r4`; of the plain API,
    /// the origin.
    pub(crate) base: String,
    /// The resource type whose compartment is searched, that of the resource `id`.
    pub(crate) compartment: Option<&'static str>,
    /// `{id}` of the path, as it was sent.
    pub(crate) id: String,
    /// `{version}` of the path, as it was sent.
    pub(crate) version: String,
    pub(crate) method: Method,
    /// The path below the base, as it was sent; of resources alone.
    pub(crate) below: String,
    pub(crate) headers: HeaderMap,
    /// Where the request came from; none on this machine's own socket.
    pub(crate) address: Option<IpAddr>,
    /// The sender's id of the request, or ours.
    pub(crate) request_id: HeaderValue,
    /// The query of the URL, still encoded.
    pub(crate) query: String,
    pub(crate) body: Received,
    /// Whether it is about the audit of the audit, and not about the log.
    pub(crate) is_of_audit: bool,
    /// What of the log was looked at.
    pub(crate) looks: Looks,
}

impl Exchange {
    /// The decoded parameters of the URL.
    ///
    /// # Errors
    /// 400 when they are not UTF-8.
    pub(crate) fn parameters(&self) -> Result<Vec<(String, String)>, Refusal> {
        parameters(&self.query)
    }

    /// The tenant's log; the one of those who looked at it where the path says so.
    pub(crate) fn store(&self) -> &Store {
        self.tenant.stream(self.is_of_audit)
    }
}

/// The decoded parameters, without those that choose the form of the answer.
pub(crate) fn parameters(query: &str) -> Result<Vec<(String, String)>, Refusal> {
    let mut pairs = all_parameters(query)?;
    pairs.retain(|(name, _)| !matches!(name.as_str(), "_format" | "_pretty"));
    Ok(pairs)
}

/// The decoded parameters, all of them.
pub(crate) fn all_parameters(query: &str) -> Result<Vec<(String, String)>, Refusal> {
    query_string::pairs(query).ok_or_else(|| {
        Refusal::bad_request(IssueType::Invalid, "the parameters are not percent-encoded UTF-8")
    })
}

/// Answers a request, whatever comes: what refuses it is an answer, and so is a panic.
pub(crate) async fn handle(
    app: Arc<App>,
    door: &Door,
    request: Request<Incoming>,
) -> Response<Full<Bytes>> {
    let begun = Instant::now();
    let (parts, mut body) = request.into_parts();
    let request_id = request_id(&app, &parts.headers);
    let origin = app.settings.cors.origin(&parts.headers);
    let waits_for_leave = parts.headers.contains_key(header::EXPECT);
    let mut asked = Asked::new(&parts, door.address, request_id.clone());
    let path = Addressed::of(parts.uri.path()).below;
    let mut dialect = pages::dialect(&app, &parts).unwrap_or_else(|| Dialect::of(path));
    let serving = serve(&app, door, parts, &mut body, &mut asked, &mut dialect);
    let served = unwound(serving).await.unwrap_or_else(|_panic| Err(our_fault()));
    // From here on it counts among those that wait, not among those that come.
    asked.expected = None;
    let mut answer = audit::record(&app, &asked, served, dialect).await;
    let closes = answer.headers_mut().contains_key(header::CONNECTION);
    if !closes && !body.is_end_stream() {
        // Whoever asked before sending (RFC 9110 §10.1.1) has its answer and sends no body.
        if waits_for_leave || !body::drop_rest(&mut body, &app).await {
            answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
    }
    app.settings.cors.expose(origin, answer.headers_mut());
    let (label, status) = (asked.label(), answer.status().as_u16());
    app.metrics.answered(label, status, begun.elapsed());
    if answer.status() == StatusCode::INTERNAL_SERVER_ERROR {
        tracing::error!(interaction = label, status, ?request_id, "failed");
    } else {
        tracing::debug!(interaction = label, status, ?request_id, "answered");
    }
    answer.into_response(request_id)
}

async fn serve(
    app: &Arc<App>,
    door: &Door,
    parts: Parts,
    body: &mut Incoming,
    asked: &mut Asked,
    dialect: &mut Dialect,
) -> Result<Answer, Refusal> {
    let query = parts.uri.query().unwrap_or("");
    let addressed = Addressed::of(parts.uri.path());
    let accepted = accepted(dialect, addressed.below, &parts.headers, query);
    let host = door.host(app.authentication.is_open(), &parts.uri, &parts.headers);
    let host = host.inspect_err(|_refusal| asked.denied = Some("guard"))?;
    if let Some(answer) = app.settings.cors.preflight(&parts.method, &parts.headers) {
        return Ok(answer);
    }
    size::check(app, &parts)?;
    let matched = routed(app, &parts, addressed.below)?;
    let route = matched.route;
    asked.route = Some(route);
    let base = absolute(app, door, host, &[addressed.prefix(), &matched.base].concat());
    let is_empty = body.is_end_stream();
    if route.scope == Scope::Anybody {
        let spoken = || spoken(*dialect, &matched, &parts.headers, is_empty, accepted);
        return anybody(app, &parts, &addressed, asked, &matched, &base, spoken).await;
    }
    let admitted = match admitted(app, door, &parts, &addressed, asked).await {
        Ok(admitted) => admitted,
        Err(refusal) => return pages::to_sign_in(app, &parts, *dialect, asked).ok_or(refusal),
    };
    let (principal, _admitted) = admitted.unzip();
    if let Some(answer) = operations::answer(route.interaction, app) {
        return answer;
    }
    let tenant = tenant(app, &addressed, principal.as_deref(), asked).await?;
    if let Some(answer) = published::log(&matched, &tenant) {
        return answer;
    }
    let principal = principal.ok_or_else(nobodys)?;
    let spoken = spoken(*dialect, &matched, &parts.headers, is_empty, accepted)?;
    *dialect = spoken.dialect;
    let (spoken, body) = received(app, &matched, &parts.headers, spoken, body).await?;
    *dialect = spoken.dialect;
    // Once all of it is here: a slow sender would have others wait for what does not come.
    audit::expect(app, asked);
    let exchange = Arc::new(Exchange {
        body,
        below: below(&addressed, &matched),
        release: matched.release.unwrap_or(spoken.form.release),
        form: spoken.form,
        is_open: spoken.is_open,
        sent: spoken.sent,
        base,
        compartment: matched.compartment,
        id: matched.id,
        version: matched.version,
        query: query.to_owned(),
        method: parts.method,
        headers: parts.headers,
        address: door.address,
        request_id: asked.request_id.clone(),
        tenant,
        principal,
        app: Arc::clone(app),
        is_of_audit: route.is_of_audit(),
        looks: Looks::default(),
    });
    asked.exchange = Some(Arc::clone(&exchange));
    interaction::answer(route.interaction, exchange).await
}

/// What anybody may ask. No tenant is looked up: nothing here tells whether there is one.
async fn anybody(
    app: &App,
    parts: &Parts,
    addressed: &Addressed<'_>,
    asked: &mut Asked,
    matched: &Matched,
    base: &str,
    spoken: impl FnOnce() -> Result<Spoken, Refusal>,
) -> Result<Answer, Refusal> {
    let tenant = addressed.tenant()?;
    match signing(app, parts, asked).await {
        Some(answer) => answer,
        None => told(app, matched, tenant, base, spoken),
    }
}

/// What is asked, as far as it is served to those who ask so.
fn routed(app: &App, parts: &Parts, path: &str) -> Result<Matched, Refusal> {
    let matched = router::find(&parts.method, path, Offers::of(&app.settings))?;
    let is_served = pages::is_served(app, matched.route.interaction, &parts.headers);
    if is_served { Ok(matched) } else { Err(router::nothing_here("", path)) }
}

/// The answer of those pages by which people sign in.
async fn signing(app: &App, parts: &Parts, asked: &mut Asked) -> Option<Result<Answer, Refusal>> {
    let query = parts.uri.query().unwrap_or("");
    let answer = sign_in::answer(asked.route?.interaction, app, &parts.headers, query).await?;
    let is_there = |refusal: &&Refusal| refusal.status != StatusCode::NOT_FOUND;
    asked.denied = answer.as_ref().err().filter(is_there).map(|_| "sign-in");
    Some(answer)
}

/// The path below the base, as it was sent, for those who read it themselves.
fn below(addressed: &Addressed<'_>, matched: &Matched) -> String {
    match matched.route.interaction {
        Interaction::Resource => {
            addressed.below.strip_prefix(&*matched.base).unwrap_or_default().to_owned()
        }
        _ => String::new(),
    }
}

/// The answer to what anybody may ask: it holds nothing of any tenant.
fn told(
    app: &App,
    matched: &Matched,
    tenant: &TenantId,
    base: &str,
    spoken: impl FnOnce() -> Result<Spoken, Refusal>,
) -> Result<Answer, Refusal> {
    let asked = matched.route.interaction;
    if let Some(answer) = operations::answer(asked, app).or_else(|| published::page(asked)) {
        return answer;
    }
    if asked == Interaction::Unchanging {
        return Err(interaction::unchanging::refuse(matched.route.path, Offers::of(&app.settings)));
    }
    if asked == Interaction::SmartConfiguration {
        return interaction::smart_configuration(app, tenant);
    }
    let (id, is_of_audit) = (&matched.id, matched.route.is_of_audit());
    interaction::told(asked, &Told { app, tenant, base, is_of_audit, id, form: spoken()?.form })
}

/// What is told to anybody, and where.
pub(crate) struct Told<'a> {
    pub(crate) app: &'a App,
    /// Whom the path names, whether there is one or not.
    pub(crate) tenant: &'a TenantId,
    /// The absolute URL up to the resource type.
    pub(crate) base: &'a str,
    /// Whether it is about the audit of the audit.
    pub(crate) is_of_audit: bool,
    /// `{id}` of the path, as it was sent.
    pub(crate) id: &'a str,
    /// What the answer is written in.
    pub(crate) form: Form,
}

/// The body, and how the request is understood with it: a form has a word in that.
async fn received(
    app: &App,
    matched: &Matched,
    headers: &HeaderMap,
    mut spoken: Spoken,
    body: &mut Incoming,
) -> Result<(Spoken, Received), Refusal> {
    let body = receive(app, matched.route.takes, body).await?;
    if matched.route.takes == Takes::Form {
        spoken.ask_in(&body, matched, headers)?;
    }
    Ok((spoken, body))
}

async fn receive(app: &App, takes: Takes, body: &mut Incoming) -> Result<Received, Refusal> {
    let bytes_max = match takes {
        Takes::Nothing => return Ok(Received::default()),
        Takes::Resource | Takes::ResourceIfAny | Takes::PlainEvents | Takes::Anything => {
            app.settings.bundle.body_bytes_max
        }
        Takes::Form => app.settings.form_bytes_max,
    };
    body::receive(body, app, bytes_max).await
}

fn absolute(app: &App, door: &Door, host: &str, base: &str) -> String {
    match &app.settings.base_url {
        Some(url) => format!("{url}{base}"),
        None => format!("{}://{host}{base}", door.scheme()),
    }
}

/// The sender's id where it is one that may be shown anywhere, else one of ours.
pub(crate) fn request_id(app: &App, headers: &HeaderMap) -> HeaderValue {
    let sane = |value: &&HeaderValue| {
        let bytes = value.as_bytes();
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte);
        (1..=64).contains(&bytes.len()) && bytes.iter().all(is_plain)
    };
    headers.get(X_REQUEST_ID).filter(sane).cloned().unwrap_or_else(|| {
        HeaderValue::from_str(&app.next_request_id()).expect("digits and a hyphen are ASCII")
    })
}

/// The future's value, or the panic that ended it. Nothing of it is used after a panic.
async fn unwound<T>(future: impl Future<Output = T>) -> Result<T, Box<dyn Any + Send>> {
    let mut future = pin!(future);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}

fn our_fault() -> Refusal {
    Refusal::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        IssueType::Exception,
        "something went wrong inside Kiln: its log has the request id",
    )
    .closing()
}

#[cfg(test)]
mod tests;
