//! Which release a body looks like, told by its elements alone: `fhirVersion` often is not sent,
//! and two drafts share a number.
use crate::json::{Tape, Value, read};
use crate::{Issue, IssueType, Limits, Release};

/// The release that an `AuditEvent` in JSON looks like; `None` where its elements do not tell, or
/// contradict each other. R4 and R4B have the same elements: both are R4 here.
pub fn shape(json: &[u8]) -> Option<Release> {
    let tape = read(json, &Limits::default(), "AuditEvent").ok()?;
    marks(&tape).release()
}

/// The release to read a body in that was sent to `at`: see [`Marks::release_at`].
pub(crate) fn release_at(tape: &Tape<'_>, at: Option<Release>) -> Release {
    match at {
        // Most of what is sent there has one of these.
        Some(Release::R5) if has_r5s_names(tape) => Release::R5,
        Some(Release::R5 | Release::R5Draft) | None => marks(tape).release_at(at),
        Some(release) => release,
    }
}

fn has_r5s_names(tape: &Tape<'_>) -> bool {
    ["code", "category"].iter().any(|name| tape.member(0, name).is_some())
}

/// Whether a body that looks like another release cannot be meant as one of `release`, though none
/// of its elements is wrong there: its general type would say nothing.
pub(crate) fn is_foreign(tape: &Tape<'_>, release: Release) -> bool {
    marks(tape).is_foreign(release)
}

/// What to tell the sender of a body that was read as `release` and looks like another.
pub(crate) fn hint(tape: &Tape<'_>, release: Release) -> Option<Issue> {
    marks(tape).hint(release)
}

fn marks(tape: &Tape<'_>) -> Marks {
    let mut marks = Marks::default();
    for member in tape.children(0) {
        let name = tape.key(member);
        let inside = Marks::inside(name);
        marks.0 |= inside("");
        if !Marks::PARENTS.contains(&name) {
            continue;
        }
        if matches!(tape.value(member), Value::Text(_)) {
            marks.0 |= inside(Marks::VALUE);
        }
        for item in tape.items(member) {
            tape.children(item).for_each(|child| marks.0 |= inside(tape.key(child)));
        }
    }
    marks
}

/// Elements seen that not every release has. For JSON and XML alike: an element is its name and the
/// name of what holds it.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks(u16);

impl Marks {
    /// Elements of the event inside of which there is something to see.
    pub(crate) const PARENTS: [&str; 8] =
        ["type", "subtype", "outcome", "agent", "source", "entity", "participant", "object"];
    /// The name of the value of an element that is a primitive, the attribute of XML.
    pub(crate) const VALUE: &str = "value";

    const DSTU2: u16 = 1;
    /// Identifiers beside references: before R4, and in DSTU2.
    const IDENTIFIERS: u16 = 1 << 1;
    /// References with identifiers inside: since R4.
    const REFERENCES: u16 = 1 << 2;
    /// The general type is a Coding: until the R4-shaped draft of R5.
    const CODING: u16 = 1 << 3;
    /// It is a concept: R6.
    const CONCEPT: u16 = 1 << 4;
    /// The outcome is a code: until R4.
    const OUTCOME_CODE: u16 = 1 << 5;
    /// It is a concept: the R4-shaped draft.
    const OUTCOME_CONCEPT: u16 = 1 << 6;
    /// It has a code and details: since R5.
    const OUTCOME_PARTS: u16 = 1 << 7;
    /// What came with the drafts of R5.
    const DRAFT: u16 = 1 << 8;
    /// What R4 has and its draft does not.
    const BEFORE_DRAFT: u16 = 1 << 9;
    /// What came with R5's own shape.
    const LATE: u16 = 1 << 10;
    /// R5's names of the types.
    const R5: u16 = 1 << 11;
    /// A description, which R5 alone has not.
    const DESCRIPTION: u16 = 1 << 12;
    /// What R5 has no longer, by any name.
    const EARLY: u16 = 1 << 13;

    /// Notes an element of the event (`name` is empty), or one inside it.
    pub(crate) fn see(&mut self, parent: &str, name: &str) {
        self.0 |= Self::inside(parent)(name);
    }

    /// What an element of the event tells (its name is empty), or one inside it, by the event's
    /// element: an event has few of these, and many inside them.
    fn inside(parent: &str) -> fn(&str) -> u16 {
        match parent {
            "agent" => Self::in_agent,
            "entity" => Self::in_entity,
            "source" => Self::in_source,
            "type" | "subtype" => Self::in_type,
            "outcome" => Self::in_outcome,
            "event" | "participant" | "object" => |_| Self::DSTU2,
            "severity" | "basedOn" | "encounter" => |name| Self::only(name, Self::DRAFT),
            "outcomeDesc" => |name| Self::only(name, Self::BEFORE_DRAFT),
            "category" | "code" => |name| Self::only(name, Self::R5),
            "authorization" | "patient" | "occurredPeriod" | "occurredDateTime" => {
                |name| Self::only(name, Self::LATE)
            }
            "purposeOfEvent" | "period" => |name| Self::only(name, Self::EARLY),
            _ => |_| 0,
        }
    }

    /// Of the element itself, whatever is inside.
    fn only(name: &str, mark: u16) -> u16 {
        if name.is_empty() { mark } else { 0 }
    }

    fn in_agent(name: &str) -> u16 {
        match name {
            "reference" | "userId" => Self::IDENTIFIERS,
            "who" => Self::REFERENCES,
            "authorization" | "networkReference" | "networkUri" | "networkString" => Self::LATE,
            "altId" | "name" | "media" | "network" | "purposeOfUse" => Self::EARLY,
            _ => 0,
        }
    }

    fn in_entity(name: &str) -> u16 {
        match name {
            "identifier" | "reference" => Self::IDENTIFIERS,
            "what" => Self::REFERENCES,
            "description" => Self::DESCRIPTION,
            "agent" => Self::LATE,
            "type" | "lifecycle" | "name" => Self::EARLY,
            _ => 0,
        }
    }

    fn in_source(name: &str) -> u16 {
        match name {
            "identifier" => Self::IDENTIFIERS,
            "observer" => Self::REFERENCES,
            _ => 0,
        }
    }

    fn in_type(name: &str) -> u16 {
        match name {
            "system" | "version" | "code" | "display" => Self::CODING,
            "coding" | "text" => Self::CONCEPT,
            _ => 0,
        }
    }

    fn in_outcome(name: &str) -> u16 {
        match name {
            Self::VALUE => Self::OUTCOME_CODE,
            "coding" | "text" => Self::OUTCOME_CONCEPT,
            "code" | "detail" => Self::OUTCOME_PARTS,
            _ => 0,
        }
    }

    /// The release to read an event in that was sent to `at`. The path of R5 takes the R4-shaped
    /// draft of R5 as well, both of which say 4.6.0 of themselves; without a path the shape
    /// decides, and R4 is meant where it does not tell.
    pub(crate) fn release_at(self, at: Option<Release>) -> Release {
        match at {
            None => self.release().unwrap_or(Release::R4),
            Some(Release::R5) if self.release() == Some(Release::R5Draft) => Release::R5Draft,
            Some(Release::R5Draft) if self.0 & Self::R5 != 0 => Release::R5,
            Some(release) => release,
        }
    }

    /// Whether it looks like another release, and its general type is of that one's kind: a concept
    /// where `release` has a Coding, or the other way round. All that it says is unknown then.
    fn is_foreign(self, release: Release) -> bool {
        let has_concept = |release| release == Release::R6;
        self.release().is_some_and(|shape| has_concept(shape) != has_concept(release))
    }

    /// What to tell its sender where it looks like another release than the one it was read in.
    pub(crate) fn hint(self, release: Release) -> Option<Issue> {
        let shape = self.release()?;
        if shape == release || (shape == Release::R4 && release == Release::R4b) {
            return None;
        }
        let path = match shape {
            Release::R5Draft => Release::R5,
            other => other,
        };
        let (version, path) = (shape.version(), path.path());
        let message = format!("this looks like FHIR {version}: send it to /fhir/{path}");
        Some(Issue::error(IssueType::Structure, message).at("AuditEvent"))
    }

    /// The release whose elements these are, if they are one's alone.
    pub(crate) fn release(self) -> Option<Release> {
        let has = |marks: u16| self.0 & marks != 0;
        if has(Self::DSTU2) {
            let others = Self::REFERENCES | Self::CODING | Self::CONCEPT | Self::R5 | Self::LATE;
            return (!has(others)).then_some(Release::Dstu2);
        }
        let late = has(Self::LATE | Self::OUTCOME_PARTS);
        let early = has(Self::EARLY | Self::BEFORE_DRAFT | Self::OUTCOME_CODE | Self::CODING);
        if has(Self::R5) {
            let others = Self::IDENTIFIERS | Self::CONCEPT | Self::DESCRIPTION;
            return (!early && !has(others)).then_some(Release::R5);
        }
        if has(Self::CONCEPT) {
            return (!early && !has(Self::IDENTIFIERS)).then_some(Release::R6);
        }
        if !has(Self::CODING) || late {
            return None;
        }
        match (has(Self::IDENTIFIERS), has(Self::REFERENCES)) {
            (true, false) if !has(Self::OUTCOME_CONCEPT | Self::DRAFT) => Some(Release::Stu3),
            (false, true) => self.r4_or_draft(),
            _ => None,
        }
    }

    fn r4_or_draft(self) -> Option<Release> {
        let has = |marks: u16| self.0 & marks != 0;
        let r4 = has(Self::OUTCOME_CODE | Self::BEFORE_DRAFT | Self::DESCRIPTION);
        match (r4, has(Self::OUTCOME_CONCEPT | Self::DRAFT)) {
            (_, false) => Some(Release::R4),
            (false, true) => Some(Release::R5Draft),
            (true, true) => None,
        }
    }
}

#[cfg(test)]
mod tests;
