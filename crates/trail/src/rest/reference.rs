//! Literal references (<https://hl7.org/fhir/R4/references.html#literal>), and addresses of
//! resources in answers, which are written alike.
use super::{Id, Instance, Patient, ResourceType, query};

/// Bytes of a reference or an identifier that is kept; what is longer is none.
pub(super) const BYTES_MAX: usize = 2048;

/// A resource that an address names, and its version where it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address<'a> {
    /// What stands before the resource type, without its `/`; empty where it is relative.
    pub(super) base: &'a str,
    pub(super) instance: Instance,
    pub(super) version: Option<Id>,
}

impl<'a> Address<'a> {
    /// Reads `Type/id`, `Type/id/_history/version`, below any base.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (text, version) = match text.split_once("/_history/") {
            Some((text, version)) => (text, Some(Id::parse(version)?)),
            None => (text, None),
        };
        let (before, id) = text.rsplit_once('/')?;
        let (base, name) = before.rsplit_once('/').unwrap_or(("", before));
        let instance = Instance { r#type: ResourceType::parse(name)?, id: Id::parse(id)? };
        Some(Self { base, instance, version })
    }

    /// Whether it is one of this server: relative, or below one of its URLs.
    pub(super) fn is_here(&self, bases: &[&str]) -> bool {
        self.base.is_empty() || bases.iter().any(|base| base.trim_end_matches('/') == self.base)
    }
}

/// The patient that a literal reference names. `kind` is `Reference.type`, where it is said.
pub(super) fn patient(reference: &str, kind: Option<&str>, bases: &[&str]) -> Option<Patient> {
    if reference.len() > BYTES_MAX {
        return None;
    }
    if is_placeholder(reference) {
        return Some(Patient::Placeholder(reference.to_owned()));
    }
    if let Some(criteria) = reference.strip_prefix("Patient?") {
        // In a transaction: whoever matches.
        let mut parameters = query::parameters(criteria);
        let (_, value) = parameters.find(|(name, _)| name == "identifier")?;
        return identifier(&value);
    }
    if let Some(address) = Address::parse(reference) {
        let is_patient = address.instance.r#type.as_str() == "Patient";
        return is_patient.then(|| {
            let id = &address.instance.id;
            if address.is_here(bases) {
                Patient::of(id)
            } else {
                Patient::Reference([address.base, "/Patient/", id.as_str()].concat())
            }
        });
    }
    let is_url = reference.contains("://") && kind == Some("Patient");
    is_url.then(|| Patient::Reference(reference.to_owned()))
}

/// Whether it names a resource that is no patient.
pub(super) fn is_of_another(reference: &str) -> bool {
    Address::parse(reference).is_some_and(|address| address.instance.r#type.as_str() != "Patient")
}

/// Whether it is a name inside of a Bundle alone.
pub(super) fn is_placeholder(reference: &str) -> bool {
    reference.starts_with("urn:uuid:") || reference.starts_with("urn:oid:")
}

/// `system|value`, or `value`.
pub(super) fn identifier(token: &str) -> Option<Patient> {
    let (system, value) = token.split_once('|').unwrap_or(("", token));
    if value.is_empty() || token.len() > BYTES_MAX {
        return None;
    }
    let system = (!system.is_empty()).then(|| system.to_owned());
    Some(Patient::Identifier { system, value: value.to_owned() })
}
