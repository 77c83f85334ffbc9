//! Names of resource types, as references and modifiers carry them.

/// Whether this could name a resource type: references are taken as sent, of types to come too.
pub(crate) fn is_shaped(text: &str) -> bool {
    text.as_bytes().first().is_some_and(u8::is_ascii_uppercase)
        && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// The type that `Reference.type` names: a name, or the uri of its definition
/// (<https://hl7.org/fhir/R4/references-definitions.html#Reference.type>).
pub(crate) fn of_uri(uri: &str) -> &str {
    uri.strip_prefix("http://hl7.org/fhir/StructureDefinition/").unwrap_or(uri)
}

#[cfg(test)]
mod tests;
