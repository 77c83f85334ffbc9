//! The plain API's own: its filters.
use super::Rule;
use super::every::ACTION;
use crate::field;

pub(super) const FILTERS: &[(&str, Rule)] = &[
    ("action", ACTION.rule),
    ("agent", Rule::Party(field::AGENT)),
    ("date", Rule::Recorded),
    ("entity", Rule::Party(field::ENTITY)),
    ("outcome", Rule::Outcome),
    ("patient", Rule::PatientParty),
    ("subtype", Rule::Coded(field::SUBTYPE)),
    ("text", Rule::Words),
    ("type", Rule::Coded(field::TYPE)),
];
