//! Elements that a release does not have, in the extensions that HL7 names for those of another
//! (<https://hl7.org/fhir/R4/versions.html#extensions>): what they say is in the view all the same.
use super::{Agent, AuditEvent, Entity, Fill};

/// <https://hl7.org/fhir/extensions/StructureDefinition-auditevent-AlternativeUserID.html>
const ALTERNATIVE_USER_ID: &str =
    "http://hl7.org/fhir/StructureDefinition/auditevent-AlternativeUserID";

/// The releases that such an extension is named by.
const RELEASES: [&str; 7] = ["1.0", "3.0", "4.0", "4.3", "4.6", "5.0", "6.0"];

/// The path of an element in the name of its extension: `agent.name`.
fn path(url: &str) -> Option<&str> {
    let (release, rest) = url.strip_prefix("http://hl7.org/fhir/")?.split_once('/')?;
    let path = rest.strip_prefix("StructureDefinition/extension-AuditEvent.")?;
    RELEASES.contains(&release).then_some(path)
}

impl<'a> Fill<'_, 'a> {
    /// Elements of the event, where it does not have them itself.
    pub(super) fn foreign_of_event(&self, event: &mut AuditEvent<'a>, extensions: usize) {
        let mut based_on = Vec::new();
        for (url, value) in self.extensions(extensions) {
            let reference = || self.reference(value);
            match path(url) {
                Some("encounter") => event.encounter = event.encounter.take().or(Some(reference())),
                Some("patient") => event.patient = event.patient.take().or(Some(reference())),
                Some("basedOn") => based_on.push(reference()),
                _ => {}
            }
        }
        if event.based_on.is_empty() {
            event.based_on = based_on;
        }
    }

    /// Elements of an agent, where it does not have them itself. For its other id there is an
    /// extension since R5.
    pub(super) fn foreign_of_agent(&self, agent: &mut Agent<'a>, extensions: usize) {
        for (url, value) in self.extensions(extensions) {
            let (into, text) = match path(url) {
                None if url == ALTERNATIVE_USER_ID => {
                    (&mut agent.alt_id, self.identifier(value).value)
                }
                Some("agent.altId" | "participant.altId") => (&mut agent.alt_id, self.text(value)),
                Some("agent.name" | "participant.name") => (&mut agent.name, self.text(value)),
                _ => continue,
            };
            *into = into.take().or(text);
        }
    }

    /// Elements of an entity, where it does not have them itself.
    pub(super) fn foreign_of_entity(&self, entity: &mut Entity<'a>, extensions: usize) {
        for (url, value) in self.extensions(extensions) {
            let text = || self.text(value);
            match path(url) {
                Some("entity.name" | "object.name") => {
                    entity.name = entity.name.take().or_else(text);
                }
                Some("entity.description" | "object.description") => {
                    entity.description = entity.description.take().or_else(text);
                }
                Some("entity.type" | "object.type") => {
                    entity.r#type = entity.r#type.take().or_else(|| Some(self.coding(value)));
                }
                _ => {}
            }
        }
    }

    /// The names of extensions, and the node of what each says.
    fn extensions(&self, extensions: usize) -> impl Iterator<Item = (&str, usize)> {
        self.tape.items(extensions).filter_map(|at| {
            let url = self.tape.text(self.tape.member(at, "url")?)?;
            let mut members = self.tape.children(at);
            let value = members.find(|&member| self.tape.key(member).starts_with("value"))?;
            Some((url, value))
        })
    }
}
