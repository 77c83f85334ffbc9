//! What was refused, for the page of operations: which element of which message was wrong and why.
//! No diagnostics hold a value of a message; nobody is named who may be a patient, nor is a member
//! that its sender made up.
use kiln_fhir::{Instant, MediaType, OperationOutcome, Release, WrittenError};
use kiln_pages::operations::{ERRORS_MAX, REFUSED_MAX, Refused};
use kiln_store::rejects::{Door, Reject, Shelf};

/// The newest messages of a shelf, and whether some could not be read.
pub(super) fn newest(shelf: &Shelf) -> (Vec<Refused>, bool) {
    match shelf.newest(REFUSED_MAX) {
        Ok((rejects, unread)) => {
            (rejects.iter().map(told).collect(), unread.entries + unread.files > 0)
        }
        Err(error) => {
            tracing::warn!(%error, "the reject shelf cannot be read");
            (Vec::new(), true)
        }
    }
}

fn told(reject: &Reject) -> Refused {
    let mut errors = errors(reject);
    let more = errors.len().saturating_sub(ERRORS_MAX);
    errors.truncate(ERRORS_MAX);
    Refused {
        number: reject.number,
        received: Instant { millis: reject.received.0 },
        from: from(&reject.principal).to_owned(),
        sent_as: sent_as(reject),
        errors,
        more,
    }
}

/// A sender that is a program, whole. Whoever has a token may be a patient with an app: of theirs,
/// only who issued it.
fn from(principal: &str) -> &str {
    let Some(rest) = principal.strip_prefix("token:") else { return principal };
    let issuer = rest.split(':').next().unwrap_or_default();
    &principal[.."token:".len() + issuer.len()]
}

fn sent_as(reject: &Reject) -> String {
    let door = match reject.door {
        Some(Door::Plain) => return "plain".to_owned(),
        Some(Door::Bundle) => " Bundle".to_owned(),
        Some(Door::Entry) => format!(" Bundle.entry[{}]", reject.position),
        Some(Door::Create) | None => String::new(),
    };
    let release = Release::from_number(reject.release).map_or("fhir", Release::path);
    let media = if reject.media_type == MediaType::Xml.number() { "xml" } else { "json" };
    format!("{release} {media}{door}")
}

/// Element and reason of each error.
fn errors(reject: &Reject) -> Vec<(String, String)> {
    let errors = OperationOutcome::written_errors(&reject.outcome).into_iter();
    let told = |error: WrittenError| {
        (error.expression.map(|path| element(&path)).unwrap_or_default(), error.diagnostics)
    };
    errors.map(told).collect()
}

/// The path of an element. A member that no event has is named as its sender names it, which may be
/// anything: what does not look like FHIR's own names is left out.
fn element(path: &str) -> String {
    let shown = |(at, part): (usize, &str)| {
        let (name, position) = part.split_once('[').unwrap_or((part, "0]"));
        let name = name.trim_start_matches('_');
        let is_root = at == 0 && matches!(name, "" | "AuditEvent" | "Bundle");
        let starts_well = is_root || name.starts_with(|first: char| first.is_ascii_lowercase());
        let is_name = starts_well && name.bytes().all(|byte| byte.is_ascii_alphabetic());
        let digits = position.strip_suffix(']').unwrap_or("-");
        let is_position = digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_name && is_position { part.to_owned() } else { "…".to_owned() }
    };
    path.split('.').enumerate().map(shown).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests;
