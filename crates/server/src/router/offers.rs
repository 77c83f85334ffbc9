//! What is served beside audit events, and what is not served of them.
use super::{Interaction, Route, Takes};
use crate::settings::Settings;
use hyper::Method;
use kiln_fhir::Release;
use kiln_identity::Scope;

/// What is served beside audit events.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Offers {
    /// Other resources, in this release.
    pub(super) resources: Option<Release>,
    /// Whether nobody may send audit events.
    is_read_only: bool,
}

impl Offers {
    /// As the settings say.
    pub(crate) fn of(settings: &Settings) -> Self {
        let resources = settings.resources.as_ref();
        Self {
            resources: resources.map(|resources| resources.release),
            is_read_only: resources.is_some_and(|resources| !resources.takes_events()),
        }
    }

    pub(super) fn has(self, route: &Route) -> bool {
        let is_sent = matches!(route.interaction, Interaction::Create | Interaction::PlainCreate);
        !(is_sent && self.is_read_only)
    }
}

/// Routes of other resources, where they are kept: what no other route is for. What they ask is
/// read by `kiln_trail::rest`.
pub(super) static RESOURCES: &[Route] = &[
    resource(Method::POST, "[base]"),
    resource(Method::GET, "[base]/{rest}"),
    resource(Method::POST, "[base]/{rest}"),
    resource(Method::PUT, "[base]/{rest}"),
    resource(Method::PATCH, "[base]/{rest}"),
    resource(Method::DELETE, "[base]/{rest}"),
];

const fn resource(method: Method, path: &'static str) -> Route {
    let (interaction, scope) = (Interaction::Resource, Scope::Known);
    Route { method, path, interaction, scope, takes: Takes::Anything }
}
