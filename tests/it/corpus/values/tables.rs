//! The parameters of each release, as its published definitions have them.

/// Parameter, and the element that it indexes.
type Rows = &'static [(&'static str, &'static str)];

/// The parameters of a release, by type.
pub(super) struct Tables {
    pub(super) tokens: Rows,
    pub(super) references: Rows,
    pub(super) strings: Rows,
    pub(super) uris: Rows,
    /// Where references to patients stand that `patient` finds.
    pub(super) patients: &'static [&'static str],
    /// What `date` finds.
    pub(super) recorded: &'static str,
}

impl Tables {
    /// Those of a release by its path.
    pub(super) fn of(release: &str) -> &'static Self {
        match release {
            "dstu2" => &DSTU2,
            "stu3" => &STU3,
            "r4" | "r4b" => &R4,
            "r5" => &R5,
            "r6" => &R6,
            _ => panic!("no tables of {release}"),
        }
    }
}

const DSTU2: Tables = Tables {
    tokens: &[
        ("action", "event.action"),
        ("address", "participant.network.address"),
        ("altid", "participant.altId"),
        ("identity", "object.identifier"),
        ("object-type", "object.type"),
        ("site", "source.site"),
        ("source", "source.identifier"),
        ("subtype", "event.subtype"),
        ("type", "event.type"),
        ("user", "participant.userId"),
    ],
    references: &[("participant", "participant.reference"), ("reference", "object.reference")],
    strings: &[("desc", "object.name"), ("name", "participant.name")],
    uris: &[("policy", "participant.policy")],
    patients: &["participant.reference", "object.reference"],
    recorded: "event.dateTime",
};

const STU3: Tables = Tables {
    tokens: &[
        ("action", "action"),
        ("agent-role", "agent.role"),
        ("altid", "agent.altId"),
        ("entity-id", "entity.identifier"),
        ("entity-role", "entity.role"),
        ("entity-type", "entity.type"),
        ("outcome", "outcome"),
        ("site", "source.site"),
        ("source", "source.identifier"),
        ("subtype", "subtype"),
        ("type", "type"),
        ("user", "agent.userId"),
    ],
    references: &[("agent", "agent.reference"), ("entity", "entity.reference")],
    strings: &[
        ("address", "agent.network.address"),
        ("agent-name", "agent.name"),
        ("entity-name", "entity.name"),
    ],
    uris: &[("policy", "agent.policy")],
    patients: &["agent.reference", "entity.reference"],
    recorded: "recorded",
};

const R4: Tables = Tables {
    tokens: &[
        ("action", "action"),
        ("agent-role", "agent.role"),
        ("altid", "agent.altId"),
        ("entity-role", "entity.role"),
        ("entity-type", "entity.type"),
        ("outcome", "outcome"),
        ("site", "source.site"),
        ("subtype", "subtype"),
        ("type", "type"),
    ],
    references: &[("agent", "agent.who"), ("entity", "entity.what"), ("source", "source.observer")],
    strings: &[
        ("address", "agent.network.address"),
        ("agent-name", "agent.name"),
        ("entity-name", "entity.name"),
    ],
    uris: &[("policy", "agent.policy")],
    patients: &["agent.who", "entity.what"],
    recorded: "recorded",
};

const R5: Tables = Tables {
    tokens: &[
        ("action", "action"),
        ("agent-role", "agent.role"),
        ("category", "category"),
        ("code", "code"),
        ("entity-role", "entity.role"),
        ("outcome", "outcome.code"),
        ("purpose", "authorization"),
        ("purpose", "agent.authorization"),
    ],
    references: &[
        ("agent", "agent.who"),
        ("based-on", "basedOn"),
        ("encounter", "encounter"),
        ("entity", "entity.what"),
        ("patient", "patient"),
        ("source", "source.observer"),
    ],
    strings: &[],
    uris: &[("policy", "agent.policy")],
    patients: &["agent.who", "entity.what"],
    recorded: "recorded",
};

const R6: Tables = Tables {
    tokens: &[
        ("action", "action"),
        ("agent-role", "agent.role"),
        ("entity-role", "entity.role"),
        ("outcome", "outcome.code"),
        ("purpose", "authorization"),
        ("purpose", "agent.authorization"),
        ("subtype", "subtype"),
        ("type", "type"),
    ],
    references: R5.references,
    strings: &[("entity-desc", "entity.description")],
    uris: R5.uris,
    patients: R5.patients,
    recorded: "recorded",
};

/// Of every resource, in any release.
pub(super) const EVERY_RESOURCE: Tables = Tables {
    tokens: &[("_tag", "meta.tag"), ("_security", "meta.security")],
    references: &[],
    strings: &[],
    uris: &[("_profile", "meta.profile"), ("_source", "meta.source")],
    patients: &[],
    recorded: "recorded",
};
