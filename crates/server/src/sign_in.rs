//! Signing in to the pages: `OpenID` Connect's code flow with PKCE (`OpenID` Connect Core §3.1,
//! RFC 7636), and the sessions that come of it.
mod cookies;
mod pending;
mod secret;
mod sessions;

use crate::{
    answer::{Answer, Refusal},
    app::App,
    authentication::{Denied, check_url},
    outgoing::Outgoing,
    query_string,
    router::Interaction,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use cookies::{Cookie, Transport};
use hyper::{
    Method, StatusCode,
    header::{self, HeaderMap, HeaderName, HeaderValue},
};
use kiln_fhir::IssueType;
use kiln_identity::{Means, Principal};
use kiln_store::{Millis, clock::Random};
use pending::{Begun, PATIENCE, Pending};
use serde::Deserialize;
use sessions::{Limits, Sessions};
use std::{io, sync::Arc, time::Duration};

/// How people sign in.
#[derive(Clone, Debug)]
pub struct SignInSettings {
    /// The issuer, by its name among those of the tokens.
    pub issuer: String,
    /// Where a browser is sent.
    pub authorize_url: String,
    /// Where the code becomes an ID token.
    pub token_url: String,
    /// Kiln's name at the issuer.
    pub client_id: String,
    /// Where the issuer asks for one (RFC 6749 §2.3.1, in the `Authorization` header).
    pub client_secret: Option<String>,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// Our own address, which the issuer sends browsers back to: `https://`, or `http://` and this
    /// machine.
    pub base_url: String,
    /// Without a request for so long a session ends.
    pub idle: Duration,
    /// And after so long in any case.
    pub whole: Duration,
    /// Sessions at once; above, the one that was idle for longest ends.
    pub sessions_max: usize,
    /// How long the issuer may take to answer.
    pub timeout: Duration,
}

/// What the server knows of those who sign in.
pub(crate) struct SignIn {
    settings: SignInSettings,
    transport: Transport,
    outgoing: Outgoing,
    pending: Pending,
    sessions: Sessions,
    random: Arc<dyn Random>,
}

/// Answers the routes of signing in and out; `None` for all others.
pub(crate) async fn answer(
    asked: Interaction,
    app: &App,
    headers: &HeaderMap,
    query: &str,
) -> Option<Result<Answer, Refusal>> {
    if !matches!(asked, Interaction::SignIn | Interaction::SignInCallback | Interaction::SignOut) {
        return None;
    }
    let Some(sign_in) = app.authentication.sign_in() else {
        return Some(Err(Refusal::not_found("nobody signs in here: [sign_in] is not configured")));
    };
    Some(match asked {
        Interaction::SignInCallback => sign_in.finish(app, headers, query).await,
        Interaction::SignOut => sign_in.sign_out(headers),
        _ => Ok(sign_in.begin(app, query)),
    })
}

/// Where the issuer sends browsers back to.
pub(crate) const CALLBACK: &str = "/sign-in/callback";

impl SignIn {
    /// Nobody is signed in yet.
    ///
    /// # Errors
    /// `InvalidInput` for a URL that is none, and for plain `http` that leaves this machine.
    pub(crate) fn new(settings: SignInSettings, random: Arc<dyn Random>) -> io::Result<Self> {
        let transport = transport(&settings.base_url)?;
        let urls = [settings.authorize_url.as_str(), settings.token_url.as_str()];
        // What is sent there is our secret, and the code that somebody is let in by.
        urls.into_iter().try_for_each(check_url)?;
        let outgoing = Outgoing::to(urls, settings.timeout, TOKEN_BYTES_MAX)?;
        let SignInSettings { idle, whole, sessions_max, .. } = settings;
        let sessions = Sessions::new(Limits { sessions_max, idle, whole });
        let pending = Pending::new(&*random);
        Ok(Self { settings, transport, outgoing, pending, sessions, random })
    }

    /// Sends the browser to the issuer (`OpenID` Connect Core §3.1.2.1).
    pub(crate) fn begin(&self, app: &App, query: &str) -> Answer {
        let then = parameter(query, "then").filter(|path| is_ours(path));
        let then = then.as_deref().unwrap_or("/");
        let given = self.pending.begin(then, app.now(), &*self.random);
        let callback = self.callback();
        let scope = scope(&self.settings.scopes);
        let mut url = self.settings.authorize_url.clone();
        let pairs = [
            ("response_type", "code"),
            ("client_id", self.settings.client_id.as_str()),
            ("redirect_uri", callback.as_str()),
            ("scope", scope.as_str()),
            ("state", given.state.as_str()),
            ("nonce", given.nonce.as_str()),
            ("code_challenge", given.challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        query_string::append(&mut url, &pairs);
        let browser = Cookie::SigningIn.set(self.transport, &given.cookie, PATIENCE);
        see_other(&url).with(header::SET_COOKIE, browser)
    }

    /// Takes the browser back, with the code that the issuer gave it (§3.1.2.5 to §3.1.3.7).
    ///
    /// # Errors
    /// 403 whatever is wrong: with the browser, the issuer's answer, or the ID token.
    pub(crate) async fn finish(
        &self,
        app: &App,
        headers: &HeaderMap,
        query: &str,
    ) -> Result<Answer, Refusal> {
        let browser = Cookie::SigningIn.of(headers, self.transport).ok_or_else(not_begun)?;
        let state = parameter(query, "state").ok_or_else(not_begun)?;
        let begun = self.pending.end(&state, browser, app.now()).ok_or_else(not_begun)?;
        let code = parameter(query, "code").ok_or_else(denied)?;
        let id_token = self.id_token(&code, &begun).await?;
        let SignInSettings { issuer, client_id, .. } = &self.settings;
        let nonce = &begun.nonce;
        let signed_in = app.authentication.signed_in(issuer, client_id, nonce, &id_token).await;
        let principal = signed_in.map_err(|denied_for| {
            tracing::warn!(reason = denied_for.reason(), "an ID token is not good");
            denied()
        })?;
        let principal = Principal { means: Means::Session, ..principal };
        let secret = self.sessions.begin(Arc::new(principal), app.now(), &*self.random);
        let session = Cookie::Session.set(self.transport, secret.as_str(), self.settings.whole);
        let mut answer = see_other(&begun.then).with(header::SET_COOKIE, session);
        answer.headers.append(header::SET_COOKIE, Cookie::SigningIn.forget(self.transport));
        Ok(answer)
    }

    /// Ends the session of a browser.
    ///
    /// # Errors
    /// 403 for a request that another site has made.
    pub(crate) fn sign_out(&self, headers: &HeaderMap) -> Result<Answer, Refusal> {
        if let Some(secret) = Cookie::Session.of(headers, self.transport) {
            self.check_origin(headers)?;
            self.sessions.end(secret);
        }
        let forget = Cookie::Session.forget(self.transport);
        Ok(see_other("/").with(header::SET_COOKIE, forget))
    }

    /// Who is signed in, by the cookie of a request; `None` without a session.
    ///
    /// # Errors
    /// [`Denied::CrossSite`] where the request does something, and another site has made it
    /// (cross-site request forgery).
    pub(crate) fn principal(
        &self,
        method: &Method,
        headers: &HeaderMap,
        now: Millis,
    ) -> Result<Option<Arc<Principal>>, Denied> {
        let Some(secret) = Cookie::Session.of(headers, self.transport) else { return Ok(None) };
        let Some(principal) = self.sessions.principal(secret, now) else { return Ok(None) };
        if !method.is_safe() {
            self.check_origin(headers)?;
        }
        Ok(Some(principal))
    }

    /// Browsers say with each request that does something which page has made it.
    fn check_origin(&self, headers: &HeaderMap) -> Result<(), Denied> {
        let mut origins = headers.get_all(header::ORIGIN).iter();
        let is_ours = origins.next().is_some_and(|origin| *origin == self.settings.base_url);
        (is_ours && origins.next().is_none()).then_some(()).ok_or(Denied::CrossSite)
    }

    async fn id_token(&self, code: &str, begun: &Begun) -> Result<String, Refusal> {
        let callback = self.callback();
        let mut form = String::new();
        let pairs = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", callback.as_str()),
            ("client_id", self.settings.client_id.as_str()),
            ("code_verifier", begun.verifier.as_str()),
        ];
        query_string::append(&mut form, &pairs);
        let form = form.trim_start_matches('?').to_owned();
        let replied = self.outgoing.post(&self.settings.token_url, &self.fields(), form).await;
        let reply = replied.map_err(|error| {
            tracing::warn!(%error, "the issuer does not answer");
            let says = "the issuer does not answer: try again in a moment";
            Refusal::retry_after(IssueType::Transient, says, "5")
        })?;
        if reply.status != StatusCode::OK {
            tracing::warn!(status = reply.status.as_u16(), "the issuer gives no token");
            return Err(denied());
        }
        let tokens: Tokens = serde_json::from_slice(&reply.body).map_err(|_not_tokens| {
            tracing::warn!("the issuer's answer has no ID token");
            denied()
        })?;
        Ok(tokens.id_token)
    }

    fn fields(&self) -> Vec<(HeaderName, HeaderValue)> {
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        let mut fields = vec![(header::CONTENT_TYPE, form)];
        fields.extend(self.settings.client_secret.as_ref().map(|secret| {
            let encoded = |text| {
                percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC)
            };
            let pair = format!("{}:{}", encoded(&self.settings.client_id), encoded(secret));
            let value = format!("Basic {}", STANDARD.encode(pair));
            let value = HeaderValue::try_from(value).expect("base64 is ASCII");
            (header::AUTHORIZATION, value)
        }));
        fields
    }

    fn callback(&self) -> String {
        format!("{}{CALLBACK}", self.settings.base_url)
    }
}

/// Bytes of the issuer's answer to a code.
const TOKEN_BYTES_MAX: usize = 64 << 10;

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

fn transport(base_url: &str) -> io::Result<Transport> {
    if base_url.starts_with("https://") {
        return Ok(Transport::Secure);
    }
    let host = base_url.strip_prefix("http://").unwrap_or_default();
    let is_here = |name: &&str| {
        host.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    };
    if ["localhost", "127.0.0.1", "[::1]"].iter().any(is_here) {
        return Ok(Transport::Loopback);
    }
    let says = "people sign in by https: server.base_url is an address of it";
    Err(io::Error::new(io::ErrorKind::InvalidInput, says))
}

fn scope(more: &[String]) -> String {
    std::iter::once("openid").chain(more.iter().map(String::as_str)).collect::<Vec<_>>().join(" ")
}

/// A path of this server: nothing that a browser takes for another host.
fn is_ours(path: &str) -> bool {
    let mut bytes = path.bytes();
    let is_plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    // It is kept in a cookie meanwhile.
    let is_short = path.len() <= THEN_BYTES_MAX;
    bytes.next() == Some(b'/') && bytes.next() != Some(b'/') && is_plain && is_short
}

/// Bytes of the path to go to after signing in.
const THEN_BYTES_MAX: usize = 1024;

/// The value of the one parameter of this name.
fn parameter(query: &str, name: &str) -> Option<String> {
    let mut values = query_string::pairs(query)?.into_iter().filter(|(given, _)| given == name);
    let (_, value) = values.next()?;
    values.next().is_none().then_some(value)
}

fn see_other(url: &str) -> Answer {
    let location = HeaderValue::try_from(url).expect("the URL was checked, and is encoded");
    Answer::empty(StatusCode::SEE_OTHER).with(header::LOCATION, location)
}

fn not_begun() -> Refusal {
    let says = "this sign-in was not begun in this browser, or took too long: begin again at \
                /sign-in";
    Refusal::new(StatusCode::FORBIDDEN, IssueType::Login, says)
}

fn denied() -> Refusal {
    let says = "the issuer did not let you in: begin again at /sign-in";
    Refusal::new(StatusCode::FORBIDDEN, IssueType::Login, says)
}

#[cfg(test)]
mod tests;
