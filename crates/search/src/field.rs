//! The numbers of what an event can be found by. They stand in index files: never change one; add
//! at the end, and raise [`crate::EXTRACT_VERSION`] whenever an unchanged event gets other terms.
//!
//! Fields are elements of the canonical view, not parameters of a release: the registry in
//! `parameter` says which parameter of which release searches which field.
use kiln_index::{Field, Kind};

// 1 was the event's release, until every endpoint saw every event.

/// General type: `type`, R5's `category`.
pub const TYPE: Field = Field(2);
/// Specific type: `subtype`, R5's `code`.
pub const SUBTYPE: Field = Field(3);
/// `action`
pub const ACTION: Field = Field(4);
/// `outcome`, R5's `outcome.code`
pub const OUTCOME: Field = Field(5);
/// `purposeOfEvent` and `agent.purposeOfUse`, R5's `authorization` at both levels.
pub const PURPOSE: Field = Field(6);
/// R5's `basedOn`.
pub const BASED_ON: Field = Field(7);
/// R5's `patient`, and what makes any event one of a patient besides a typed reference.
pub const PATIENT: Field = Field(8);
/// R5's `encounter`.
pub const ENCOUNTER: Field = Field(9);
/// `agent.who`. The identifier of a logical reference stands in the reference's own field, by the
/// kinds of codes.
pub const AGENT: Field = Field(10);
/// `agent.name`, R5's `agent.who.display`
pub const AGENT_NAME: Field = Field(11);
/// `agent.role`
pub const AGENT_ROLE: Field = Field(12);
/// `agent.altId`
pub const AGENT_ALT_ID: Field = Field(13);
/// `agent.network.address`
pub const AGENT_ADDRESS: Field = Field(14);
/// `agent.policy`
pub const AGENT_POLICY: Field = Field(15);
/// `source.observer`, its display as a text.
pub const SOURCE: Field = Field(16);
/// `source.site`
pub const SITE: Field = Field(17);
/// `entity.what`
pub const ENTITY: Field = Field(18);
/// `entity.name`, R5's `entity.what.display`
pub const ENTITY_NAME: Field = Field(19);
/// `entity.role`
pub const ENTITY_ROLE: Field = Field(20);
/// `entity.type`, R5's `entity.what.type`
pub const ENTITY_TYPE: Field = Field(21);
/// `meta.tag`
pub const TAG: Field = Field(22);
/// `meta.security`
pub const SECURITY: Field = Field(23);
/// `meta.profile`
pub const PROFILE: Field = Field(24);
/// `meta.source`
pub const META_SOURCE: Field = Field(25);
/// The displays of `agent.who` and `entity.what`, where they are no names.
pub const DISPLAY: Field = Field(26);
/// Words of free text: `entity.description`, `outcomeDesc`, R5's `outcome.detail`, and the texts of
/// roles and purposes.
pub const WORDS: Field = Field(27);
/// `entity.description`. It has no [`ABSENT`]: events without any pay nothing.
pub const ENTITY_DESCRIPTION: Field = Field(28);

/// The element is not there; the value is empty. Serves `:missing`: most elements of most events
/// are there, so that this is rarer than its contrary.
pub const ABSENT: Kind = Kind::point(1);
/// A code, or an identifier's value, that came with a system, caseless.
pub const CODE: Kind = Kind::point(2);
/// `system|code`, caseless.
pub const SYSTEM_CODE: Kind = Kind::point(3);
/// A code or text that came without a system, caseless.
pub const BARE_CODE: Kind = Kind::point(4);
/// The system of a code, caseless.
pub const SYSTEM: Kind = Kind::point(5);
/// `Patient/1` of a relative reference, without a version.
pub const LOCAL: Kind = Kind::point(6);
/// `Patient/1` of an absolute reference, without a version.
pub const FOREIGN: Kind = Kind::point(7);
/// `1` of either; a reference without a type, whole.
pub const ID: Kind = Kind::point(8);
/// An absolute reference without its version, and with it where it has one; a `urn:` whole.
pub const URL: Kind = Kind::point(9);
/// `Patient/1/_history/5` of either.
pub const VERSION: Kind = Kind::point(10);
/// A text as it was sent, where it is too long to stand in [`TEXT`].
pub const EXACT: Kind = Kind::point(11);
/// One of the references has an identifier; the value is empty. Serves `:missing` of identifiers.
pub const IDENTIFIED: Kind = Kind::point(12);
/// A folded text, and where it is another: NUL, the text as it was sent. Found by the beginning or
/// inside of the first part, or whole.
pub const TEXT: Kind = Kind::ordered(1);
/// A uri as it was sent.
pub const URI: Kind = Kind::ordered(2);
/// A folded word, found by its beginning.
pub const WORD: Kind = Kind::ordered(3);
