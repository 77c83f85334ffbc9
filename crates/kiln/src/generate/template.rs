//! An event's unchanging text, with slots for what differs. The templates are JSON files beside
//! this one, so that a person can read what an event looks like.
use super::slot::Slot;
use kiln_fhir::Release;

/// The shapes of the events of one release.
#[derive(Debug)]
pub(super) struct Templates {
    pub(super) access: Template,
    pub(super) query: Template,
    pub(super) sign_in: Template,
    pub(super) export: Template,
}

/// Literal text, then a slot, and so on.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) parts: Vec<(String, Slot)>,
    pub(super) end: String,
}

impl Templates {
    /// The shapes of the plain API, whose outcomes are written as R4's.
    pub(super) fn plain() -> Self {
        Self {
            access: Template::parse(include_str!("templates/plain/access.json")),
            query: Template::parse(include_str!("templates/plain/query.json")),
            sign_in: Template::parse(include_str!("templates/plain/sign-in.json")),
            export: Template::parse(include_str!("templates/plain/export.json")),
        }
    }

    pub(super) fn of(release: Release) -> Self {
        match release {
            Release::R5 => Self {
                access: Template::parse(include_str!("templates/r5/access.json")),
                query: Template::parse(include_str!("templates/r5/query.json")),
                sign_in: Template::parse(include_str!("templates/r5/sign-in.json")),
                export: Template::parse(include_str!("templates/r5/export.json")),
            },
            _ => Self {
                access: Template::parse(include_str!("templates/r4/access.json")),
                query: Template::parse(include_str!("templates/r4/query.json")),
                sign_in: Template::parse(include_str!("templates/r4/sign-in.json")),
                export: Template::parse(include_str!("templates/r4/export.json")),
            },
        }
    }
}

impl Template {
    /// A slot is `$name` inside a string; `"$outcome"` stands for a whole value.
    fn parse(json: &str) -> Self {
        let text = compact(json).replace("\"$outcome\"", "$outcome");
        let mut pieces = text.split('$');
        let mut literal = pieces.next().unwrap_or_default().to_owned();
        let mut parts = Vec::new();
        for piece in pieces {
            let end =
                piece.find(|c: char| !c.is_ascii_lowercase() && c != '-').unwrap_or(piece.len());
            let (name, rest) = piece.split_at(end);
            let slot = Slot::named(name).expect("the templates name slots that are there");
            parts.push((std::mem::replace(&mut literal, rest.to_owned()), slot));
        }
        Self { parts, end: literal }
    }
}

/// Without the white space between tokens.
fn compact(json: &str) -> String {
    let mut in_string = false;
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        // The templates have no escaped quotes.
        in_string ^= c == '"';
        if in_string || !c.is_ascii_whitespace() {
            out.push(c);
        }
    }
    out
}
