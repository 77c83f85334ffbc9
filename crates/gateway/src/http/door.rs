//! Lets a request in and reads it, or says why not. Nothing of it has gone anywhere yet.
use super::{HttpGateway, InvalidSettings, forwarded, refused, upstream};
use crate::{
    headers::{self, Onward},
    refusal,
    request::{Read, Request},
    rights,
    settings::Settings,
    who::{Known, Who},
};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::{
    Response, StatusCode,
    body::{Body as _, Incoming},
    header::{self, HeaderMap, HeaderName, HeaderValue},
    http::{request::Parts, uri::Authority},
};
use kiln_fhir::{Issue, IssueType, OperationOutcome};
use kiln_identity::{Means, Principal};
use kiln_server::{Caller, Door, Refused};
use kiln_trail::rest;
use std::{net::IpAddr, sync::Arc};
use tokio::{sync::OwnedSemaphorePermit, time};

/// Permits of bodies are counted in units of this many bytes.
pub(super) const BODY_UNIT: usize = 4 << 10;
/// Bodies up to this size take no share of the memory for large ones.
const SMALL_BYTES: usize = 64 << 10;
/// Codes of a header that says what a request is for.
const PURPOSES_MAX: usize = 8;
const PURPOSE_LEN_MAX: usize = 255;

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// An answer that says why a request goes no further.
pub(super) type Denial = Box<Response<Bytes>>;

/// A request that was let in and read, and what it holds until it is answered.
pub(super) struct Arrived {
    pub(super) request: Request,
    /// Why it goes no further.
    pub(super) refused: Option<Denial>,
    pub(super) _held: Option<OwnedSemaphorePermit>,
    pub(super) _caller: Option<Caller>,
}

/// The path below which FHIR is spoken.
pub(super) fn base_path(settings: &Settings) -> Result<String, InvalidSettings> {
    let upstream = upstream::path_of(&settings.upstream);
    let upstream = upstream.ok_or(InvalidSettings::Url("gateway.upstream"))?;
    let Some(own) = &settings.base_url else { return Ok(upstream) };
    upstream::path_of(own).ok_or(InvalidSettings::Url("gateway.base_url"))
}

impl HttpGateway {
    /// Reads a request, from its head to the end of its body.
    ///
    /// # Errors
    /// The answer that says why it is not passed on.
    pub(super) async fn arrive(
        &self,
        door: &Door,
        parts: &Parts,
        body: &mut Incoming,
        id: &HeaderValue,
    ) -> Result<Arrived, Denial> {
        let settings = &self.core.settings;
        expected(&parts.headers)?;
        let asked = self.asked(parts);
        let is_metadata =
            asked.as_ref().is_ok_and(|(_, asked)| asked.does == rest::Does::Capabilities);
        let (who, caller) = self.who(door, parts, id, is_metadata).await?;
        // Who may not pass is told nothing of what is wrong else.
        let (head, asked) = asked?;
        // Nobody's body takes memory from those who are known.
        if who.means == Known::Nobody && !body.is_end_stream() {
            return Err(no_body());
        }
        let mut refused = caller.as_ref().and_then(|it| forbidden(settings, &it.principal));
        let (mut bytes, mut share) = (Bytes::new(), None);
        // Of what is refused, nothing more is read.
        if refused.is_none() {
            (bytes, share) = self.receive(body).await?;
        }
        let sent = match refused {
            None => asked.body(&bytes, &settings.rest).map_err(not_rest)?,
            Some(_) => rest::Sent::Nothing,
        };
        refused = refused.or_else(|| {
            let principal = &caller.as_ref()?.principal;
            (!is_allowed(settings, principal, &asked, &sent)).then(no_scope)
        });
        let text = |name: &HeaderName| parts.headers.get(name).and_then(|it| it.to_str().ok());
        let mut read = Read {
            head,
            asked,
            sent,
            who,
            purposes: purposes(&parts.headers, settings.purpose_header.as_ref()),
            request_id: id.to_str().unwrap_or_default().to_owned(),
            traceparent: text(&TRACEPARENT).map(str::to_owned),
        };
        let onward = Onward {
            authorization: authorization(settings, &parts.headers, &read.who),
            is_from_proxy: forwarded::is_proxy(door.address(), &settings.trusted_proxies),
            request_id: id,
        };
        let mut upward = headers::up(&parts.headers, &onward);
        if read.who.means == Known::Nobody {
            upward = headers::anybodys(&upward);
            read.asked.query = read.asked.query.as_deref().and_then(headers::anybodys_query);
        }
        let request = Request::new(read, upward, bytes, self.base(door, parts));
        Ok(Arrived { request, refused, _held: share, _caller: caller })
    }

    /// What is asked, before its body.
    fn asked<'p>(&self, parts: &'p Parts) -> Result<(rest::Head<'p>, rest::Asked), Denial> {
        let path = parts.uri.path();
        let below = path.strip_prefix(self.base_path.as_str());
        let below = below.filter(|it| it.is_empty() || it.starts_with('/')).ok_or_else(|| {
            let says = "nothing is served here: the path is not below the base of FHIR";
            error(StatusCode::NOT_FOUND, IssueType::NotFound, says)
        })?;
        let fields = parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        let head = rest::Head {
            method: parts.method.as_str(),
            path: below,
            query: parts.uri.query(),
            headers: rest::Headers::of(fields).map_err(not_rest)?,
        };
        let asked = rest::Asked::read(&head, &self.core.settings.rest).map_err(not_rest)?;
        Ok((head, asked))
    }

    /// Who asks, and may.
    async fn who(
        &self,
        door: &Door,
        parts: &Parts,
        id: &HeaderValue,
        is_metadata: bool,
    ) -> Result<(Who, Option<Caller>), Denial> {
        let settings = &self.core.settings;
        let address = forwarded::address(door.address(), &parts.headers, &settings.trusted_proxies);
        match self.app.caller(door, parts).await {
            Ok(caller) => Ok((Who::verified(&caller.principal, address), Some(caller))),
            Err(denied) if settings.unverified && is_unknown(&denied) => {
                Ok((unverified(&parts.headers, address), None))
            }
            Err(denied) if is_metadata && settings.metadata_for_anybody && is_unknown(&denied) => {
                Ok((Who::nobody(address), None))
            }
            Err(denied) => {
                if denied.status != StatusCode::TOO_MANY_REQUESTS {
                    self.app.note_stranger(door, parts, id, &denied).await;
                }
                Err(Box::new(refused(&denied)))
            }
        }
    }

    /// The URL that clients use, up to the resource type.
    fn base(&self, door: &Door, parts: &Parts) -> String {
        if let Some(own) = &self.core.settings.base_url {
            return own.clone();
        }
        let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let host = parts.uri.authority().map(Authority::as_str).or(host).unwrap_or("localhost");
        [door.scheme(), "://", host, &self.base_path].concat()
    }

    /// The whole body, and its share of the memory for bodies.
    async fn receive(
        &self,
        body: &mut Incoming,
    ) -> Result<(Bytes, Option<OwnedSemaphorePermit>), Denial> {
        let settings = &self.core.settings;
        let bytes_max = settings.body_bytes_max;
        let declared =
            body.size_hint().exact().map(|len| usize::try_from(len).unwrap_or(usize::MAX));
        if declared.is_some_and(|len| len > bytes_max) {
            return Err(too_large());
        }
        let sharing = self.share(declared.unwrap_or(bytes_max));
        let held = time::timeout(settings.held_timeout, sharing).await;
        let held = held.map_err(|_late| Box::new(refusal::busy()))?;
        let receiving = time::timeout(settings.body_timeout, collect(body, bytes_max)).await;
        let bytes = receiving.unwrap_or_else(|_late| {
            let says = "the body did not arrive in time";
            Err(error(StatusCode::REQUEST_TIMEOUT, IssueType::Transient, says))
        })?;
        Ok((bytes, held))
    }

    async fn share(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        if bytes <= SMALL_BYTES {
            return None;
        }
        let all = self.core.settings.held_bytes_max / BODY_UNIT;
        let units = bytes.div_ceil(BODY_UNIT).min(all.max(1)) as u32;
        Arc::clone(&self.bodies).acquire_many_owned(units).await.ok()
    }
}

async fn collect(body: &mut Incoming, bytes_max: usize) -> Result<Bytes, Denial> {
    let mut all = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_broken| {
            error(StatusCode::BAD_REQUEST, IssueType::Structure, "the body broke off")
        })?;
        let Ok(piece) = frame.into_data() else { continue };
        if all.len() + piece.len() > bytes_max {
            return Err(too_large());
        }
        all.extend_from_slice(&piece);
    }
    Ok(all.freeze())
}

fn no_body() -> Denial {
    let says = "this request has no body: send it without";
    error(StatusCode::BAD_REQUEST, IssueType::Invalid, says)
}

fn too_large() -> Denial {
    let says = "the body is larger than gateway.body_bytes_max";
    error(StatusCode::PAYLOAD_TOO_LARGE, IssueType::TooLong, says)
}

/// RFC 9110 §10.1.1: what is not understood is refused. hyper asks for the body when it is read.
fn expected(headers: &HeaderMap) -> Result<(), Denial> {
    let mut all = headers.get_all(header::EXPECT).iter();
    if all.all(|it| it.as_bytes().eq_ignore_ascii_case(b"100-continue")) {
        return Ok(());
    }
    let says = "Expect is 100-continue, or is left out";
    Err(error(StatusCode::EXPECTATION_FAILED, IssueType::NotSupported, says))
}

/// Whether nobody knows who asks, so that the operator may still want it recorded.
fn is_unknown(denied: &Refused) -> bool {
    denied.status == StatusCode::UNAUTHORIZED
}

fn unverified(headers: &HeaderMap, address: Option<IpAddr>) -> Who {
    let authorization = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok());
    Who::unverified(authorization, address)
}

/// Whose log it is, and by what means they are known.
fn forbidden(settings: &Settings, principal: &Principal) -> Option<Denial> {
    let says = if principal.tenant != settings.tenant {
        "this gateway is another tenant's"
    } else if principal.means == Means::ApiKey && !settings.api_keys {
        "a key of Kiln's own does not open the server behind: this needs a token"
    } else {
        return None;
    };
    Some(error(StatusCode::FORBIDDEN, IssueType::Forbidden, says))
}

/// Whether the scopes allow it, or whoever sees the token upstream tells.
fn is_allowed(
    settings: &Settings,
    principal: &Principal,
    asked: &rest::Asked,
    sent: &rest::Sent,
) -> bool {
    let is_token = matches!(principal.means, Means::Token | Means::Session);
    let is_told_upstream = settings.forward_authorization && settings.credentials.is_none();
    let is_checked = settings.check_scopes && is_token && !is_told_upstream;
    !is_checked || rights::may(principal, asked, sent)
}

/// RFC 6750 §3.1
fn no_scope() -> Denial {
    let says = "this needs a scope that you do not have";
    let mut refused = error(StatusCode::FORBIDDEN, IssueType::Forbidden, says);
    let challenge = HeaderValue::from_static(r#"Bearer realm="kiln", error="insufficient_scope""#);
    refused.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    refused
}

/// `Authorization` for the upstream.
fn authorization<'a>(
    settings: &'a Settings,
    headers: &'a HeaderMap,
    who: &Who,
) -> Option<&'a HeaderValue> {
    if who.means == Known::Nobody {
        return None;
    }
    if settings.credentials.is_some() {
        return settings.credentials.as_ref();
    }
    let is_ours = who.means == Known::ApiKey;
    headers.get(header::AUTHORIZATION).filter(|_| settings.forward_authorization && !is_ours)
}

/// Codes, separated by commas: what is no code says nothing.
fn purposes(headers: &HeaderMap, name: Option<&HeaderName>) -> Vec<String> {
    let Some(name) = name else { return Vec::new() };
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let codes = values.flat_map(|value| value.split(',')).map(str::trim);
    let is_code = |code: &&str| {
        (1..=PURPOSE_LEN_MAX).contains(&code.len())
            && code.bytes().all(|byte| byte.is_ascii_graphic())
    };
    codes.filter(is_code).take(PURPOSES_MAX).map(str::to_owned).collect()
}

fn not_rest(refused: rest::Refusal) -> Denial {
    let rest::Refusal { status, issue, allow } = refused;
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let issues: Vec<Issue> = vec![issue];
    let mut response = Box::new(refusal::refusal(status, &OperationOutcome { issues }));
    if !allow.is_empty() {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
    }
    response
}

fn error(status: StatusCode, code: IssueType, says: &str) -> Denial {
    Box::new(refusal::error(status, code, says))
}
