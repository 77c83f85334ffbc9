//! Whether the scopes of a token allow what is asked, where the upstream does not see the token and
//! so cannot tell.
use kiln_identity::{
    Principal,
    smart::{Allowed, ResourceAccess},
};
use kiln_trail::rest::{Asked, Does, Sent, Target};

/// No type is called so: what is asked of all types needs a scope for all.
const ALL_TYPES: &str = "*";

const ANYTHING: [ResourceAccess; 5] = [
    ResourceAccess::Create,
    ResourceAccess::Read,
    ResourceAccess::Update,
    ResourceAccess::Delete,
    ResourceAccess::Search,
];

/// Whether the principal may do it. A scope that holds for one patient alone allows nothing: who
/// is held to it has to be asked of each resource, by the server that has them.
pub(crate) fn may(principal: &Principal, asked: &Asked, sent: &Sent) -> bool {
    match sent {
        Sent::Bundle(bundle) => bundle.entries.iter().all(|entry| may_one(principal, &entry.asked)),
        _ => may_one(principal, asked),
    }
}

fn may_one(principal: &Principal, asked: &Asked) -> bool {
    let (of, needed) = needed(asked);
    let is_given =
        |access: &ResourceAccess| matches!(principal.resources.allow(of, *access), Allowed::All);
    needed.iter().all(is_given)
}

/// What is needed of which type.
fn needed(asked: &Asked) -> (&str, &'static [ResourceAccess]) {
    let of = asked.resource_type().map_or(ALL_TYPES, |it| it.as_str());
    match &asked.does {
        // The entries of a Bundle say what they need.
        Does::Capabilities | Does::Bundle => (of, &[]),
        Does::Read(_) | Does::Vread(..) | Does::HistoryInstance(_) => (of, &[ResourceAccess::Read]),
        // A conditional one tells whether there is a match.
        Does::Create(_) if asked.conditions.if_none_exist.is_some() => {
            (of, &[ResourceAccess::Create, ResourceAccess::Search])
        }
        Does::Create(_) => (of, &[ResourceAccess::Create]),
        Does::Update(_) | Does::Patch(_) => (of, &[ResourceAccess::Update]),
        Does::UpdateIf(_) | Does::PatchIf(_) => {
            (of, &[ResourceAccess::Update, ResourceAccess::Search])
        }
        Does::Delete(_) | Does::DeleteHistory(..) => (of, &[ResourceAccess::Delete]),
        Does::DeleteIf(_) => (of, &[ResourceAccess::Delete, ResourceAccess::Search]),
        // What it includes may be of any type, as may be what stands in a history.
        Does::SearchType(_) if includes(asked) => (ALL_TYPES, &[ResourceAccess::Search]),
        Does::HistoryType(_) | Does::SearchType(_) | Does::SearchCompartment(_, Some(_)) => {
            (of, &[ResourceAccess::Search])
        }
        Does::HistorySystem | Does::SearchSystem | Does::SearchCompartment(_, None) => {
            (ALL_TYPES, &[ResourceAccess::Search])
        }
        Does::AsyncStatus => (ALL_TYPES, &[ResourceAccess::Read]),
        Does::Operation(_, target) => match (asked.is_read(), target) {
            (true, Target::System | Target::Type(_)) => (ALL_TYPES, &[ResourceAccess::Search]),
            (true, Target::Instance(_) | Target::Version(..)) => {
                (ALL_TYPES, &[ResourceAccess::Read])
            }
            (false, _) => (ALL_TYPES, &ANYTHING),
        },
    }
}

/// Whether a search may show other types than its own. A search by POST says so in its body, which
/// is not looked at here.
fn includes(asked: &Asked) -> bool {
    let query = asked.query.as_deref().unwrap_or_default().to_ascii_lowercase();
    query.contains("include")
        || query.contains('%')
        || asked.method != kiln_trail::rest::Method::Get
}

#[cfg(test)]
mod tests;
