//! Extensions that carry what the target has no element for, under the names that HL7 gives them
//! (<https://hl7.org/fhir/R5/versions.html#extensions>), and that come back out of them.
use super::codes::SetAside;
use super::coding::Written;
use super::given::{Given, Paths};
use super::object::{Conversion, item, name};
use super::systems::of_slot;
use crate::Release;
use crate::definition::{CODING, EXTENSION, Element, Kind, Primitive, Slot, Type};
pub(super) use crate::extension::{DERIVED, RESIDUE};

/// `altId` where there is no such element.
pub(super) const ALTERNATIVE_USER_ID: &str =
    "http://hl7.org/fhir/StructureDefinition/auditevent-AlternativeUserID";
/// `lifecycle` where there is no such element.
pub(super) const LIFECYCLE: &str = "http://hl7.org/fhir/StructureDefinition/auditevent-Lifecycle";

pub(super) const CROSS_VERSION_END: &str = "/StructureDefinition/extension-AuditEvent.";

/// How the names of a release's elements begin.
pub(super) const fn cross_version(release: Release) -> &'static str {
    match release {
        Release::Dstu2 => "http://hl7.org/fhir/1.0/StructureDefinition/extension-AuditEvent.",
        Release::Stu3 => "http://hl7.org/fhir/3.0/StructureDefinition/extension-AuditEvent.",
        Release::R4 => "http://hl7.org/fhir/4.0/StructureDefinition/extension-AuditEvent.",
        Release::R4b => "http://hl7.org/fhir/4.3/StructureDefinition/extension-AuditEvent.",
        Release::R5Draft => "http://hl7.org/fhir/4.6/StructureDefinition/extension-AuditEvent.",
        Release::R5 => "http://hl7.org/fhir/5.0/StructureDefinition/extension-AuditEvent.",
        Release::R6 => "http://hl7.org/fhir/6.0/StructureDefinition/extension-AuditEvent.",
    }
}

/// The rest of a cross-version name of this release: `agent.altId`.
fn path_in(url: &str, release: Release) -> Option<&str> {
    url.strip_prefix(cross_version(release))
}

/// `String` of `valueString` in an extension, for values of this element.
pub(super) fn value_type(element: &Element) -> &'static str {
    if let Some(choice) = element.choice() {
        return &element.name[choice.len()..];
    }
    match element.kind {
        // What events have most, so that they need not be looked for.
        Kind::Code(_) => return "Code",
        Kind::Primitive(Primitive::String) => return "String",
        Kind::Complex(definition) if std::ptr::eq(definition, &raw const CODING) => return "Coding",
        _ => {}
    }
    let same = |known: &&Element| match (&known.kind, &element.kind) {
        (Kind::Complex(known), Kind::Complex(own)) => std::ptr::eq(*known, *own),
        (Kind::Primitive(known), Kind::Primitive(own)) => known == own,
        _ => false,
    };
    let mut known = EXTENSION.elements(Release::R4).filter(same);
    let known = known.find(|known| known.choice().is_some());
    known.map_or("String", |known| &known.name["value".len()..])
}

/// The name that an extension uses for an element.
pub(super) fn url_name(element: &Element) -> &'static str {
    element.choice().unwrap_or(element.name)
}

impl Conversion<'_> {
    /// The element of the target that an extension of this object carries.
    pub(super) fn carried(
        &self,
        at: usize,
        targets: [Option<&'static Type>; 2],
        paths: Paths,
    ) -> Option<&'static Element> {
        let url = self.document.member_text(at, "url")?;
        let by_slot = |slot| {
            let all = targets.into_iter().flatten().flat_map(|target| target.elements(self.to));
            all.into_iter().find(|element| element.slot == slot)
        };
        let is_own = self.from.number() >= Release::R5.number();
        match url.as_ref() {
            ALTERNATIVE_USER_ID if is_own => {
                let value = self.document.member(at, "valueIdentifier")?;
                self.has_only(value, &["value", "_value"]).then(|| by_slot(Slot::AltId))?
            }
            LIFECYCLE if is_own => {
                let value = self.document.member(at, "valueCodeableConcept")?;
                let codings = self.document.member(value, "coding")?;
                let is_one = self.has_only(value, &["coding"])
                    && self.document.children(codings).count() == 1;
                is_one.then(|| by_slot(Slot::Lifecycle))?
            }
            url => {
                let mut path = path_in(url, self.to)?;
                for part in paths.to.iter().filter(|part| !part.is_empty()) {
                    path = path.strip_prefix(part)?.strip_prefix('.')?;
                }
                targets.into_iter().flatten().find_map(|target| self.element_at(at, path, target))
            }
        }
    }

    /// The element that a path leads to. An outcome's parts stand beside it where it is a code.
    fn element_at(&self, at: usize, path: &str, target: &'static Type) -> Option<&'static Element> {
        if let Some((first, rest)) = path.split_once('.') {
            let element = target.element(first, self.to).filter(|e| e.slot == Slot::Outcome)?;
            let Kind::Complex(inner) = element.kind else { return None };
            return self.element_at(at, rest, inner);
        }
        target.elements(self.to).find(|element| self.is_value_of(at, path, element))
    }

    /// Whether an extension of this name holds a value that the element can have.
    fn is_value_of(&self, at: usize, name: &str, element: &Element) -> bool {
        if url_name(element) != name {
            return false;
        }
        if let Kind::Complex(inner) = element.kind
            && inner.is_backbone()
        {
            return self.document.member(at, "extension").is_some();
        }
        let suffix = value_type(element);
        self.document.children(at).any(|member| {
            let key = self.document.key(member);
            let key = key.strip_prefix('_').unwrap_or(key);
            key.strip_prefix("value") == Some(suffix)
        })
    }

    /// Writes an element of the target from the extensions that carry it; false where none does.
    pub(super) fn uncarry(&self, given: &Given, element: &Element, out: &mut Vec<u8>) -> bool {
        if given.carried.is_empty() {
            return false;
        }
        let is_it =
            |(known, at): &(&'static Element, usize)| std::ptr::eq(*known, element).then_some(*at);
        let all: Vec<usize> = given.carried.iter().filter_map(is_it).collect();
        if all.is_empty() {
            return false;
        }
        let outer = self.set_aside.replace(SetAside::Nothing);
        self.write_carried(&all, element, out);
        self.set_aside.set(outer);
        true
    }

    fn write_carried(&self, all: &[usize], element: &Element, out: &mut Vec<u8>) {
        let Some(&first) = all.first() else { return };
        let suffix = value_type(element);
        let value = |at: usize| match self.document.member_text(at, "url").as_deref() {
            Some(ALTERNATIVE_USER_ID) => {
                let identifier = self.document.member(at, "valueIdentifier");
                let member = |name| identifier.and_then(|at| self.document.member(at, name));
                [member("value"), member("_value")]
            }
            Some(LIFECYCLE) => {
                let concept = self.document.member(at, "valueCodeableConcept");
                let codings = concept.and_then(|at| self.document.member(at, "coding"));
                [codings.and_then(|at| self.document.children(at).next()), None]
            }
            _ => [
                self.document.member(at, &format!("value{suffix}")),
                self.document.member(at, &format!("_value{suffix}")),
            ],
        };
        if let Kind::Complex(inner) = element.kind
            && inner.is_backbone()
        {
            name(out, element.name);
            return self.write_list(all, element.many, out, |at, out| {
                self.uncarry_backbone(at, inner, out);
            });
        }
        let kind = element.kind;
        if all.iter().any(|&at| value(at)[0].is_some()) {
            name(out, element.name);
            self.write_list(all, element.many, out, |at, out| match value(at)[0] {
                Some(node) => {
                    let written = if element.slot == Slot::Lifecycle && self.is_lifecycle(at) {
                        let known = of_slot(Slot::Lifecycle, true, false);
                        self.coding(node, known, out) != Written::Nothing
                    } else {
                        self.value(node, kind, kind, out)
                    };
                    if !written {
                        self.doubt();
                        out.extend_from_slice(b"null");
                    }
                }
                None => out.extend_from_slice(b"null"),
            });
        }
        let has_beside = all.iter().any(|&at| value(at)[1].is_some());
        if has_beside && (element.many || value(first)[1].is_some()) {
            name(out, &format!("_{}", element.name));
            self.write_list(all, element.many, out, |at, out| {
                if !value(at)[1].is_some_and(|at| self.beside(at, out)) {
                    out.extend_from_slice(b"null");
                }
            });
        }
    }

    /// Its codes are of the value set of the element, with the URL of the source.
    fn is_lifecycle(&self, at: usize) -> bool {
        self.document.member(at, "url").is_some_and(|url| self.document.is_text(url, LIFECYCLE))
    }

    fn write_list(
        &self,
        all: &[usize],
        many: bool,
        out: &mut Vec<u8>,
        mut write: impl FnMut(usize, &mut Vec<u8>),
    ) {
        if !many {
            if all.len() > 1 {
                self.doubt();
            }
            return write(all[0], out);
        }
        out.push(b'[');
        for &at in all {
            item(out);
            write(at, out);
        }
        out.push(b']');
    }

    fn uncarry_backbone(&self, at: usize, definition: &'static Type, out: &mut Vec<u8>) {
        out.push(b'{');
        if let Some(id) = self.document.member(at, "id") {
            name(out, "id");
            self.document.write(id, out);
        }
        let parts = self.document.member(at, "extension");
        for element in definition.elements(self.to) {
            let is_it = |&at: &usize| {
                let url = self.document.member_text(at, "url");
                url.is_some_and(|url| self.is_value_of(at, &url, element))
            };
            let items = parts.into_iter().flat_map(|parts| self.document.children(parts));
            let all: Vec<usize> = items.filter(is_it).collect();
            self.write_carried(&all, element, out);
        }
        out.push(b'}');
    }

    /// Whether an object has no other members.
    pub(super) fn has_only(&self, at: usize, names: &[&str]) -> bool {
        self.document.children(at).all(|member| names.contains(&self.document.key(member)))
    }
}
