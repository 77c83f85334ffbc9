//! FHIR search: parameter definitions, extraction to terms, parsing, compiling to the query tree.
//!
//! Both sides of a parameter stand in one file per parameter type: how it is indexed, how it is
//! searched (<https://hl7.org/fhir/R4/search.html>).

pub mod cursor;
mod extract;
mod parse;

pub use extract::{EXTRACT_VERSION, extract};
pub use parse::{
    Handling, Parameter, ParameterType, Search, Sender, Settings, Sort, Total, parameters, parse,
};
