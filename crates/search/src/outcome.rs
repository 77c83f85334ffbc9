//! Outcomes: `0`, `4`, `8` and `12` (up to R4B, and in most events of R5), or the severities that
//! R5 binds its `outcome.code` to. Either finds the other, as HL7's maps between R4 and R5 read
//! them (<https://github.com/HL7/fhir-cross-version>): `success` and `information` are both `0`.
use crate::clause::any;
use crate::field::{BARE_CODE, OUTCOME, SYSTEM, SYSTEM_CODE};
use crate::system::System;
use crate::token::{self, folded};
use crate::value;
use kiln_fhir::event_outcome::{SEVERITIES, SEVERITY_SYSTEM};
use kiln_index::Query;

/// The system of the numbers, as terms are folded
/// (<https://hl7.org/fhir/R4/valueset-audit-event-outcome.html>).
const NUMBERS: &str = "http://terminology.hl7.org/codesystem/audit-event-outcome";

/// One value: a code of either, with or without its system. `is_coding` where the release asked in
/// has codings: up to R4B the element holds a code alone, whose system its definition implies.
///
/// # Errors
/// What the value should look like.
pub(crate) fn compile(piece: &str, is_coding: bool) -> Result<Query, &'static str> {
    let (system, code) = value::system_and_code(piece);
    let code = code.to_ascii_lowercase();
    let mut ways = vec![token::compile(OUTCOME, piece)?];
    match system.as_deref().map(kind_of) {
        None => {
            ways.extend(severities_of(&code));
            ways.extend(numbers_of(&code));
        }
        Some(Kind::None) if is_coding => {}
        Some(Kind::None) => {
            ways.push(folded(OUTCOME, SYSTEM_CODE, &[NUMBERS, "|", &code]));
            ways.extend(severities_of(&code));
        }
        Some(Kind::Numbers) if code.is_empty() => {
            ways.extend(
                SEVERITIES.iter().flat_map(|(_, number)| {
                    [bare(number)].into_iter().chain(severities_of(number))
                }),
            );
        }
        Some(Kind::Numbers) => {
            ways.push(bare(&code));
            ways.extend(severities_of(&code));
        }
        Some(Kind::Severities) if code.is_empty() => {
            ways.push(folded(OUTCOME, SYSTEM, &[NUMBERS]));
            ways.extend(SEVERITIES.iter().map(|(_, number)| bare(number)));
        }
        Some(Kind::Severities) => ways.extend(numbers_of(&code)),
        Some(Kind::Other) => {}
    }
    Ok(any(ways))
}

enum Kind {
    None,
    Numbers,
    Severities,
    Other,
}

fn kind_of(system: &str) -> Kind {
    let mut url = String::new();
    System::of(system).push(&mut url);
    match url.as_str() {
        "" => Kind::None,
        NUMBERS => Kind::Numbers,
        SEVERITY_SYSTEM => Kind::Severities,
        _ => Kind::Other,
    }
}

/// What R5 says where other releases say this number.
fn severities_of(number: &str) -> impl Iterator<Item = Query> {
    let same = SEVERITIES.iter().filter(move |(_, known)| *known == number);
    same.map(|(severity, _)| folded(OUTCOME, SYSTEM_CODE, &[SEVERITY_SYSTEM, "|", severity]))
}

/// What other releases say where R5 says this severity.
fn numbers_of(severity: &str) -> impl Iterator<Item = Query> {
    let same = SEVERITIES.iter().filter(move |(known, _)| *known == severity);
    same.flat_map(|(_, number)| {
        [bare(number), folded(OUTCOME, SYSTEM_CODE, &[NUMBERS, "|", number])]
    })
}

fn bare(number: &str) -> Query {
    folded(OUTCOME, BARE_CODE, &[number])
}

#[cfg(test)]
mod tests;
