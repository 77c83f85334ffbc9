//! `type` and `subtype`: what happened. R5 calls them `category` and `code`.
use crate::code::{self, Coding, DCM, SUBTYPE, TYPE};
use crate::mark;
use crate::stored::Stored;
use crate::writer::Writer;
use kiln_fhir::Release;
use std::borrow::Cow;

/// The plain type of a User Authentication (DCM 110114) of the kind Login (DCM 110122).
pub(crate) const LOGIN: &str = "login";

pub(crate) const AUTHENTICATION: Coding<'static> = dicom("110114", "User Authentication");
pub(crate) const LOGIN_KIND: Coding<'static> = dicom("110122", "Login");

const fn dicom(code: &'static str, display: &'static str) -> Coding<'static> {
    Coding { system: Some(DCM), code: Cow::Borrowed(code), display: Some(display) }
}

/// Whether a plain type is a login.
pub(crate) fn is_login(r#type: &str) -> bool {
    r#type.eq_ignore_ascii_case(LOGIN)
}

/// Writes `type` and `subtype`.
pub(crate) fn write(json: &mut Writer<'_>, r#type: &str, subtypes: &[&str]) {
    json.within("type", |json| write_type(json, r#type, subtypes));
    json.array("subtype", |json| {
        if is_login(r#type) {
            json.item(|json| {
                mark::write_derived(json);
                LOGIN_KIND.write(json);
            });
        }
        for subtype in subtypes {
            json.item(|json| code::write(json, &SUBTYPE, subtype));
        }
    });
}

fn write_type(json: &mut Writer<'_>, r#type: &str, subtypes: &[&str]) {
    if is_login(r#type) {
        if r#type != LOGIN {
            mark::write_plain(json, r#type);
        }
        return AUTHENTICATION.write(json);
    }
    let coding = TYPE.coding(r#type);
    let is_kind = |subtype: &&str| SUBTYPE.coding(subtype) == LOGIN_KIND;
    if coding == AUTHENTICATION && subtypes.iter().any(is_kind) {
        // Without the mark it would read as a login.
        mark::write_plain(json, r#type);
        return coding.write(json);
    }
    code::write(json, &TYPE, r#type);
}

/// Reads `type` and `subtype`.
pub(crate) fn read(stored: &mut Stored<'_, '_>, release: Release, json: &mut Writer<'_>) {
    let (r#type, subtype) = match release {
        Release::R5 => ("category", "code"),
        _ => ("type", "subtype"),
    };
    let mut types = codings(stored, r#type);
    let mut subtypes = codings(stored, subtype);
    if types.is_empty() {
        // R5 need not have a category.
        types = std::mem::take(&mut subtypes);
    }
    let Some(&first) = types.first() else { return };
    let is_login = read_type(stored, first, &subtypes, json);
    if is_login {
        fold(stored, &mut subtypes);
    }
    json.array("subtype", |json| {
        for said in subtypes {
            if let Some(text) = said.read(stored, |stored, at| code::read(stored, at, &SUBTYPE)) {
                json.text(text);
            }
        }
    });
}

/// Writes the type; whether it is a login.
fn read_type(
    stored: &mut Stored<'_, '_>,
    r#type: Said,
    subtypes: &[Said],
    json: &mut Writer<'_>,
) -> bool {
    let is_authentication = is(stored, r#type.coding, &AUTHENTICATION);
    let is_login_kind = |said: &Said| is(stored, said.coding, &LOGIN_KIND);
    let could_be = is_authentication && subtypes.iter().any(is_login_kind);
    let mut reads_login = false;
    let text = r#type.read(stored, |stored, at| {
        let text = if could_be { Some(mark::plain(stored, at).unwrap_or(LOGIN)) } else { None };
        reads_login = text.is_some_and(is_login);
        match text {
            Some(text) if reads_login => {
                code::take(stored, at, text, &AUTHENTICATION);
                Some(text)
            }
            _ => code::read(stored, at, &TYPE),
        }
    });
    if let Some(text) = text {
        json.member("type", text);
    }
    reads_login
}

/// Takes the subtype that is part of a login: the one that was added, else the first that says so.
fn fold(stored: &mut Stored<'_, '_>, subtypes: &mut Vec<Said>) {
    let is_kind = |said: &Said| is(stored, said.coding, &LOGIN_KIND);
    let added = subtypes.iter().position(|s| is_kind(s) && mark::is_derived(stored, s.coding));
    let Some(at) = added.or_else(|| subtypes.iter().position(is_kind)) else { return };
    let said = subtypes.remove(at);
    mark::take_derived(stored, said.coding);
    said.read(stored, |stored, at| {
        code::take(stored, at, &LOGIN_KIND.code, &LOGIN_KIND);
        None
    });
}

fn is(stored: &Stored<'_, '_>, at: usize, coding: &Coding<'_>) -> bool {
    stored.text_of(at, "system") == coding.system
        && stored.text_of(at, "code") == Some(coding.code.as_ref())
}

/// A coding, and the concept it stands in; where releases have no concept, itself.
#[derive(Copy, Clone)]
struct Said {
    concept: usize,
    coding: usize,
}

impl Said {
    /// Reads the coding, else the concept's text.
    fn read<'t>(
        self,
        stored: &mut Stored<'t, '_>,
        read: impl FnOnce(&mut Stored<'t, '_>, usize) -> Option<&'t str>,
    ) -> Option<&'t str> {
        let Self { concept, coding } = self;
        let text = read(stored, coding);
        if concept != coding {
            code::take_concept_text(stored, concept, coding, text);
        }
        text.or_else(|| stored.take_text(concept, "text"))
    }
}

/// The codings of an element of the event.
fn codings(stored: &Stored<'_, '_>, name: &str) -> Vec<Said> {
    let Some(element) = stored.member(0, name) else { return Vec::new() };
    let mut found = Vec::new();
    for concept in stored.tape.items(element) {
        match stored.member(concept, "coding") {
            Some(codings) => {
                found.extend(stored.tape.items(codings).map(|coding| Said { concept, coding }));
            }
            None => found.push(Said { concept, coding: concept }),
        }
    }
    found
}
