//! FHIR search: parameter definitions, extraction to terms, parsing, compiling to the query tree.
//!
//! Both sides of a parameter stand in one file per parameter type: how it is indexed, how it is
//! searched (<https://hl7.org/fhir/R4/search.html>).

mod clause;
mod compartment;
mod compile;
pub mod cursor;
mod date;
mod extract;
pub mod field;
mod fold;
mod outcome;
mod parameter;
mod parse;
mod patient;
mod plain;
mod reference;
mod resource_type;
mod result;
mod settings;
mod string;
mod subject;
mod system;
mod token;
mod uri;
mod value;
mod words;

#[cfg(test)]
mod tests;

pub use compartment::{Compartment, compartment};
pub use extract::{EXTRACT_VERSION, extract};
pub use parameter::{Parameter, ParameterType, parameters};
pub use parse::{Names, Search, parse, parse_in};
pub use result::Total;
pub use settings::{Handling, Sender, Settings};
pub use subject::Subject;
