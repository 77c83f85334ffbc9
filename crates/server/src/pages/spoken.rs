//! Which requests speak with people: pages of ours, and whatever a browser asks for elsewhere.
use super::{Page, language};
use crate::{
    addressed::Addressed,
    answer::Answer,
    app::App,
    audit::Asked,
    authentication::Denied,
    dialect::Dialect,
    query_string,
    router::{self, Interaction},
};
use hyper::{
    Method, StatusCode,
    header::{self, HeaderMap, HeaderValue},
    http::request::Parts,
};

/// The dialect of a request; `None` where it does not speak with a person.
pub(crate) fn dialect(app: &App, parts: &Parts) -> Option<Dialect> {
    let path = Addressed::of(parts.uri.path()).below;
    let is_ours = app.settings.pages.enabled && !is_of_programs(path);
    let is_person = wants_html(&parts.headers) || router::is_page(path);
    let language = || language::of(&app.settings.pages, &parts.headers);
    (is_ours && is_person).then(|| Dialect::Page(language()))
}

/// Whether the page is there for this request. `/` is a page for those who ask for one; programs
/// are told there, as ever, where FHIR is.
pub(crate) fn is_served(app: &App, asked: Interaction, headers: &HeaderMap) -> bool {
    match asked {
        Interaction::Page(Page::Timeline) => app.settings.pages.enabled && wants_html(headers),
        Interaction::Page(_) => app.settings.pages.enabled,
        _ => true,
    }
}

/// Sends a person who has shown no credential to sign in, and then back to where they wanted to go.
/// `None` where nobody signs in, or it would not help.
pub(crate) fn to_sign_in(
    app: &App,
    parts: &Parts,
    dialect: Dialect,
    asked: &mut Asked,
) -> Option<Answer> {
    let Dialect::Page(_) = dialect else { return None };
    let is_nobody = asked.denied == Some(Denied::Nothing.reason());
    if !is_nobody || parts.method != Method::GET || app.authentication.sign_in().is_none() {
        return None;
    }
    // Nobody was refused anything: they are asked who they are.
    asked.denied = None;
    let mut url = Addressed::of(parts.uri.path()).prefix().to_owned();
    url.push_str("/sign-in");
    query_string::append(&mut url, &[("then", parts.uri.path())]);
    see_other(&url)
}

/// 303 to a path of ours.
pub(super) fn see_other(path: &str) -> Option<Answer> {
    let location = HeaderValue::try_from(path).ok()?;
    Some(Answer::empty(StatusCode::SEE_OTHER).with(header::LOCATION, location))
}

/// Whether the request names HTML among what it takes: browsers do, programs do not.
fn wants_html(headers: &HeaderMap) -> bool {
    let fields = headers.get_all(header::ACCEPT).iter().filter_map(|field| field.to_str().ok());
    let mut ranges = fields.flat_map(|field| field.split(','));
    ranges.any(|range| range.split(';').next().is_some_and(|it| it.trim() == "text/html"))
}

/// Where programs ask: nothing there becomes a page, whatever they accept.
fn is_of_programs(path: &str) -> bool {
    const PREFIXES: [&str; 6] = ["/fhir", "/api", "/log", "/audit", "/health", "/metrics"];
    let rest = PREFIXES.into_iter().find_map(|prefix| path.strip_prefix(prefix));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
