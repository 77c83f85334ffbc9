//! Lets a request in and reads it, or says why not. Nothing of it has gone anywhere yet.
use super::{HttpGateway, InvalidSettings, forwarded, refused, upstream};
use crate::{
    headers::{self, Onward},
    refusal::{error, refusal},
    request::{Read, Request},
    settings::Settings,
    who::Who,
};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::{
    Response, StatusCode,
    body::{Body as _, Incoming},
    header::{self, HeaderMap, HeaderName, HeaderValue},
    http::request::Parts,
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

/// A request that was let in and read, and what it holds until it is answered.
pub(super) struct Arrived {
    pub(super) request: Request,
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
    ) -> Result<Arrived, Response<Bytes>> {
        let settings = &self.core.settings;
        expected(&parts.headers)?;
        let (who, caller) = self.who(door, parts, id).await?;
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
        let asked = rest::Asked::read(&head, &settings.rest).map_err(not_rest)?;
        let (bytes, held) = self.receive(body).await?;
        let sent = asked.body(&bytes, &settings.rest).map_err(not_rest)?;
        let text = |name: &HeaderName| parts.headers.get(name).and_then(|it| it.to_str().ok());
        let read = Read {
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
        let upward = headers::up(&parts.headers, &onward);
        let request = Request::new(read, upward, bytes, self.base(door, parts));
        Ok(Arrived { request, _held: held, _caller: caller })
    }

    /// Who asks, and may.
    async fn who(
        &self,
        door: &Door,
        parts: &Parts,
        id: &HeaderValue,
    ) -> Result<(Who, Option<Caller>), Response<Bytes>> {
        let settings = &self.core.settings;
        let address = forwarded::address(door.address(), &parts.headers, &settings.trusted_proxies);
        match self.app.caller(door, parts).await {
            Ok(caller) => {
                may_pass(settings, &caller.principal)?;
                Ok((Who::verified(&caller.principal, address), Some(caller)))
            }
            Err(denied) if settings.unverified && is_unknown(&denied) => {
                Ok((unverified(&parts.headers, address), None))
            }
            Err(denied) => {
                if denied.status != StatusCode::TOO_MANY_REQUESTS {
                    self.app.note_stranger(door, parts, id, &denied).await;
                }
                Err(refused(&denied))
            }
        }
    }

    /// The URL that clients use, up to the resource type.
    fn base(&self, door: &Door, parts: &Parts) -> String {
        if let Some(own) = &self.core.settings.base_url {
            return own.clone();
        }
        let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let host = parts.uri.authority().map(|it| it.as_str()).or(host).unwrap_or("localhost");
        [door.scheme(), "://", host, &self.base_path].concat()
    }

    /// The whole body, and its share of the memory for bodies.
    async fn receive(
        &self,
        body: &mut Incoming,
    ) -> Result<(Bytes, Option<OwnedSemaphorePermit>), Response<Bytes>> {
        let settings = &self.core.settings;
        let bytes_max = settings.body_bytes_max;
        let declared =
            body.size_hint().exact().map(|len| usize::try_from(len).unwrap_or(usize::MAX));
        if declared.is_some_and(|len| len > bytes_max) {
            return Err(too_large());
        }
        let receiving = async {
            let held = self.share(declared.unwrap_or(bytes_max)).await;
            collect(body, bytes_max).await.map(|bytes| (bytes, held))
        };
        time::timeout(settings.body_timeout, receiving).await.unwrap_or_else(|_late| {
            let says = "the body did not arrive in time";
            Err(error(StatusCode::REQUEST_TIMEOUT, IssueType::Transient, says))
        })
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

async fn collect(body: &mut Incoming, bytes_max: usize) -> Result<Bytes, Response<Bytes>> {
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

fn too_large() -> Response<Bytes> {
    let says = "the body is larger than gateway.body_bytes_max";
    error(StatusCode::PAYLOAD_TOO_LARGE, IssueType::TooLong, says)
}

/// RFC 9110 §10.1.1: what is not understood is refused. hyper asks for the body when it is read.
fn expected(headers: &HeaderMap) -> Result<(), Response<Bytes>> {
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
fn may_pass(settings: &Settings, principal: &Principal) -> Result<(), Response<Bytes>> {
    let says = if principal.tenant != settings.tenant {
        "this gateway is another tenant's"
    } else if principal.means == Means::ApiKey && !settings.api_keys {
        "a key of Kiln's own does not open the server behind: this needs a token"
    } else {
        return Ok(());
    };
    Err(error(StatusCode::FORBIDDEN, IssueType::Forbidden, says))
}

/// `Authorization` for the upstream.
fn authorization<'a>(
    settings: &'a Settings,
    headers: &'a HeaderMap,
    who: &Who,
) -> Option<&'a HeaderValue> {
    if settings.credentials.is_some() {
        return settings.credentials.as_ref();
    }
    let is_ours = who.means == crate::who::Known::ApiKey;
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

fn not_rest(refused: rest::Refusal) -> Response<Bytes> {
    let rest::Refusal { status, issue, allow } = refused;
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let issues: Vec<Issue> = vec![issue];
    let mut response = refusal(status, &OperationOutcome { issues });
    if !allow.is_empty() {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
    }
    response
}
