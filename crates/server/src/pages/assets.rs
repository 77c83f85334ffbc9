//! Style sheets and scripts: files of ours, the same for everybody.
use crate::answer::{Answer, Refusal};
use hyper::{
    StatusCode,
    header::{self, HeaderValue},
};

/// The file of this name.
///
/// # Errors
/// 404 for all other names.
pub(super) fn asset(name: &str) -> Result<Answer, Refusal> {
    let (_, r#type, text) = ASSETS
        .iter()
        .find(|(known, ..)| *known == name)
        .ok_or_else(|| Refusal::not_found("there is no such part of a page"))?;
    let answer = Answer::of(StatusCode::OK, HeaderValue::from_static(r#type), *text);
    Ok(answer.with(header::CACHE_CONTROL, HeaderValue::from_static(BRIEFLY)))
}

/// Name, type, text.
static ASSETS: &[(&str, &str, &str)] = &[
    ("style.css", "text/css; charset=utf-8", kiln_pages::STYLE),
    ("icon.svg", "image/svg+xml", include_str!("../../../../ui/icon.svg")),
    ("live.js", SCRIPT, include_str!("../../../../ui/live.js")),
    ("range.js", SCRIPT, include_str!("../../../../ui/range.js")),
    ("proof.js", SCRIPT, include_str!("../../../../ui/proof.js")),
];

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// A newer server may have another one.
const BRIEFLY: &str = "public, max-age=300";
