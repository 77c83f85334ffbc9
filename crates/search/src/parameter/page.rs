//! The pages' own: what the chips of a search line search by. R4's names, with parties by whatever
//! is known of them, purposes, which R4 has no parameter for, and words.
use super::Rule;
use super::every::{
    ACTION, ADDRESS, AGENT_NAME, AGENT_ROLE, ALTID, DATE, ENTITY_NAME, ENTITY_ROLE, ENTITY_TYPE,
    ID, LAST_UPDATED, OUTCOME, POLICY, PURPOSE, SITE, SUBTYPE, TAG, TYPE,
};
use crate::field;

pub(super) const FILTERS: &[(&str, Rule)] = &[
    ("_id", ID.rule),
    ("_lastUpdated", LAST_UPDATED.rule),
    ("_tag", TAG.rule),
    ("action", ACTION.rule),
    ("address", ADDRESS.rule),
    ("agent", Rule::Party(field::AGENT)),
    ("agent-name", AGENT_NAME.rule),
    ("agent-role", AGENT_ROLE.rule),
    ("altid", ALTID.rule),
    ("date", DATE.rule),
    ("entity", Rule::Party(field::ENTITY)),
    ("entity-name", ENTITY_NAME.rule),
    ("entity-role", ENTITY_ROLE.rule),
    ("entity-type", ENTITY_TYPE.rule),
    ("outcome", OUTCOME.rule),
    ("patient", Rule::PatientParty),
    ("policy", POLICY.rule),
    ("purpose", PURPOSE.rule),
    ("site", SITE.rule),
    ("source", Rule::Observer),
    ("subtype", SUBTYPE.rule),
    ("text", Rule::Words),
    ("type", TYPE.rule),
];

#[cfg(test)]
mod tests;
