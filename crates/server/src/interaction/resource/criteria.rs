//! What a search asks of resources: `_id`, `_lastUpdated`, `identifier`, `patient`, `subject`,
//! `status` and `code`, for every type (<https://hl7.org/fhir/R4/search.html>).
use super::resources;
use crate::{
    answer::Refusal,
    exchange::{Exchange, parameters},
    interaction::{PAGING, search_type},
    resources::{body::key, terms},
    tasks::Deadline,
};
use kiln_fhir::{Issue, IssueType, OperationOutcome};
use kiln_index::{LogIndex, Order, Page, Position, Query};
use kiln_search::{Handling, Search};
use kiln_store::{RecordKind, Snapshot};
use kiln_trail::rest::ResourceType;

/// The parameters that are searched by here, and their types, as `metadata` lists them.
pub(in crate::interaction) const PARAMETERS: [(&str, &str); 7] = [
    ("_id", "token"),
    ("_lastUpdated", "date"),
    ("identifier", "token"),
    ("patient", "reference"),
    ("subject", "reference"),
    ("status", "token"),
    ("code", "token"),
];

/// Versions that are looked at together.
const HITS_AT_ONCE: usize = 256;

/// A search that was understood.
pub(super) struct Criteria {
    /// Which versions.
    pub(super) query: Query,
    /// How the answer comes.
    pub(super) search: Search,
    /// Parameters as they were applied, those of `search` among them.
    pub(super) applied: Vec<(String, String)>,
    /// What was left out.
    pub(super) warnings: Vec<Issue>,
}

/// Understands the parameters of a search for this type.
///
/// # Errors
/// 400 for values that are none, for modifiers that are not offered, and where `handling` is strict
/// for parameters that are not.
pub(super) fn read(
    exchange: &Exchange,
    snapshot: &Snapshot,
    r#type: ResourceType,
    pairs: Vec<(String, String)>,
    handling: Handling,
) -> Result<Criteria, Refusal> {
    let mut queries = vec![terms::of_type(r#type.as_str())];
    let (mut applied, mut others, mut warnings) = (Vec::new(), Vec::new(), Vec::new());
    for (name, value) in pairs {
        let bare = name.split_once(':').map_or(&*name, |(bare, _)| bare);
        if bare == "_lastUpdated" || PAGING.contains(&bare) {
            others.push((name, value));
        } else if PARAMETERS.iter().any(|(known, _)| *known == bare) {
            queries.push(any_of(exchange, r#type, &name, &value)?);
            applied.push((name, value));
        } else if handling == Handling::Strict {
            let issue = wrong("a parameter that is not searched by here: see metadata");
            return Err(OperationOutcome::from(issue).into());
        } else {
            warnings.push(wrong("a parameter that is not searched by here was left out"));
        }
    }
    let search = search_type::compile(exchange, snapshot, &others, handling)?;
    queries.push(search.query.clone());
    applied.extend(search.applied.iter().filter(|(name, _)| name != "_cursor").cloned());
    Ok(Criteria { query: Query::And(queries), search, applied, warnings })
}

/// Where the resources stand that the criteria of a condition find, two at most.
///
/// # Errors
/// 400 unless every part of them is understood.
pub(super) fn matches(
    exchange: &Exchange,
    r#type: ResourceType,
    text: &str,
    patient: Option<&str>,
    deadline: &Deadline,
) -> Result<Vec<LogIndex>, Refusal> {
    let pairs = parameters(text)?;
    if pairs.is_empty() || pairs.iter().any(|(name, _)| PAGING.contains(&name.as_str())) {
        let says = "a condition is a search by parameters of the type, without paging or sorting";
        return Err(Refusal::bad_request(IssueType::Invalid, says));
    }
    let snapshot = exchange.store().snapshot();
    let criteria = read(exchange, &snapshot, r#type, pairs, Handling::Strict)?;
    let query = of_patient(criteria.query, patient);
    let (order, size) = (Order::LogOldest, snapshot.size());
    let page = Page { query: &query, order, after: None, size, limit: 2 };
    let hits = current(exchange, &snapshot, &page, deadline)?;
    Ok(hits.into_iter().map(|hit| hit.log_index).collect())
}

/// Limited to what is about this patient, where there is one.
pub(super) fn of_patient(query: Query, patient: Option<&str>) -> Query {
    match patient {
        Some(id) => Query::And(vec![query, terms::of_patient(id)]),
        None => query,
    }
}

/// The hits that are current, and no deletions, in the log below the page's size.
pub(super) fn current(
    exchange: &Exchange,
    snapshot: &Snapshot,
    page: &Page<'_>,
    deadline: &Deadline,
) -> Result<Vec<Position>, Refusal> {
    let (mut found, mut after) = (Vec::new(), page.after);
    while found.len() < page.limit {
        deadline.check()?;
        let part = Page { after, limit: HITS_AT_ONCE, ..*page };
        let hits = snapshot.query_hidden(RecordKind::Resource, &part, &|| deadline.expired())?;
        for hit in &hits {
            if found.len() < page.limit
                && resources(exchange).is_current(snapshot, hit.log_index, page.size)?
            {
                found.push(*hit);
            }
        }
        if hits.len() < HITS_AT_ONCE {
            break;
        }
        after = hits.last().copied();
    }
    Ok(found)
}

/// One parameter: any of its values.
fn any_of(
    exchange: &Exchange,
    r#type: ResourceType,
    name: &str,
    value: &str,
) -> Result<Query, OperationOutcome> {
    let (bare, modifier) = match name.split_once(':') {
        Some((bare, modifier)) => (bare, Some(modifier)),
        None => (name, None),
    };
    let values = values(value);
    if values.is_empty() || values.len() > exchange.app.settings.search.or_values_max {
        return Err(wrong("a parameter has no value, or too many").into());
    }
    let of_type = modifier.and_then(ResourceType::parse);
    let is_reference = matches!(bare, "patient" | "subject");
    if modifier.is_some() && !(is_reference && of_type.is_some()) {
        return Err(wrong("a modifier that is not offered for this parameter").into());
    }
    let of_type = of_type.map(ResourceType::as_str);
    let here = &*exchange.base;
    let queries = values.iter().map(|value| match bare {
        "_id" => terms::of_key(&key(r#type.as_str(), value)),
        "identifier" => terms::by_token(terms::IDENTIFIER, value),
        "status" => terms::by_token(terms::STATUS, value),
        "code" => terms::by_token(terms::CODE, value),
        "patient" => {
            let of_type = of_type.or(Some("Patient"));
            terms::by_reference(terms::PATIENT, value, of_type, here)
        }
        _ => terms::by_reference(terms::SUBJECT, value, of_type, here),
    });
    Ok(Query::Or(queries.collect()))
}

/// The alternatives of a value: commas part them, but for those behind a backslash
/// (<https://hl7.org/fhir/R4/search.html#escaping>).
fn values(text: &str) -> Vec<String> {
    let (mut values, mut value, mut is_escaped) = (Vec::new(), String::new(), false);
    for character in text.chars() {
        match character {
            _ if is_escaped => {
                value.push(character);
                is_escaped = false;
            }
            '\\' => is_escaped = true,
            ',' => values.push(std::mem::take(&mut value)),
            _ => value.push(character),
        }
    }
    values.push(value);
    values.retain(|value| !value.is_empty());
    values
}

fn wrong(says: &str) -> Issue {
    Issue::error(IssueType::NotSupported, says)
}
