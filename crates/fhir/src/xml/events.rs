//! The library's reader as it is used here, and what it refuses in words without values.
use crate::IssueType;
use quick_xml::Reader;
use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesPI, BytesRef};

use super::character::fits;
use super::name::is_name;

/// Elements inside each other at most, whatever the limits say: the stack is finite.
pub(super) const DEPTH_MAX: usize = 120;

/// Why a document is refused.
#[derive(Copy, Clone, Debug)]
pub(super) struct Refusal {
    pub(super) code: IssueType,
    pub(super) message: &'static str,
}

impl From<&'static str> for Refusal {
    fn from(message: &'static str) -> Self {
        Self { code: IssueType::Structure, message }
    }
}

impl Refusal {
    pub(super) const fn too_long(message: &'static str) -> Self {
        Self { code: IssueType::TooLong, message }
    }
}

/// A reader of events, with the checks the library has.
pub(super) fn reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().enable_all_checks(true);
    reader
}

/// What the library found wrong.
pub(super) fn refusal(error: &Error) -> Refusal {
    let message = match error {
        Error::Syntax(SyntaxError::UnclosedDoctype)
        | Error::IllFormed(IllFormedError::MissingDoctypeName) => DOCTYPE,
        Error::Syntax(SyntaxError::InvalidBangMarkup) => "<! starts nothing that XML knows",
        Error::Syntax(_) => "the body ends inside a tag, a comment or an instruction",
        Error::IllFormed(IllFormedError::MismatchedEndTag { .. }) => {
            "an end tag of another name than its start tag"
        }
        Error::IllFormed(IllFormedError::UnmatchedEndTag(_)) => "an end tag without a start tag",
        Error::IllFormed(IllFormedError::DoubleHyphenInComment) => "-- inside a comment",
        Error::IllFormed(IllFormedError::UnclosedReference) => "a & that starts no reference",
        _ => "this is not well-formed XML",
    };
    message.into()
}

/// <https://hl7.org/fhir/R4/xml.html>: "Document Type Definition references SHALL NOT be used".
pub(super) const DOCTYPE: &str = "a DOCTYPE, which FHIR forbids: send none";

/// Checks a reference in text: one of XML's five, or a character that XML allows.
pub(super) fn check_reference(reference: &BytesRef<'_>) -> Result<(), Refusal> {
    match reference.resolve_char_ref() {
        Ok(Some(letter)) if fits(letter) => Ok(()),
        Ok(None) if resolve_xml_entity(reference).is_some() => Ok(()),
        Ok(None) => Err("a reference that XML does not define: write the character".into()),
        _ => Err("a reference to a character that XML does not allow".into()),
    }
}

/// Checks an instruction; what it says is no part of a resource.
pub(super) fn check_instruction(instruction: &BytesPI<'_>) -> Result<(), Refusal> {
    let target = instruction.target();
    if target.eq_ignore_ascii_case("xml") {
        return Err("an XML declaration that is not at the start".into());
    }
    if is_name(target) { Ok(()) } else { Err("a processing instruction without a name".into()) }
}
