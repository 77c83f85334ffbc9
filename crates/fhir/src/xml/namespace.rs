//! Namespaces (<https://www.w3.org/TR/xml-names/>) as far as FHIR needs them.

/// What FHIR's elements are in (<https://hl7.org/fhir/R4/xml.html>).
pub(super) const FHIR: &str = "http://hl7.org/fhir";
/// What the narrative is in.
pub(super) const XHTML: &str = "http://www.w3.org/1999/xhtml";
/// What `schemaLocation` is in.
const SCHEMA_INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// A namespace.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Namespace {
    /// FHIR's own.
    Fhir,
    /// Of the narrative.
    Xhtml,
    /// Of hints to schema processors.
    SchemaInstance,
    /// Any other.
    Other,
    /// None is declared.
    None,
}

impl Namespace {
    /// The namespace of this name.
    pub(super) fn of(uri: &str) -> Self {
        match uri {
            FHIR => Self::Fhir,
            XHTML => Self::Xhtml,
            SCHEMA_INSTANCE => Self::SchemaInstance,
            "" => Self::None,
            _ => Self::Other,
        }
    }
}

/// What is declared on the elements that are open.
#[derive(Default)]
pub(super) struct Namespaces<'a> {
    /// How deep, for which prefix (none: for elements without one), what.
    declared: Vec<(usize, Option<&'a str>, Namespace)>,
}

impl<'a> Namespaces<'a> {
    /// Declares a namespace on the element at this depth.
    pub(super) fn declare(&mut self, depth: usize, prefix: Option<&'a str>, namespace: Namespace) {
        self.declared.push((depth, prefix, namespace));
    }

    /// The element at this depth ends.
    pub(super) fn close(&mut self, depth: usize) {
        while self.declared.last().is_some_and(|(declared, _, _)| *declared >= depth) {
            self.declared.pop();
        }
    }

    /// What a prefix stands for here.
    pub(super) fn of(&self, prefix: Option<&str>) -> Namespace {
        let mut latest = self.declared.iter().rev();
        let found = latest.find(|(_, declared, _)| *declared == prefix);
        found.map_or(Namespace::None, |(_, _, namespace)| *namespace)
    }
}
