//! What an element means, whatever a release calls it.

/// Where the canonical view keeps an element. The same slot inside another element is elsewhere:
/// `Type` is the event's type, an agent's, a source's, an entity's, an identifier's.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Slot {
    /// Nowhere: not part of the view, or not known.
    #[default]
    None,
    // The event.
    Id,
    /// DSTU2's wrapper of what happened.
    Event,
    Meta,
    Subtype,
    Action,
    Severity,
    /// When it happened, which the view leaves out: nothing searches it.
    Occurred,
    Recorded,
    Outcome,
    OutcomeCode,
    OutcomeDetail,
    BasedOn,
    Patient,
    Encounter,
    Agent,
    Source,
    Entity,
    // Its meta.
    MetaSource,
    Profile,
    Security,
    Tag,
    // Agents.
    Who,
    /// The identifier beside the reference, before R4.
    WhoIdentifier,
    AltId,
    Requestor,
    Location,
    Policy,
    Media,
    Network,
    NetworkAddress,
    NetworkType,
    // The source.
    Site,
    Observer,
    /// Its identifier, before R4.
    ObserverIdentifier,
    // Entities.
    What,
    /// The identifier beside the reference, before R4.
    WhatIdentifier,
    Lifecycle,
    SecurityLabel,
    Description,
    Query,
    /// A property of it, which the view leaves out.
    Detail,
    // In several of them, and in datatypes.
    Type,
    Role,
    Name,
    Purpose,
    System,
    Code,
    Display,
    Coding,
    Text,
    Reference,
    Identifier,
    Value,
}

impl Slot {
    /// How many there are.
    pub(crate) const COUNT: usize = Self::Value as usize + 1;
}
