//! Which search parameters a release has, and which field each searches by which rules.
//!
//! Every parameter of every release looks at events of all of them: fields are elements of the
//! canonical view, which is the same for all.
mod dstu2;
mod every;
mod page;
mod plain;
mod r4;
mod r5;
mod r6;
mod stu3;

use crate::Names;
use kiln_fhir::Release;
use kiln_index::Field;

/// FHIR's search parameter types that `AuditEvent` uses.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum ParameterType {
    /// `token`
    Token,
    /// `reference`
    Reference,
    /// `string`
    String,
    /// `uri`
    Uri,
    /// `date`
    Date,
}

/// A search parameter of a release, for `metadata`.
#[derive(Copy, Clone, Debug)]
pub struct Parameter {
    /// Its code.
    pub name: &'static str,
    /// Its type.
    pub r#type: ParameterType,
    /// Its canonical URL.
    pub definition: &'static str,
    pub(crate) rule: Rule,
}

/// How a parameter is searched.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// The record's own id.
    Id,
    /// When the record was received.
    Received,
    /// When the event was recorded.
    Recorded,
    /// Codings with their systems.
    Coded(Field),
    /// Codings of the first; where there are none, those of the second, which it is made from when
    /// an event is rendered in a release that must have it.
    CodedElse(Field, Field),
    /// A code or text alone, and the system its definition implies.
    Plain(Field, Option<&'static str>),
    /// A text that is searched as a token: whole, without case.
    WholeText(Field),
    /// `0`, `4`, `8` or `12`, or the severity that says the same.
    Outcome,
    /// Identifiers of what is referred to.
    Identifier(Field),
    /// The identifier of the source, which is mandatory before R4.
    Observer,
    /// References to these types; to any when there are none.
    Reference(Field, &'static [&'static str]),
    /// Agents of these types, with the ids that R5 has no element for.
    Agent(&'static [&'static str]),
    /// References to the patient, wherever they are.
    Patient,
    /// Texts.
    Text(Field),
    /// Uris.
    Uri(Field),
    /// Uris that may carry a version.
    Canonical(Field),
    /// Who or what: by a reference, or by an identifier's value alone.
    Party(Field),
    /// Whom an event is about: by a reference, or by an identifier's value alone.
    PatientParty,
    /// Words of what an event says in free text.
    Words,
}

impl Rule {
    /// The types that references may be to: none for any type, and where it is not asked.
    pub(crate) fn targets(self) -> Option<&'static [&'static str]> {
        match self {
            Self::Reference(_, targets) | Self::Agent(targets) => Some(targets),
            _ => None,
        }
    }
}

/// The parameters of a release: all it publishes for `AuditEvent`, and those of every resource
/// that are built.
pub fn parameters(release: Release) -> &'static [Parameter] {
    match release {
        Release::Dstu2 => dstu2::PARAMETERS,
        Release::Stu3 => stu3::PARAMETERS,
        Release::R4 | Release::R4b => r4::PARAMETERS,
        // The draft has no endpoint of its own.
        Release::R5Draft | Release::R5 => r5::PARAMETERS,
        Release::R6 => r6::PARAMETERS,
    }
}

/// How the parameter that is called so is searched.
pub(crate) fn find(names: Names, name: &str) -> Option<Rule> {
    match names {
        Names::Release(release) => {
            parameters(release).iter().find(|row| row.name == name).map(|row| row.rule)
        }
        Names::Plain => plain::FILTERS.iter().find(|row| row.0 == name).map(|row| row.1),
        Names::Page => page::FILTERS.iter().find(|row| row.0 == name).map(|row| row.1),
    }
}

const fn token(name: &'static str, definition: &'static str, rule: Rule) -> Parameter {
    Parameter { name, r#type: ParameterType::Token, definition, rule }
}

const fn reference(name: &'static str, definition: &'static str, rule: Rule) -> Parameter {
    Parameter { name, r#type: ParameterType::Reference, definition, rule }
}

const fn string(name: &'static str, definition: &'static str, rule: Rule) -> Parameter {
    Parameter { name, r#type: ParameterType::String, definition, rule }
}

const fn uri(name: &'static str, definition: &'static str, rule: Rule) -> Parameter {
    Parameter { name, r#type: ParameterType::Uri, definition, rule }
}

const fn date(name: &'static str, definition: &'static str, rule: Rule) -> Parameter {
    Parameter { name, r#type: ParameterType::Date, definition, rule }
}

#[cfg(test)]
mod tests;
