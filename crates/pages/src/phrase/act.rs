//! What was done and how it ended: actions, outcomes, and the codes of types.
use super::{Found, Kind, word, word::Word};

/// Words, and the code of `AuditEvent.action`.
const ACTIONS: [(&str, &str, &[&str]); 5] = [
    (
        "C",
        "create",
        &["created", "create", "creates", "added", "wrote", "angelegt", "erstellt", "anlegen"],
    ),
    (
        "R",
        "read",
        &[
            "read",
            "reads",
            "viewed",
            "views",
            "view",
            "opened",
            "open",
            "opens",
            "accessed",
            "looked at",
            "saw",
            "seen",
            "gelesen",
            "geöffnet",
            "öffnete",
            "angesehen",
            "eingesehen",
            "las",
            "lesen",
            "lesend",
        ],
    ),
    (
        "U",
        "update",
        &[
            "updated",
            "update",
            "updates",
            "changed",
            "changes",
            "modified",
            "edited",
            "geändert",
            "änderte",
            "ändern",
            "aktualisiert",
            "bearbeitet",
        ],
    ),
    (
        "D",
        "delete",
        &["deleted", "delete", "deletes", "removed", "erased", "gelöscht", "löschte", "löschen"],
    ),
    ("E", "execute", &["executed", "execute", "ran", "ausgeführt", "ausführen"]),
];

/// Words, and the codes of `AuditEvent.outcome`.
const OUTCOMES: [(&str, &str, &[&str]); 5] = [
    ("4", "minor failure", &["minor failure", "minor failures", "leichter fehler"]),
    ("8", "serious failure", &["serious failure", "serious failures", "schwerer fehler"]),
    ("12", "major failure", &["major failure", "major failures", "sehr schwerer fehler"]),
    (
        "4,8,12",
        "failed",
        &[
            "failed",
            "failure",
            "failures",
            "fail",
            "fails",
            "failing",
            "denied",
            "refused",
            "rejected",
            "unsuccessful",
            "error",
            "errors",
            "unauthorized",
            "fehlgeschlagen",
            "fehlgeschlagene",
            "fehlgeschlagenen",
            "fehler",
            "fehlschlag",
            "gescheitert",
            "gescheiterte",
            "verweigert",
            "verweigerte",
            "abgelehnt",
            "abgelehnte",
            "erfolglos",
            "erfolglose",
        ],
    ),
    (
        "0",
        "success",
        &["success", "successes", "successful", "succeeded", "erfolgreich", "erfolgreiche"],
    ),
];

/// Words, and the parameter and codes of what has no action of its own.
const TYPES: [(&str, &str, &str, &[&str]); 6] = [
    (
        "sign-in",
        "subtype",
        "110122,login",
        &[
            "login",
            "logins",
            "logon",
            "logged in",
            "signed in",
            "sign in",
            "sign-in",
            "sign-ins",
            "anmeldung",
            "anmeldungen",
            "angemeldet",
            "anmelden",
            "login-versuche",
        ],
    ),
    (
        "sign-out",
        "subtype",
        "110123,logout",
        &[
            "logout",
            "logouts",
            "logged out",
            "signed out",
            "sign out",
            "sign-out",
            "abmeldung",
            "abmeldungen",
            "abgemeldet",
        ],
    ),
    (
        "export",
        "type",
        "110106",
        &["export", "exports", "exported", "downloaded", "exportiert", "exporte", "exportierte"],
    ),
    ("import", "type", "110107", &["import", "imports", "imported", "importiert", "importe"]),
    (
        "search",
        "subtype",
        "search,search-type,search-system",
        &["searched", "searches", "searching", "gesucht", "suchen", "suchte", "abfragen"],
    ),
    ("REST", "type", "rest", &["rest", "restful"]),
];

pub(super) fn find(words: &[Word<'_>]) -> Option<Found> {
    outcome(words).or_else(|| kind(words)).or_else(|| action(words)).or_else(|| known_code(words))
}

fn outcome(words: &[Word<'_>]) -> Option<Found> {
    let (length, row) = longest(words, OUTCOMES.iter().map(|row| (row, row.2)))?;
    Some(Found::of_codes(length, Kind::Outcome, row.1, "outcome", row.0))
}

fn action(words: &[Word<'_>]) -> Option<Found> {
    let (length, row) = longest(words, ACTIONS.iter().map(|row| (row, row.2)))?;
    Some(Found::of_codes(length, Kind::Action, row.1, "action", row.0))
}

fn kind(words: &[Word<'_>]) -> Option<Found> {
    let (length, row) = longest(words, TYPES.iter().map(|row| (row, row.3)))?;
    Some(Found::of_codes(length, Kind::Type, row.0, row.1, row.2))
}

fn longest<'t, R>(
    words: &[Word<'_>],
    rows: impl Iterator<Item = (&'t R, &'t [&'t str])>,
) -> Option<(usize, &'t R)> {
    let fits = rows.filter_map(|(row, ways)| {
        let lengths = ways.iter().filter_map(|way| word::begin(words, way));
        Some((lengths.max()?, row))
    });
    fits.max_by_key(|(length, _)| *length)
}

/// Codes that say themselves which they are: DICOM's, IHE's transactions, FHIR's interactions.
fn known_code(words: &[Word<'_>]) -> Option<Found> {
    let word = words.first().filter(|word| word.is_plain())?;
    let text = word.text;
    let dicom = text.len() == 6 && text.starts_with("1101") && is_digits(text);
    let ihe = ["iti-", "pcc-", "rad-", "ppq-", "qedm-"]
        .iter()
        .any(|prefix| word.lower.strip_prefix(prefix).is_some_and(is_digits));
    let interaction = ["vread", "search-type", "history-instance", "history-type", "patch"];
    let is_known = dicom || ihe || interaction.contains(&&*word.lower);
    is_known.then(|| code_of("code", text, 1))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A code of a type or a subtype; `code` alone is told by what it looks like.
pub(super) fn code_of(field: &str, text: &str, length: usize) -> Found {
    let name = match field.to_lowercase().as_str() {
        "subtype" | "unterart" => "subtype",
        // DICOM's event ids end where its event type codes begin (PS3.16, CID 400 and 401).
        "code" if !(text.starts_with("1101") && text < "110120") => "subtype",
        _ => "type",
    };
    Found::new(length, Kind::Type, text, name, text)
}

/// What a word or a code of the field is.
pub(super) fn action_of(text: &str, length: usize) -> Option<Found> {
    let row = ACTIONS.iter().find(|row| row.0 == text || is_way(row.2, text))?;
    Some(Found::of_codes(length, Kind::Action, row.1, "action", row.0))
}

/// As [`action_of`].
pub(super) fn outcome_of(text: &str, length: usize) -> Option<Found> {
    let row = OUTCOMES.iter().find(|row| row.0 == text || is_way(row.2, text))?;
    Some(Found::of_codes(length, Kind::Outcome, row.1, "outcome", row.0))
}

fn is_way(ways: &[&str], text: &str) -> bool {
    ways.contains(&text.to_lowercase().as_str())
}
