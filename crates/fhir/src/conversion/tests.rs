mod codes;
mod concepts;
mod generate;
mod identity;
mod json;
mod names;
mod rules;

use super::*;

/// Every release.
const ALL: [Release; 7] = [
    Release::Dstu2,
    Release::Stu3,
    Release::R4,
    Release::R4b,
    Release::R5Draft,
    Release::R5,
    Release::R6,
];

fn converted(json: &str, from: Release, to: Release) -> String {
    let mut out = Vec::new();
    convert(json.as_bytes(), from, to, &mut out);
    String::from_utf8(out).expect("UTF-8")
}
