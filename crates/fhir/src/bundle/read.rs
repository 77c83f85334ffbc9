//! Bundles that come in, read in one pass: resources stay bytes, to be parsed one by one.
use super::{Bundle, BundleLimits, BundleType, Entry};
use crate::json::{Key, Members, Pairs, not_json, text_of};
use crate::{Issue, IssueType, OperationOutcome};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::HashSet;
use std::fmt;

/// Reads a Bundle.
///
/// # Errors
/// What is wrong with the Bundle itself; what is wrong with an entry stands in the entry.
pub fn parse<'a>(body: &'a [u8], limits: &BundleLimits) -> Result<Bundle<'a>, OperationOutcome> {
    if body.len() > limits.body_bytes_max {
        return Err(too_long(format!("larger than {} bytes", limits.body_bytes_max)).into());
    }
    let mut reader = Reader::new(limits.entries_max);
    let mut json = serde_json::Deserializer::from_str(text_of(body)?);
    let done = BundleSeed(&mut reader).deserialize(&mut json).and_then(|()| json.end());
    if let Err(error) = done {
        let place = reader.place();
        return Err(reader.refused.unwrap_or_else(|| not_json(&error)).at(place).into());
    }
    let kind = reader.kind()?;
    let mut entries = reader.entries;
    for (position, entry) in entries.iter_mut().enumerate() {
        if entry.error.is_none() {
            entry.error = missing(kind, entry, position).map(OperationOutcome::from);
        }
    }
    Ok(Bundle { r#type: kind, entries })
}

/// What an entry of such a Bundle must have.
fn missing(kind: BundleType, entry: &Entry<'_>, position: usize) -> Option<Issue> {
    let element = match kind {
        BundleType::Collection if entry.resource.is_none() => "resource",
        BundleType::Batch | BundleType::Transaction if entry.method.is_none() => "request.method",
        BundleType::Batch | BundleType::Transaction if entry.url.is_none() => "request.url",
        _ => return None,
    };
    let issue = Issue::error(IssueType::Required, "a mandatory element is missing");
    Some(issue.at(format!("Bundle.entry[{position}].{element}")))
}

fn too_long(message: String) -> Issue {
    Issue::error(IssueType::TooLong, message)
}

/// What was read of a Bundle so far.
struct Reader<'a> {
    entries_max: usize,
    names: HashSet<String>,
    resource_type: Option<&'a RawValue>,
    kind: Option<&'a RawValue>,
    entries: Vec<Entry<'a>>,
    reading: Place,
    /// Why reading stopped, where it is not the grammar.
    refused: Option<Issue>,
}

/// Where in the Bundle the reader is.
enum Place {
    /// Among its members.
    Members,
    /// At the value of this member.
    Member(&'static str),
    /// In the array of its entries.
    Entries,
}

impl Reader<'_> {
    /// More elements than this are refused; a Bundle has less than twenty.
    const NAMES_MAX: usize = 64;

    fn new(entries_max: usize) -> Self {
        Self {
            entries_max,
            names: HashSet::new(),
            resource_type: None,
            kind: None,
            entries: Vec::new(),
            reading: Place::Members,
            refused: None,
        }
    }

    fn place(&self) -> String {
        match self.reading {
            Place::Members => "Bundle".to_owned(),
            Place::Member(name) => format!("Bundle.{name}"),
            Place::Entries => format!("Bundle.entry[{}]", self.entries.len()),
        }
    }

    fn refuse<E: serde::de::Error>(&mut self, issue: Issue) -> E {
        self.refused = Some(issue);
        E::custom("")
    }

    fn note<E: serde::de::Error>(&mut self, name: &str) -> Result<(), E> {
        if self.names.len() == Self::NAMES_MAX {
            return Err(self.refuse(too_long("too many elements".to_owned())));
        }
        if self.names.insert(name.to_owned()) {
            return Ok(());
        }
        let message = "an element is there twice: send it once";
        Err(self.refuse(Issue::error(IssueType::Structure, message)))
    }

    fn kind(&self) -> Result<BundleType, Issue> {
        let refuse = |code, message, at: &str| Err(Issue::error(code, message).at(at));
        let missing = "a mandatory element is missing";
        match self.resource_type.map(text) {
            Some(Some(name)) if name == "Bundle" => {}
            Some(_) => return refuse(IssueType::Value, "this is no Bundle", "Bundle.resourceType"),
            None => return refuse(IssueType::Required, missing, "Bundle.resourceType"),
        }
        let Some(kind) = self.kind else {
            return refuse(IssueType::Required, missing, "Bundle.type");
        };
        match text(kind).as_deref() {
            Some("batch") => Ok(BundleType::Batch),
            Some("transaction") => Ok(BundleType::Transaction),
            Some("collection") => Ok(BundleType::Collection),
            _ => {
                let message = "send a batch, a transaction or a collection";
                refuse(IssueType::Value, message, "Bundle.type")
            }
        }
    }
}

/// The members that an error may name; other names are the sender's words.
const MEMBERS: [&str; 3] = ["resourceType", "type", "entry"];

/// Reads the Bundle's own members.
struct BundleSeed<'r, 'a>(&'r mut Reader<'a>);

impl<'a> DeserializeSeed<'a> for BundleSeed<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for BundleSeed<'_, 'a> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a Bundle")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut members: A) -> Result<(), A::Error> {
        let reader = self.0;
        while let Some(Key(name)) = members.next_key()? {
            let known = MEMBERS.iter().find(|known| **known == name);
            reader.reading = known.map_or(Place::Members, |name| Place::Member(name));
            reader.note(&name)?;
            match name.as_ref() {
                "resourceType" => reader.resource_type = Some(members.next_value()?),
                "type" => reader.kind = Some(members.next_value()?),
                "entry" => members.next_value_seed(EntriesSeed(reader))?,
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
            reader.reading = Place::Members;
        }
        Ok(())
    }
}

/// Reads the entries.
struct EntriesSeed<'r, 'a>(&'r mut Reader<'a>);

impl<'a> DeserializeSeed<'a> for EntriesSeed<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'a> Visitor<'a> for EntriesSeed<'_, 'a> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array of entries")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut items: A) -> Result<(), A::Error> {
        let reader = self.0;
        reader.reading = Place::Entries;
        while let Some(members) = items.next_element::<Pairs<'a>>()? {
            if reader.entries.len() == reader.entries_max {
                let message = format!("more than {} entries: send fewer", reader.entries_max);
                return Err(reader.refuse(too_long(message)));
            }
            let path = reader.place();
            reader.entries.push(entry(&members, &path));
        }
        Ok(())
    }
}

fn entry<'a>(members: &Pairs<'a>, path: &str) -> Entry<'a> {
    let mut entry = Entry {
        resource: None,
        resource_type: None,
        method: None,
        url: None,
        if_none_exist: None,
        error: None,
    };
    if let Err(issue) = fill(&mut entry, members, path) {
        entry.error = Some(issue.into());
    }
    entry
}

fn fill<'a>(entry: &mut Entry<'a>, members: &Pairs<'a>, path: &str) -> Result<(), Issue> {
    if let Some(resource) = members.get("resource") {
        let bytes = resource.get().as_bytes();
        if bytes[0] != b'{' {
            let message = "must be an object";
            return Err(Issue::error(IssueType::Structure, message).at(format!("{path}.resource")));
        }
        entry.resource = Some(bytes);
        entry.resource_type = resource_type(bytes);
    }
    once(members, path)?;
    let Some(request) = members.get("request") else { return Ok(()) };
    let path = format!("{path}.request");
    let Ok(request) = serde_json::from_str::<Pairs<'_>>(request.get()) else {
        return Err(Issue::error(IssueType::Structure, "must be an object").at(path));
    };
    once(&request, &path)?;
    entry.method = text_member(&request, "method", &path)?;
    entry.url = text_member(&request, "url", &path)?;
    entry.if_none_exist = text_member(&request, "ifNoneExist", &path)?;
    Ok(())
}

fn once(members: &Pairs<'_>, path: &str) -> Result<(), Issue> {
    if members.duplicate {
        let message = "an element is there twice: send it once";
        return Err(Issue::error(IssueType::Structure, message).at(path));
    }
    Ok(())
}

fn text_member(members: &Pairs<'_>, name: &str, path: &str) -> Result<Option<String>, Issue> {
    let Some(value) = members.get(name) else { return Ok(None) };
    match text(value) {
        Some(text) if !text.is_empty() => Ok(Some(text)),
        _ => {
            let issue = Issue::error(IssueType::Value, "must be a string that is not empty");
            Err(issue.at(format!("{path}.{name}")))
        }
    }
}

/// The resource's type, found without reading the resource.
fn resource_type(resource: &[u8]) -> Option<String> {
    let member = Members::of(resource, 0).find(|member| member.is("resourceType"))?;
    serde_json::from_slice(&resource[member.value]).ok()
}

fn text(value: &RawValue) -> Option<String> {
    serde_json::from_str(value.get()).ok()
}
