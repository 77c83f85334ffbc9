//! Elements that a release does not have, in the extensions that HL7 names for those of another
//! (<https://hl7.org/fhir/R4/versions.html#extensions>): what they say is in the view all the same.
use super::{Agent, AuditEvent, Entity, Fill};
use crate::json::Member;

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

impl<'t, 'a> Fill<'t, 'a> {
    /// Elements of the event, where it does not have them itself.
    pub(super) fn foreign_of_event(&self, event: &mut AuditEvent<'a>, extensions: Member<'t, 'a>) {
        let mut based_on = Vec::new();
        for (url, value) in named(extensions) {
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
    pub(super) fn foreign_of_agent(&self, agent: &mut Agent<'a>, extensions: Member<'t, 'a>) {
        for (url, value) in named(extensions) {
            let (into, text) = match path(url) {
                None if url == ALTERNATIVE_USER_ID => {
                    (&mut agent.alt_id, self.identifier(value).value)
                }
                Some("agent.altId" | "participant.altId") => {
                    (&mut agent.alt_id, value.lasting_text())
                }
                Some("agent.name" | "participant.name") => (&mut agent.name, value.lasting_text()),
                _ => continue,
            };
            *into = into.take().or(text);
        }
    }

    /// Elements of an entity, where it does not have them itself.
    pub(super) fn foreign_of_entity(&self, entity: &mut Entity<'a>, extensions: Member<'t, 'a>) {
        for (url, value) in named(extensions) {
            let text = || value.lasting_text();
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
}

/// The names of extensions, and what each says.
fn named<'t, 'a>(extensions: Member<'t, 'a>) -> impl Iterator<Item = (&'t str, Member<'t, 'a>)> {
    extensions.items().filter_map(|extension| {
        let url = extension.members().find(|member| member.key() == "url")?.text()?;
        let value = extension.members().find(|member| member.key().starts_with("value"))?;
        Some((url, value))
    })
}
