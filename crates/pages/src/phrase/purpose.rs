//! What for: HL7's purposes of use (<https://terminology.hl7.org/ValueSet-v3-PurposeOfUse.html>),
//! and emergencies, which break-glass is one of.
use super::{Found, Kind, word, word::Word};

/// Emergency treatment, break the glass, and the emergency of the Swiss EPR.
const EMERGENCY: &str = "ETREAT,BTG,EMER";

/// Words, codes, and how the chip shows them.
const PURPOSES: [(&str, &str, &str); 42] = [
    ("emergency access", EMERGENCY, "emergency"),
    ("emergency accesses", EMERGENCY, "emergency"),
    ("emergency", EMERGENCY, "emergency"),
    ("emergencies", EMERGENCY, "emergency"),
    ("break the glass", EMERGENCY, "emergency"),
    ("broke the glass", EMERGENCY, "emergency"),
    ("breaking the glass", EMERGENCY, "emergency"),
    ("break glass", EMERGENCY, "emergency"),
    ("break-glass", EMERGENCY, "emergency"),
    ("breakglass", EMERGENCY, "emergency"),
    ("btg", EMERGENCY, "emergency"),
    ("etreat", EMERGENCY, "emergency"),
    ("notfall", EMERGENCY, "emergency"),
    ("notfälle", EMERGENCY, "emergency"),
    ("notfallzugriff", EMERGENCY, "emergency"),
    ("notfallzugriffe", EMERGENCY, "emergency"),
    ("im notfall", EMERGENCY, "emergency"),
    ("for treatment", "TREAT", "treatment"),
    ("treatment", "TREAT", "treatment"),
    ("behandlung", "TREAT", "treatment"),
    ("zur behandlung", "TREAT", "treatment"),
    ("for payment", "HPAYMT", "payment"),
    ("payment", "HPAYMT", "payment"),
    ("billing", "HPAYMT", "payment"),
    ("abrechnung", "HPAYMT", "payment"),
    ("zur abrechnung", "HPAYMT", "payment"),
    ("for operations", "HOPERAT", "operations"),
    ("healthcare operations", "HOPERAT", "operations"),
    ("for research", "HRESCH", "research"),
    ("research", "HRESCH", "research"),
    ("forschung", "HRESCH", "research"),
    ("zur forschung", "HRESCH", "research"),
    ("für forschung", "HRESCH", "research"),
    ("marketing", "HMARKT", "marketing"),
    ("public health", "PUBHLTH", "public health"),
    ("patient request", "PATRQT", "patient request"),
    ("TREAT", "TREAT", "treatment"),
    ("HPAYMT", "HPAYMT", "payment"),
    ("HOPERAT", "HOPERAT", "operations"),
    ("HRESCH", "HRESCH", "research"),
    ("HMARKT", "HMARKT", "marketing"),
    ("PUBHLTH", "PUBHLTH", "public health"),
];

/// Words for events that say no purpose.
const MISSING: [&str; 8] = [
    super::WITHOUT_PURPOSE,
    "without a purpose",
    "no purpose",
    "no stated purpose",
    "purpose not stated",
    "ohne zweck",
    "kein zweck",
    "zweck nicht angegeben",
];

pub(super) fn find(words: &[Word<'_>]) -> Option<Found> {
    if let Some(length) = MISSING.iter().find_map(|missing| word::begin(words, missing)) {
        return Some(Found::of_codes(length, Kind::Purpose, "–", "purpose:missing", "true"));
    }
    // `purpose treatment`: the field, and its word.
    let named = words.first()?.is_one_of(&["purpose", "zweck"]);
    let rest = &words[usize::from(named)..];
    let known = PURPOSES.iter().filter_map(|row| Some((word::begin(rest, row.0)?, row)));
    let (length, row) = known.max_by_key(|(length, _)| *length)?;
    let length = length + usize::from(named);
    Some(Found::of_codes(length, Kind::Purpose, row.2, "purpose", row.1))
}

/// What a word of the field is.
pub(super) fn of(text: &str, length: usize) -> Option<Found> {
    let row = PURPOSES.iter().find(|row| row.0.eq_ignore_ascii_case(text))?;
    Some(Found::of_codes(length, Kind::Purpose, row.2, "purpose", row.1))
}
