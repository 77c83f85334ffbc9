//! The one table of routes: method, path, interaction, scope, body. Nothing else is served.
mod nowhere;
mod offers;

pub(crate) use nowhere::nothing_here;

use crate::{answer::Refusal, pages::Page, sign_in::CALLBACK};
use hyper::{
    Method, StatusCode,
    header::{self, HeaderValue},
};
use kiln_fhir::{IssueType, Release};
use kiln_identity::Scope;
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

pub(crate) use offers::Offers;
use offers::RESOURCES;

/// What a request asks for: FHIR's interactions by their names, the plain API's, the operator's.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Interaction {
    Create,
    Read,
    Vread,
    HistoryInstance,
    HistoryType,
    SearchType,
    SearchCompartment,
    Original,
    Validate,
    ValidateInstance,
    Batch,
    Capabilities,
    OperationDefinition,
    SmartConfiguration,
    PlainCreate,
    PlainRead,
    PlainSearch,
    OpenApi,
    Proof,
    VerifyInstance,
    VerifyRange,
    LogCheckpoint,
    LogWitnessedCheckpoint,
    LogTile,
    LogKey,
    VerifyPage,
    VerifyScript,
    SignIn,
    SignInCallback,
    SignOut,
    AccessReport,
    DisclosureAccounting,
    /// A page for people.
    Page(Page),
    Unchanging,
    Resource,
    Live,
    Ready,
    Metrics,
}

/// What body a route takes.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    /// None; one that is sent is dropped.
    Nothing,
    /// A FHIR resource, up to the size of a Bundle.
    Resource,
    /// The same, or nothing, which needs no `Content-Type`.
    ResourceIfAny,
    /// Search parameters.
    Form,
    /// One plain event or an array of them, up to the size of a Bundle.
    PlainEvents,
    /// Whatever is sent, up to the size of a Bundle.
    Anything,
}

/// One row of the table.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) method: Method,
    /// `[base]` is `/fhir/{release}` or `/fhir`, `[audit]` the same below `/audit`; `{id}` and
    /// `{version}` take one segment, `{compartment}` one of [`COMPARTMENTS`], `{rest}` one or more,
    /// to the end.
    pub(crate) path: &'static str,
    pub(crate) interaction: Interaction,
    pub(crate) scope: Scope,
    pub(crate) takes: Takes,
}

impl Route {
    /// Whether it is about the audit of the audit, and not about the log.
    pub(crate) fn is_of_audit(&self) -> bool {
        self.path.starts_with("[audit]") || self.path.starts_with(AUDIT_PREFIX)
    }
}

/// Before what is about the audit of the audit.
const AUDIT_PREFIX: &str = "/audit";

/// Every route. A row without a scope does not compile. `HEAD` goes where `GET` goes.
pub(crate) static ROUTES: &[Route] = &[
    post("[base]/AuditEvent", Takes::Resource, Interaction::Create, Scope::Create),
    get("[base]/AuditEvent", Interaction::SearchType, Scope::Search),
    post("[base]/AuditEvent/_search", Takes::Form, Interaction::SearchType, Scope::Search),
    get(COMPARTMENT, Interaction::SearchCompartment, Scope::Search),
    post(COMPARTMENT_SEARCH, Takes::Form, Interaction::SearchCompartment, Scope::Search),
    get(ACCESS_REPORT, Interaction::AccessReport, Scope::Search),
    post(ACCESS_REPORT, Takes::ResourceIfAny, Interaction::AccessReport, Scope::Search),
    get(DISCLOSURES, Interaction::DisclosureAccounting, Scope::Search),
    post(DISCLOSURES, Takes::ResourceIfAny, Interaction::DisclosureAccounting, Scope::Search),
    get("[base]/AuditEvent/_history", Interaction::HistoryType, Scope::Search),
    get("[base]/AuditEvent/{id}", Interaction::Read, Scope::Read),
    get("[base]/AuditEvent/{id}/_history", Interaction::HistoryInstance, Scope::Read),
    get("[base]/AuditEvent/{id}/_history/{version}", Interaction::Vread, Scope::Read),
    get("[base]/AuditEvent/{id}/$original", Interaction::Original, Scope::Read),
    get("[base]/AuditEvent/{id}/$proof", Interaction::Proof, Scope::Read),
    get("[base]/AuditEvent/{id}/$verify", Interaction::VerifyInstance, Scope::Read),
    get("[base]/AuditEvent/$verify", Interaction::VerifyRange, Scope::Verify),
    post("[base]/AuditEvent/$validate", Takes::ResourceIfAny, Interaction::Validate, Scope::Create),
    get(VALIDATE, Interaction::ValidateInstance, Scope::Read),
    post(VALIDATE, Takes::ResourceIfAny, Interaction::ValidateInstance, Scope::Read),
    post("[base]", Takes::Resource, Interaction::Batch, Scope::Create),
    get("[base]/metadata", Interaction::Capabilities, Scope::Anybody),
    get(DEFINITION, Interaction::OperationDefinition, Scope::Anybody),
    get(SMART, Interaction::SmartConfiguration, Scope::Anybody),
    unchanging(Method::PUT, "[base]/AuditEvent"),
    unchanging(Method::PATCH, "[base]/AuditEvent"),
    unchanging(Method::DELETE, "[base]/AuditEvent"),
    unchanging(Method::PUT, "[base]/AuditEvent/{id}"),
    unchanging(Method::PATCH, "[base]/AuditEvent/{id}"),
    unchanging(Method::DELETE, "[base]/AuditEvent/{id}"),
    post("/api/audit-events", Takes::PlainEvents, Interaction::PlainCreate, Scope::Create),
    get("/api/audit-events", Interaction::PlainSearch, Scope::Search),
    get("/api/audit-events/{id}", Interaction::PlainRead, Scope::Read),
    get("/api/openapi.json", Interaction::OpenApi, Scope::Anybody),
    unchanging(Method::PUT, "/api/audit-events"),
    unchanging(Method::PATCH, "/api/audit-events"),
    unchanging(Method::DELETE, "/api/audit-events"),
    unchanging(Method::PUT, "/api/audit-events/{id}"),
    unchanging(Method::PATCH, "/api/audit-events/{id}"),
    unchanging(Method::DELETE, "/api/audit-events/{id}"),
    get("/log/checkpoint", Interaction::LogCheckpoint, Scope::Log),
    get("/log/witnessed-checkpoint", Interaction::LogWitnessedCheckpoint, Scope::Log),
    get("/log/tile/{rest}", Interaction::LogTile, Scope::Log),
    get("/log/key", Interaction::LogKey, Scope::Log),
    get("[audit]/AuditEvent", Interaction::SearchType, Scope::Audit),
    post("[audit]/AuditEvent/_search", Takes::Form, Interaction::SearchType, Scope::Audit),
    get("[audit]/AuditEvent/_history", Interaction::HistoryType, Scope::Audit),
    get("[audit]/AuditEvent/{id}", Interaction::Read, Scope::Audit),
    get("[audit]/AuditEvent/{id}/_history", Interaction::HistoryInstance, Scope::Audit),
    get("[audit]/AuditEvent/{id}/_history/{version}", Interaction::Vread, Scope::Audit),
    get("[audit]/AuditEvent/{id}/$original", Interaction::Original, Scope::Audit),
    get("[audit]/AuditEvent/{id}/$proof", Interaction::Proof, Scope::Audit),
    get("[audit]/metadata", Interaction::Capabilities, Scope::Anybody),
    get("[audit]/OperationDefinition/{id}", Interaction::OperationDefinition, Scope::Anybody),
    get("/audit/log/checkpoint", Interaction::LogCheckpoint, Scope::Log),
    get("/audit/log/tile/{rest}", Interaction::LogTile, Scope::Log),
    get("/audit/log/key", Interaction::LogKey, Scope::Log),
    get("/verify.html", Interaction::VerifyPage, Scope::Anybody),
    get("/verify.js", Interaction::VerifyScript, Scope::Anybody),
    get("/sign-in", Interaction::SignIn, Scope::Anybody),
    get(CALLBACK, Interaction::SignInCallback, Scope::Anybody),
    post("/sign-out", Takes::Nothing, Interaction::SignOut, Scope::Anybody),
    get("/", Interaction::Page(Page::Timeline), Scope::Search),
    post("/search", Takes::Form, Interaction::Page(Page::Search), Scope::Search),
    get("/view/{id}", Interaction::Page(Page::View), Scope::Search),
    get("/newer/{id}", Interaction::Page(Page::Newer), Scope::Search),
    get("/reports", Interaction::Page(Page::Reports), Scope::Search),
    post("/reports", Takes::Form, Interaction::Page(Page::Report), Scope::Search),
    get("/event/{id}", Interaction::Page(Page::Event), Scope::Read),
    get("/event/{id}/evidence.zip", Interaction::Page(Page::EventEvidence), Scope::Read),
    post("/user", Takes::Form, Interaction::Page(Page::UserSearch), Scope::Search),
    get("/user/{id}", Interaction::Page(Page::User), Scope::Search),
    get("/review", Interaction::Page(Page::Review), Scope::Audit),
    post("/review/{id}", Takes::Form, Interaction::Page(Page::ReviewMark), Scope::Audit),
    get("/saved", Interaction::Page(Page::Saved), Scope::Search),
    post("/saved", Takes::Form, Interaction::Page(Page::Save), Scope::Search),
    post("/saved/new", Takes::Form, Interaction::Page(Page::NameSearch), Scope::Search),
    post("/saved/forget", Takes::Form, Interaction::Page(Page::Forget), Scope::Search),
    get("/evidence", Interaction::Page(Page::LogEvidence), Scope::Verify),
    get("/operations", Interaction::Page(Page::Operations), Scope::Operate),
    get("/assets/{id}", Interaction::Page(Page::Asset), Scope::Anybody),
    get("/health/live", Interaction::Live, Scope::Anybody),
    get("/health/ready", Interaction::Ready, Scope::Anybody),
    get("/metrics", Interaction::Metrics, Scope::Operate),
];

/// The method and the path of every route, without the prefix of a tenant: `[base]` is
/// `/fhir/{release}` or `/fhir`. Those of other resources are not among them.
pub fn routes() -> impl Iterator<Item = (&'static str, &'static str)> {
    ROUTES.iter().map(|route| (route.method.as_str(), route.path))
}

/// The resource types whose compartments hold audit events.
pub(crate) const COMPARTMENTS: [&str; 3] = ["Patient", "Practitioner", "Device"];

const COMPARTMENT: &str = "[base]/{compartment}/{id}/AuditEvent";
const COMPARTMENT_SEARCH: &str = "[base]/{compartment}/{id}/AuditEvent/_search";

const ACCESS_REPORT: &str = "[base]/{compartment}/{id}/$access-report";
const DISCLOSURES: &str = "[base]/{compartment}/{id}/$disclosure-accounting";

const VALIDATE: &str = "[base]/AuditEvent/{id}/$validate";

/// Where `metadata` says that the operations are defined.
const DEFINITION: &str = "[base]/OperationDefinition/{id}";

/// Where clients learn where tokens are given.
const SMART: &str = "[base]/.well-known/smart-configuration";

const fn get(path: &'static str, interaction: Interaction, scope: Scope) -> Route {
    Route { method: Method::GET, path, interaction, scope, takes: Takes::Nothing }
}

const fn post(path: &'static str, takes: Takes, interaction: Interaction, scope: Scope) -> Route {
    Route { method: Method::POST, path, interaction, scope, takes }
}

/// Not served: found so that the answer can say why.
const fn unchanging(method: Method, path: &'static str) -> Route {
    let interaction = Interaction::Unchanging;
    Route { method, path, interaction, scope: Scope::Anybody, takes: Takes::Nothing }
}

/// A request's route and what its path says.
#[derive(Debug)]
pub(crate) struct Matched {
    pub(crate) route: &'static Route,
    /// The path up to the resource type: `/fhir/r4`; empty outside of FHIR.
    pub(crate) base: String,
    /// The release in the path.
    pub(crate) release: Option<Release>,
    /// `{compartment}`
    pub(crate) compartment: Option<&'static str>,
    /// `{id}`, as it was sent.
    pub(crate) id: String,
    /// `{version}`, as it was sent.
    pub(crate) version: String,
    /// `{rest}`
    pub(crate) rest: String,
}

/// Finds the route of a request.
///
/// # Errors
/// 404 where no path fits, 405 with `Allow` where only the method does not.
pub(crate) fn find(method: &Method, path: &str, offers: Offers) -> Result<Matched, Refusal> {
    let path = decoded(path).ok_or_else(|| nothing_here("", path))?;
    let place = Place::of(&path);
    let wanted = if method == Method::HEAD { &Method::GET } else { method };
    let table = if place.is_of_resources(offers) { RESOURCES } else { ROUTES };
    let fits = table.iter().filter_map(|route| Some((route, place.matches(route.path)?)));
    let mut fits = fits.filter(|(route, _)| offers.has(route));
    match fits.find(|(route, _)| route.method == *wanted) {
        Some((route, variables)) => Ok(Matched {
            route,
            base: place.base.to_owned(),
            release: place.release,
            compartment: variables.compartment,
            id: variables.id.to_owned(),
            version: variables.version.to_owned(),
            rest: variables.rest.to_owned(),
        }),
        None => Err(unmatched(&place, offers)),
    }
}

/// The release that a path names, whether anything is there or not.
pub(crate) fn release(path: &str) -> Option<Release> {
    Place::of(path).release
}

/// Whether the path is a page's, whatever the request accepts. At `/` that decides.
pub(crate) fn is_page(path: &str) -> bool {
    let Some(path) = decoded(path) else { return false };
    let place = Place::of(&path);
    let is_page = |asked| matches!(asked, Interaction::Page(page) if page != Page::Timeline);
    ROUTES.iter().any(|row| is_page(row.interaction) && place.matches(row.path).is_some())
}

/// The methods of a path, as `Allow` lists them (RFC 9110 §10.2.1). Rows that only explain why
/// events never change allow nothing.
pub(crate) fn allowed(path_of: &'static str, offers: Offers) -> HeaderValue {
    allow_value(|route| route.path == path_of && offers.has(route))
}

fn allow_value(fits: impl Fn(&Route) -> bool) -> HeaderValue {
    let mut methods: Vec<&str> = Vec::new();
    let rows = ROUTES.iter().filter(|row| row.interaction != Interaction::Unchanging);
    for row in rows.filter(|row| fits(row)) {
        methods.push(row.method.as_str());
        if row.method == Method::GET {
            methods.push("HEAD");
        }
    }
    HeaderValue::from_str(&methods.join(", ")).expect("methods are ASCII letters")
}

/// Where a path points: at FHIR in some release, or elsewhere.
struct Place<'a> {
    base: &'a str,
    /// At FHIR's of the audit of the audit.
    is_of_audit: bool,
    release: Option<Release>,
    below: &'a str,
}

#[derive(Default)]
struct Variables<'a> {
    compartment: Option<&'static str>,
    id: &'a str,
    version: &'a str,
    rest: &'a str,
}

impl<'a> Place<'a> {
    fn of(path: &'a str) -> Self {
        let path = path.strip_suffix('/').filter(|rest| !rest.is_empty()).unwrap_or(path);
        let below = path.strip_prefix(AUDIT_PREFIX).filter(|below| below.starts_with("/fhir"));
        let (is_of_audit, fhir) = (below.is_some(), below.unwrap_or(path));
        let Some(after) = fhir.strip_prefix("/fhir").filter(|rest| is_boundary(rest)) else {
            return Self { base: "", is_of_audit: false, release: None, below: path };
        };
        let first = after.strip_prefix('/').unwrap_or(after).split('/').next().unwrap_or("");
        let release = of_path(first);
        let below = match release {
            Some(_) => &after[1 + first.len()..],
            None => after,
        };
        let base = &path[..path.len() - below.len()];
        Self { base, is_of_audit, release, below }
    }

    /// Whether it is for the store of resources: all of FHIR's in its release but what others are
    /// for.
    fn is_of_resources(&self, offers: Offers) -> bool {
        let Some(release) = offers.resources else { return false };
        let is_there = !self.base.is_empty() && !self.is_of_audit;
        if !is_there || self.release.is_some_and(|of| of != release) {
            return false;
        }
        let first = self.below.trim_start_matches('/').split('/').next().unwrap_or_default();
        let is_ours = matches!(first, "AuditEvent" | "OperationDefinition" | "metadata");
        let is_ours = is_ours || first.starts_with('.');
        !is_ours
            && ROUTES.iter().all(|row| row.path == "[base]" || self.matches(row.path).is_none())
    }

    fn matches(&self, pattern: &str) -> Option<Variables<'a>> {
        let before = match (self.base.is_empty(), self.is_of_audit) {
            (true, _) => "/",
            (false, false) => "[base]",
            (false, true) => "[audit]",
        };
        let below = pattern.strip_prefix(before)?;
        let pattern = if self.base.is_empty() { pattern } else { below };
        let mut variables = Variables::default();
        if let Some(before) = pattern.strip_suffix("{rest}") {
            variables.rest = self.below.strip_prefix(before).filter(|rest| !rest.is_empty())?;
            return Some(variables);
        }
        let mut segments = self.below.split('/');
        for part in pattern.split('/') {
            let segment = segments.next()?;
            match part {
                "{id}" if is_name(segment) => variables.id = segment,
                "{version}" if is_name(segment) => variables.version = segment,
                "{compartment}" => variables.compartment = Some(compartment(segment)?),
                _ if part == segment => {}
                _ => return None,
            }
        }
        segments.next().is_none().then_some(variables)
    }
}

fn of_path(segment: &str) -> Option<Release> {
    Release::SERVED.iter().copied().find(|release| release.path() == segment)
}

fn compartment(segment: &str) -> Option<&'static str> {
    COMPARTMENTS.into_iter().find(|name| *name == segment)
}

/// Names that begin with `_` or `$` are FHIR's own.
fn is_name(segment: &str) -> bool {
    !segment.is_empty() && !segment.starts_with(['_', '$'])
}

fn is_boundary(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('/')
}

/// The path with its escapes resolved, once; an escaped slash makes no new segment.
fn decoded(path: &str) -> Option<Cow<'_, str>> {
    if !path.contains('%') {
        return Some(path.into());
    }
    let decoded = percent_decode_str(path).decode_utf8().ok()?;
    (decoded.matches('/').count() == path.matches('/').count()).then_some(decoded)
}

fn unmatched(place: &Place<'_>, offers: Offers) -> Refusal {
    let allow = allow_value(|route| offers.has(route) && place.matches(route.path).is_some());
    if allow.is_empty() {
        return nothing_here(place.base, place.below);
    }
    Refusal::new(
        StatusCode::METHOD_NOT_ALLOWED,
        IssueType::NotSupported,
        "this method is not offered here: see the Allow header",
    )
    .with(header::ALLOW, allow)
}

#[cfg(test)]
mod tests;
