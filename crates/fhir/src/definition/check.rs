//! Walks a document along its release's tables.
use super::primitive::{UNFIT, Verdict};
use super::{Element, Kind, Presence, Primitive, Releases, Slot, Type, audit_event, datatypes};
use crate::json::{Member, Tape, Value};
use crate::outcome::Issues;
use crate::xml::unfit;
use crate::{Issue, IssueType, OperationOutcome, Release};

mod content;

use content::Rigour;

/// What the root is called in expressions.
const ROOT: &str = "AuditEvent";

/// A document that is what its release says.
#[derive(Debug)]
pub(crate) struct Checked {
    /// What each node of the tape means.
    pub(crate) slots: Vec<Slot>,
    /// What its sender should know.
    pub(crate) warnings: Vec<Issue>,
}

/// What was found in a document, good or bad.
#[derive(Debug)]
pub(crate) struct Found {
    /// What each node of the tape means, as far as it was told.
    pub(crate) slots: Vec<Slot>,
    /// What is wrong.
    pub(crate) errors: Issues,
    /// What else its sender should know.
    pub(crate) warnings: Issues,
}

impl Found {
    /// Everything that is wrong, then what else its sender should know.
    pub(crate) fn into_outcome(mut self) -> OperationOutcome {
        self.errors.append(self.warnings);
        OperationOutcome { issues: self.errors.into_vec() }
    }
}

/// Checks an `AuditEvent` of this release.
///
/// # Errors
/// Everything that is wrong, then what else its sender should know.
pub(crate) fn check(tape: &Tape<'_>, release: Release) -> Result<Checked, OperationOutcome> {
    let found = find(tape, release)?;
    if found.errors.is_empty() {
        return Ok(Checked { slots: found.slots, warnings: found.warnings.into_vec() });
    }
    Err(found.into_outcome())
}

/// Looks at an `AuditEvent` of this release, and through what is wrong with it.
///
/// # Errors
/// It is no `AuditEvent`.
pub(crate) fn find(tape: &Tape<'_>, release: Release) -> Result<Found, OperationOutcome> {
    check_resource_type(tape)?;
    let mut check = Check {
        tape,
        release,
        releases: Releases::only(release),
        slots: vec![Slot::None; tape.len()],
        errors: Issues::default(),
        warnings: Issues::default(),
    };
    check.object(0, audit_event(release));
    if tape.has_noncharacters() {
        check.noncharacters();
    }
    let Check { slots, errors, warnings, .. } = check;
    Ok(Found { slots, errors, warnings })
}

/// Anything else than an `AuditEvent` gets this one answer, not one for each of its elements.
fn check_resource_type(tape: &Tape<'_>) -> Result<(), OperationOutcome> {
    let refuse = |code, message: &str, at: &str| Err(Issue::error(code, message).at(at).into());
    let at = "AuditEvent.resourceType";
    if !matches!(tape.value(0), Value::Object(_)) {
        return refuse(IssueType::Structure, "this is JSON, but no object", ROOT);
    }
    match tape.member(0, "resourceType").map(|member| tape.text(member)) {
        Some(Some(ROOT)) => Ok(()),
        Some(Some(_)) => refuse(IssueType::Value, "this is no AuditEvent", at),
        Some(None) => refuse(IssueType::Structure, "must be a string", at),
        None => refuse(IssueType::Required, "missing: a resource names its type", at),
    }
}

struct Check<'t, 'a> {
    tape: &'t Tape<'a>,
    release: Release,
    releases: Releases,
    slots: Vec<Slot>,
    errors: Issues,
    warnings: Issues,
}

/// Elements of one object that were there, by their position in its type.
#[derive(Copy, Clone, Default)]
struct Seen(u64);

impl Seen {
    fn add(&mut self, position: usize) {
        self.0 |= 1 << position;
    }

    fn has(self, position: usize) -> bool {
        self.0 >> position & 1 == 1
    }
}

impl Check<'_, '_> {
    fn object(&mut self, at: usize, definition: &'static Type) {
        let tape = self.tape;
        match tape.value(at) {
            Value::Object(span) if span.len > 0 => {}
            Value::Object(_) => {
                return self.error(at, IssueType::Structure, "is an empty object: leave it out");
            }
            _ => return self.error(at, IssueType::Structure, "must be an object"),
        }
        let (mut seen, mut hint) = (Seen::default(), 0);
        for member in tape.members(at) {
            let found = definition.find_from(member.key(), hint, self.releases);
            if let Some((position, element)) = found {
                seen.add(position);
                hint = position + 1;
                self.slots[member.at] = element.slot;
                self.usual_member(at, member, element);
            } else if let Some(position) = self.stranger(at, member.at, definition) {
                seen.add(position);
            }
        }
        self.cardinality(at, definition, seen);
        self.exclusive(at, definition, seen);
    }

    /// A member that is not called as an element; where it is there in place of one, that one's
    /// position.
    fn stranger(&mut self, parent: usize, at: usize, definition: &'static Type) -> Option<usize> {
        if let Some((position, element)) = self.sibling_of(self.tape.key(at), definition) {
            self.sibling(parent, at, element);
            return (element.presence != Presence::Value).then_some(position);
        }
        if definition.is_open() {
            self.unfamiliar_member(at, Rigour::Fhir);
        } else {
            self.unknown(at);
        }
        None
    }

    /// `_name` holds id and extensions of the primitive `name`.
    fn sibling_of(
        &self,
        key: &str,
        definition: &'static Type,
    ) -> Option<(usize, &'static Element)> {
        let (position, element) = definition.find(key.strip_prefix('_')?, 0, self.releases)?;
        element.is_primitive().then_some((position, element))
    }

    /// [`Self::member`] in short for what most members are; its slot is noted.
    #[inline]
    fn usual_member(&mut self, parent: usize, member: Member<'_, '_>, element: &'static Element) {
        match element.kind {
            _ if element.modifier => self.member(parent, member.at, element),
            Kind::Primitive(primitive) if !element.many => match member.text() {
                Some(text) => self.text(member.at, primitive, text),
                None => self.member(parent, member.at, element),
            },
            Kind::Code(codes)
                if !element.many && member.text().is_some_and(|text| codes.contains(&text)) => {}
            Kind::Complex(definition) if member.is_object() && !element.many => {
                self.object(member.at, definition);
            }
            Kind::Complex(definition) if member.has_items() && element.many => {
                self.tape.children(member.at).for_each(|item| self.object(item, definition));
            }
            _ => self.member(parent, member.at, element),
        }
    }

    fn member(&mut self, parent: usize, at: usize, element: &'static Element) {
        self.slots[at] = element.slot;
        if element.modifier {
            let message = "may change what the rest means: kept, but nothing here knows it";
            self.warn(at, IssueType::Structure, message);
        }
        match self.tape.value(at) {
            Value::Array(span) if element.many && span.len > 0 => {
                if element.is_primitive() {
                    self.primitives(parent, at, element);
                } else {
                    self.tape.children(at).for_each(|item| self.item(item, element));
                }
            }
            Value::Array(_) | Value::Null => self.misfit(at, element),
            _ if element.many => self.misfit(at, element),
            _ => self.item(at, element),
        }
    }

    /// A member that is no array and should be one, or the other way round.
    #[cold]
    fn misfit(&mut self, at: usize, element: &'static Element) {
        let message = match self.tape.value(at) {
            Value::Array(_) if element.many => "is an empty array: leave it out",
            Value::Array(_) => "must not be an array: there is at most one",
            Value::Null => "is null: leave it out",
            _ => {
                self.error(at, IssueType::Structure, "must be an array: it can repeat");
                // What it would be as the only item is looked at nevertheless: it may be kept.
                return self.item(at, element);
            }
        };
        self.error(at, IssueType::Structure, message);
    }

    /// An item may be null only where its extensions stand in the array beside.
    fn primitives(&mut self, parent: usize, at: usize, element: &'static Element) {
        let tape = self.tape;
        let mut beside = None;
        for (position, item) in tape.children(at).enumerate() {
            if !matches!(tape.value(item), Value::Null) {
                self.item(item, element);
                continue;
            }
            let beside = beside.get_or_insert_with(|| {
                let sibling = tape.member(parent, &format!("_{}", element.name));
                let items = sibling.map(|sibling| tape.children(sibling));
                items.into_iter().flatten().map(|item| is_object(tape, item)).collect::<Vec<_>>()
            });
            if !beside.get(position).copied().unwrap_or(false) {
                self.error(item, IssueType::Structure, "is null without an extension beside it");
            }
        }
    }

    fn item(&mut self, at: usize, element: &'static Element) {
        match element.kind {
            Kind::ResourceType => {}
            Kind::Primitive(primitive) => self.primitive(at, primitive),
            Kind::Code(codes) => self.code(at, codes),
            Kind::Complex(definition) => self.object(at, definition),
            Kind::Resource => self.resource(at),
            Kind::Opaque => self.opaque(at),
        }
    }

    fn primitive(&mut self, at: usize, primitive: Primitive) {
        match primitive.judge(self.tape.value(at), self.tape.is_resolved(at)) {
            Verdict::Fine => {}
            Verdict::Unusual(message) => self.warn(at, IssueType::Value, message),
            Verdict::Wrong(code, message) => self.error(at, code, message),
        }
    }

    #[inline]
    fn text(&mut self, at: usize, primitive: Primitive, text: &str) {
        if !primitive.takes_plain(text) || self.tape.is_resolved(at) {
            self.primitive(at, primitive);
        }
    }

    fn code(&mut self, at: usize, codes: &'static [&'static str]) {
        match self.tape.text(at) {
            Some(code) if codes.contains(&code) => {}
            Some(_) => self.errors.push(|| {
                let message = format!("must be one of {}", codes.join(" "));
                Issue::error(IssueType::CodeInvalid, message).at(self.tape.path(ROOT, at))
            }),
            None => self.error(at, IssueType::Value, "must be a string"),
        }
    }

    /// `_name`: an object; of an element that repeats an array, as long as the one of the values.
    fn sibling(&mut self, parent: usize, at: usize, element: &'static Element) {
        let tape = self.tape;
        let Value::Array(span) = tape.value(at) else {
            return if element.many {
                self.error(at, IssueType::Structure, "must be an array: it can repeat");
            } else {
                self.object(at, &datatypes::EXTENSIONS_ONLY);
            };
        };
        if !element.many {
            let message = "must not be an array: there is at most one";
            return self.error(at, IssueType::Structure, message);
        }
        let values = tape.member(parent, element.name).map(|values| tape.value(values));
        if span.len == 0 || matches!(values, Some(Value::Array(values)) if values.len != span.len) {
            let message = "must have as many items as the values beside it";
            self.error(at, IssueType::Structure, message);
        }
        for item in tape.children(at) {
            if !matches!(tape.value(item), Value::Null) {
                self.object(item, &datatypes::EXTENSIONS_ONLY);
            }
        }
    }

    fn cardinality(&mut self, at: usize, definition: &'static Type, seen: Seen) {
        if seen.0 & definition.mandatory != definition.mandatory {
            for (position, element) in definition.own.iter().enumerate() {
                let missing = Seen(definition.mandatory & !seen.0);
                if missing.has(position) && element.releases.meet(self.releases) {
                    self.error_below(at, element.name, "a mandatory element is missing");
                }
            }
        }
        let chosen = (seen.0 & definition.choice).count_ones();
        if definition.choice != 0 && chosen != 1 {
            self.choice(at, definition, chosen);
        }
    }

    /// Of a choice there is one, or none where it is optional.
    fn choice(&mut self, at: usize, definition: &'static Type, chosen: u32) {
        let element = &definition.own[definition.choice.trailing_zeros() as usize];
        let name = choice_name(element.name);
        if chosen > 1 {
            let message = format!("{name}[x] is there with several types: send one");
            self.errors.push(|| {
                Issue::error(IssueType::Structure, message)
                    .at(format!("{}.{name}", self.tape.path(ROOT, at)))
            });
        } else if element.presence == Presence::MandatoryChoice {
            self.error_below(at, name, "a mandatory element is missing, of any of its types");
        }
    }

    fn exclusive(&mut self, at: usize, definition: &'static Type, seen: Seen) {
        let Some(rule) = &definition.exclusive else { return };
        // What stands beside a value counts as seen, too.
        if rule.positions.iter().any(|positions| seen.0 & positions == 0) {
            return;
        }
        let has = |name| self.tape.member(at, name).is_some();
        if has(rule.one) && has(rule.other) {
            self.errors.push(|| {
                let message = format!("{}: {} or {}, not both", rule.rule, rule.one, rule.other);
                Issue::error(IssueType::Invariant, message).at(self.tape.path(ROOT, at))
            });
        }
    }

    fn unknown(&mut self, at: usize) {
        let message = "no such element in this release: kept, but nothing reads it";
        self.warn(at, IssueType::Structure, message);
        self.unfamiliar_member(at, Rigour::Xml);
    }

    /// U+FFFE and U+FFFF as they stand; written as escapes they are found where text is judged.
    fn noncharacters(&mut self) {
        for node in 0..self.tape.len() {
            match self.tape.value(node) {
                Value::Text(text) if !self.tape.is_resolved(node) && unfit(text).is_some() => {
                    self.error(node, IssueType::Value, UNFIT);
                }
                _ => {}
            }
        }
    }

    #[cold]
    fn error(&mut self, at: usize, code: IssueType, message: &str) {
        self.errors.push(|| Issue::error(code, message).at(self.tape.path(ROOT, at)));
    }

    /// About a member that is not there.
    #[cold]
    fn error_below(&mut self, at: usize, name: &str, message: &str) {
        self.errors.push(|| {
            Issue::error(IssueType::Required, message)
                .at(format!("{}.{name}", self.tape.path(ROOT, at)))
        });
    }

    #[cold]
    fn warn(&mut self, at: usize, code: IssueType, message: &str) {
        self.warnings.push(|| Issue::warning(code, message).at(self.tape.path(ROOT, at)));
    }
}

fn is_object(tape: &Tape<'_>, at: usize) -> bool {
    matches!(tape.value(at), Value::Object(_))
}

/// `value` of `valueString`.
fn choice_name(name: &'static str) -> &'static str {
    let end = name.find(|letter: char| letter.is_ascii_uppercase()).unwrap_or(name.len());
    &name[..end]
}
