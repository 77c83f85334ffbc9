//! What a path points at.
use super::{AUDIT_PREFIX, COMPARTMENTS, Offers, ROUTES};
use kiln_fhir::Release;
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// Where a path points: at FHIR in some release, or elsewhere.
pub(super) struct Place<'a> {
    pub(super) base: &'a str,
    /// At FHIR's of the audit of the audit.
    pub(super) is_of_audit: bool,
    pub(super) release: Option<Release>,
    pub(super) below: &'a str,
}

#[derive(Default)]
pub(super) struct Variables<'a> {
    pub(super) compartment: Option<&'static str>,
    pub(super) id: &'a str,
    pub(super) version: &'a str,
    pub(super) rest: &'a str,
}

impl<'a> Place<'a> {
    pub(super) fn of(path: &'a str) -> Self {
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
    pub(super) fn is_of_resources(&self, offers: Offers) -> bool {
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

    pub(super) fn matches(&self, pattern: &str) -> Option<Variables<'a>> {
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
pub(super) fn decoded(path: &str) -> Option<Cow<'_, str>> {
    if !path.contains('%') {
        return Some(path.into());
    }
    let decoded = percent_decode_str(path).decode_utf8().ok()?;
    (decoded.matches('/').count() == path.matches('/').count()).then_some(decoded)
}
