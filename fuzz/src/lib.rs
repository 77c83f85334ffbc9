//! What must hold of any bytes that a sender may send: each target takes bytes and panics where it
//! does not hold. `cargo xtask fuzz` runs them (`docs/ci.md`), `cargo fuzz run json` as well.
mod conversion;
mod json;
mod jwt;
mod mutation;
mod outcome;
mod release;
mod rest;
mod same;
mod xml;

pub use conversion::conversion;
pub use json::json;
pub use jwt::jwt;
pub use mutation::mutate;
pub use release::release;
pub use rest::rest;
pub use xml::xml;

use kiln_fhir::{Limits, Release};
use std::env;

/// Writes the input down before it is tried, where `KILN_FUZZ_LAST` says to which file: a stack
/// that ends takes libFuzzer's own note with it.
pub fn note(bytes: &[u8]) {
    if let Some(file) = env::var_os("KILN_FUZZ_LAST") {
        std::fs::write(file, bytes).expect("the input can be written down");
    }
}

/// Every release that an event can be in.
const RELEASES: [Release; 7] = [
    Release::Dstu2,
    Release::Stu3,
    Release::R4,
    Release::R4b,
    Release::R5Draft,
    Release::R5,
    Release::R6,
];

/// What Kiln makes of an event may be larger than what it takes.
const MADE: Limits = Limits { body_bytes_max: usize::MAX, depth_max: 120, nodes_max: usize::MAX };
