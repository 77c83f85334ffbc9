//! Codes: how a plain text becomes a coding, and how a coding is read back.
//!
//! A row may be added, never changed: stored events are read by these tables for ever. What a row
//! is read as by nature stays; a text that would be read otherwise carries the
//! [`plain`](crate::mark) mark.
mod events;
mod objects;
mod people;

use crate::mark;
use crate::stored::Stored;
use crate::writer::Writer;
use kiln_fhir::{Release, resource_type};
use std::borrow::Cow;

/// DICOM's codes (<https://dicom.nema.org/medical/dicom/current/output/chtml/part16/chapter_D.html>).
pub(crate) const DCM: &str = "http://dicom.nema.org/resources/ontology/DCM";

/// The codes that one element is known to hold.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    /// Plain names beside codes and displays, the first of a code being what it is read as where
    /// `reads` says so.
    names: &'static [Name],
    /// Systems whose codes, then displays, are known.
    systems: &'static [&'static System],
    reads: Reads,
}

/// What a known coding is read as.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Reads {
    /// Its plain name, else its code.
    NameOrCode,
    /// Its code, however it may be called.
    Code,
    /// Its display.
    Display,
}

/// A text that means a code.
#[derive(Debug)]
struct Name {
    text: &'static str,
    system: &'static System,
    code: &'static str,
}

/// Some codes of a code system, as far as they are known here.
#[derive(Debug)]
struct System {
    url: &'static str,
    codes: Codes,
}

#[derive(Debug)]
enum Codes {
    /// Code and display.
    Named(&'static [(&'static str, &'static str)]),
    /// Codes that are their own displays.
    Same(&'static [&'static str]),
    /// R4's resource types, which are their own displays.
    ResourceTypes,
}

/// A coding, as a text gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Coding<'a> {
    pub(crate) system: Option<&'static str>,
    pub(crate) code: Cow<'a, str>,
    pub(crate) display: Option<&'static str>,
}

/// `type`
pub(crate) static TYPE: Vocabulary = Vocabulary {
    names: &[Name { text: "export", system: &events::DICOM_TYPES, code: "110106" }],
    systems: &[&events::REST, &events::DICOM_TYPES, &events::LIFECYCLE],
    reads: Reads::NameOrCode,
};

/// `subtype`
pub(crate) static SUBTYPE: Vocabulary = Vocabulary {
    names: &[],
    systems: &[&events::INTERACTIONS, &events::DICOM_SUBTYPES],
    reads: Reads::Code,
};

/// `source.type`
pub(crate) static SOURCE_TYPE: Vocabulary =
    Vocabulary { names: &[], systems: &[&objects::SOURCE_TYPES], reads: Reads::Display };

/// `entity.type`
pub(crate) static ENTITY_TYPE: Vocabulary = Vocabulary {
    // As DICOM means them; the resource types of these names are rare.
    names: &[
        Name { text: "Person", system: &objects::ENTITY_TYPES, code: "1" },
        Name { text: "Organization", system: &objects::ENTITY_TYPES, code: "3" },
    ],
    systems: &[&objects::ENTITY_TYPES, &objects::RESOURCE_TYPES],
    reads: Reads::Code,
};

/// `entity.role`
pub(crate) static ENTITY_ROLE: Vocabulary =
    Vocabulary { names: &[], systems: &[&objects::OBJECT_ROLES], reads: Reads::Code };

/// `agent.role`
pub(crate) static AGENT_ROLE: Vocabulary = Vocabulary {
    names: &[
        Name { text: "practitioner", system: &people::ROLE_CLASSES, code: "PROV" },
        Name { text: "healthcare provider", system: &people::ROLE_CLASSES, code: "PROV" },
        Name { text: "patient", system: &people::ROLE_CLASSES, code: "PAT" },
        Name { text: "employee", system: &people::ROLE_CLASSES, code: "EMP" },
        Name { text: "guardian", system: &people::ROLE_CLASSES, code: "GUARD" },
        Name { text: "next of kin", system: &people::ROLE_CLASSES, code: "NOK" },
        Name { text: "physician", system: &people::PROFESSIONS, code: "doctor" },
        Name { text: "user", system: &people::SECURITY_ROLES, code: "humanuser" },
    ],
    systems: &[&people::SECURITY_ROLES, &people::DICOM_ROLES, &people::PROFESSIONS],
    reads: Reads::Display,
};

/// `purposeOfEvent`
pub(crate) static PURPOSE: Vocabulary = Vocabulary {
    names: &[
        Name { text: "HIPAA Operations", system: &people::PURPOSES, code: "HOPERAT" },
        Name { text: "HIPAA Treatment", system: &people::PURPOSES, code: "TREAT" },
        Name { text: "HIPAA Payment", system: &people::PURPOSES, code: "HPAYMT" },
        Name { text: "operations", system: &people::PURPOSES, code: "HOPERAT" },
        Name { text: "payment", system: &people::PURPOSES, code: "HPAYMT" },
        Name { text: "research", system: &people::PURPOSES, code: "HRESCH" },
        Name { text: "marketing", system: &people::PURPOSES, code: "HMARKT" },
        Name { text: "emergency", system: &people::PURPOSES, code: "ETREAT" },
        Name { text: "break-the-glass", system: &people::PURPOSES, code: "BTG" },
        Name { text: "care coordination", system: &people::PURPOSES, code: "COC" },
        Name { text: "quality improvement", system: &people::PURPOSES, code: "HQUALIMP" },
        Name { text: "patient request", system: &people::PURPOSES, code: "PATRQT" },
        Name { text: "system administration", system: &people::PURPOSES, code: "HSYSADMIN" },
    ],
    systems: &[&people::PURPOSES],
    reads: Reads::Display,
};

/// Where no code is known.
pub(crate) static UNKNOWN: Vocabulary = Vocabulary { names: &[], systems: &[], reads: Reads::Code };

/// Whether R4 has a resource type of this name.
pub(crate) fn is_resource_type(name: &str) -> bool {
    resource_type::is_of(name, Release::R4) || resource_type::ABSTRACT.contains(&name)
}

impl Vocabulary {
    /// The coding that a plain text means: by plain name, by code, by display, all without regard
    /// to case; else the text itself as a code of no system.
    pub(crate) fn coding<'a>(&self, text: &'a str) -> Coding<'a> {
        self.known(text).unwrap_or_else(|| Coding {
            system: None,
            code: collapsed(text),
            display: None,
        })
    }

    /// The coding that a plain text means, where it is known.
    pub(crate) fn known(&self, text: &str) -> Option<Coding<'static>> {
        let named = self.names.iter().find(|name| name.text.eq_ignore_ascii_case(text));
        if let Some(Name { system, code, .. }) = named {
            return system.rows().find(|row| row.0 == *code).map(|row| system.coding(row));
        }
        let by = |of: fn((&'static str, &'static str)) -> &'static str| {
            self.systems.iter().find_map(|system| {
                let row = system.rows().find(|&row| of(row).eq_ignore_ascii_case(text))?;
                Some(system.coding(row))
            })
        };
        by(|row| row.0).or_else(|| by(|row| row.1))
    }

    /// What a coding that carries no mark is read as.
    pub(crate) fn natural<'a>(&self, system: Option<&str>, code: &'a str) -> &'a str {
        let Some(system) = system else { return code };
        match self.reads {
            Reads::Code => code,
            Reads::NameOrCode => {
                let is_it = |name: &&Name| name.system.url == system && name.code == code;
                self.names.iter().find(is_it).map_or(code, |name| name.text)
            }
            Reads::Display => {
                let mut rows = (self.systems.iter().filter(|known| known.url == system))
                    .flat_map(|known| known.rows());
                rows.find(|row| row.0 == code).map_or(code, |row| row.1)
            }
        }
    }
}

impl System {
    /// Codes with their displays.
    fn rows(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let (named, same, has_types): (&'static [_], &'static [&str], _) = match self.codes {
            Codes::Named(rows) => (rows, &[], false),
            Codes::Same(codes) => (&[], codes, false),
            Codes::ResourceTypes => (&[], &[], true),
        };
        let types = || resource_type::of(Release::R4).chain(resource_type::ABSTRACT);
        let types = has_types.then(types).into_iter().flatten();
        let same = same.iter().copied().chain(types);
        named.iter().copied().chain(same.map(|code| (code, code)))
    }

    fn coding(&self, (code, display): (&'static str, &'static str)) -> Coding<'static> {
        Coding { system: Some(self.url), code: Cow::Borrowed(code), display: Some(display) }
    }
}

/// The text as FHIR allows a `code`: no white space around it, single spaces inside
/// (<https://hl7.org/fhir/R4/datatypes.html#code>).
pub(crate) fn collapsed(text: &str) -> Cow<'_, str> {
    let mut after_space = true;
    let is_odd = |letter: char| {
        let odd = letter.is_whitespace() && (after_space || letter != ' ');
        after_space = letter.is_whitespace();
        odd
    };
    if !text.contains(is_odd) && !text.ends_with(' ') {
        return Cow::Borrowed(text);
    }
    let mut code = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !code.is_empty() {
            code.push(' ');
        }
        code.push_str(word);
    }
    Cow::Owned(code)
}

/// Writes the members of a Coding that reads as `text`.
pub(crate) fn write(json: &mut Writer<'_>, vocabulary: &Vocabulary, text: &str) {
    let coding = vocabulary.coding(text);
    if vocabulary.natural(coding.system, &coding.code) != text {
        mark::write_plain(json, text);
    }
    coding.write(json);
}

impl Coding<'_> {
    /// Writes its members.
    pub(crate) fn write(&self, json: &mut Writer<'_>) {
        if let Some(system) = self.system {
            json.member("system", system);
        }
        json.member("code", &self.code);
        if let Some(display) = self.display {
            json.member("display", display);
        }
    }
}

/// Reads a Coding: its mark, else what it is by nature; takes what that text implies.
pub(crate) fn read<'t>(
    stored: &mut Stored<'t, '_>,
    at: usize,
    vocabulary: &Vocabulary,
) -> Option<&'t str> {
    let text = match mark::plain(stored, at) {
        Some(text) => text,
        None => match stored.text_of(at, "code") {
            Some(code) => vocabulary.natural(stored.text_of(at, "system"), code),
            None => stored.text_of(at, "display")?,
        },
    };
    take(stored, at, text, &vocabulary.coding(text));
    Some(text)
}

/// Takes of a Coding what `text` says: all of it where it is the coding that the text means.
pub(crate) fn take(stored: &mut Stored<'_, '_>, at: usize, text: &str, means: &Coding<'_>) {
    let is_meant = stored.text_of(at, "system") == means.system
        && stored.text_of(at, "code") == Some(means.code.as_ref());
    let code = collapsed(text);
    stored.take_if(at, "code", |said| is_meant || said == text || said == code);
    stored.take_if(at, "system", |_| is_meant);
    stored.take_if(at, "display", |said| {
        let implied = means.display.is_some_and(|display| display.eq_ignore_ascii_case(said));
        said == text || is_meant && implied
    });
}

/// Reads the first Coding of an element that is one or several, or a concept of them.
pub(crate) fn read_first<'t>(
    stored: &mut Stored<'t, '_>,
    at: usize,
    vocabulary: &Vocabulary,
) -> Option<&'t str> {
    let first = stored.tape.items(at).next()?;
    let Some(codings) = stored.tape.member(first, "coding") else {
        return read(stored, first, vocabulary).or_else(|| stored.take_text(first, "text"));
    };
    let coding = stored.tape.items(codings).next()?;
    let text = read(stored, coding, vocabulary);
    take_concept_text(stored, first, coding, text);
    text.or_else(|| stored.take_text(first, "text"))
}

/// Takes the text of a concept where it says what was read of its coding, or its display.
pub(crate) fn take_concept_text(
    stored: &mut Stored<'_, '_>,
    concept: usize,
    coding: usize,
    text: Option<&str>,
) {
    let display = stored.text_of(coding, "display").filter(|_| stored.has_taken(coding, "display"));
    stored.take_if(concept, "text", |said| Some(said) == text || Some(said) == display);
}

#[cfg(test)]
mod tests;
