//! In which release and form a request speaks, and in which it is to be answered.
use crate::{
    answer::Refusal,
    body::Received,
    dialect::Dialect,
    form::Form,
    intake::Sent,
    negotiate::{self, Accepted, Prefer},
    query_string,
    router::{self, Interaction, Matched, Takes},
};
use hyper::header::{self, HeaderMap};
use kiln_fhir::{MediaType, Release};

/// What of FHIR's answer is asked for. As far as it is understood, what refuses the request later
/// is said so, too.
pub(super) fn accepted(
    dialect: &mut Dialect,
    path: &str,
    headers: &HeaderMap,
    query: &str,
) -> Result<Accepted, Refusal> {
    let Dialect::Fhir(form) = dialect else {
        return Ok(Accepted { media: MediaType::Json, release: None });
    };
    let format = if query.contains("_format") { format_parameter(query) } else { None };
    let accepted = negotiate::accepted(router::release(path), headers, format.as_deref())?;
    let release = accepted.release.unwrap_or(form.release);
    *form = Form { release, media: accepted.media };
    Ok(accepted)
}

/// How a request is understood and answered.
pub(super) struct Spoken {
    pub(super) dialect: Dialect,
    pub(super) form: Form,
    pub(super) is_open: bool,
    pub(super) sent: Sent,
}

/// How this request is, as far as its head tells.
///
/// # Errors
/// 406 and 415.
pub(super) fn spoken(
    dialect: Dialect,
    matched: &Matched,
    headers: &HeaderMap,
    is_empty: bool,
    accepted: Result<Accepted, Refusal>,
) -> Result<Spoken, Refusal> {
    let mut sent = Sent { at: matched.release, media: MediaType::Json };
    if let Dialect::Page(_) = dialect {
        if matched.route.takes == Takes::Form {
            negotiate::form_body(headers)?;
        }
        return Ok(Spoken { dialect, form: Form::json(Release::R4), is_open: false, sent });
    }
    if dialect == Dialect::Plain {
        negotiate::plain(headers, matched.route.takes == Takes::PlainEvents)?;
        return Ok(Spoken { dialect, form: Form::json(Release::R4), is_open: false, sent });
    }
    match matched.route.takes {
        Takes::ResourceIfAny if is_empty && !headers.contains_key(header::CONTENT_TYPE) => {}
        Takes::Resource | Takes::ResourceIfAny => {
            sent = negotiate::fhir_body(headers, matched.release)?;
        }
        Takes::Form => negotiate::form_body(headers)?,
        // Whoever takes it looks at what it is.
        Takes::Nothing | Takes::PlainEvents | Takes::Anything => {}
    }
    let accepted = match accepted {
        // A proof is text, whatever else is asked for.
        Err(_) if is_proof(matched, headers) || is_report(matched) => {
            Accepted { media: MediaType::Json, release: None }
        }
        accepted => accepted?,
    };
    Ok(Spoken::of(accepted, sent))
}

/// A report chooses its form itself.
fn is_report(matched: &Matched) -> bool {
    let asked = matched.route.interaction;
    matches!(asked, Interaction::AccessReport | Interaction::DisclosureAccounting)
}

fn is_proof(matched: &Matched, headers: &HeaderMap) -> bool {
    match matched.route.interaction {
        Interaction::Proof => true,
        Interaction::Create => Prefer::of(headers).proof,
        _ => false,
    }
}

impl Spoken {
    fn of(accepted: Accepted, sent: Sent) -> Self {
        // Without any of them it is R4, or where an event comes in, what it looks like.
        let named = accepted.release.or(sent.at);
        let form = Form { release: named.unwrap_or(Release::R4), media: accepted.media };
        Self { dialect: Dialect::Fhir(form), form, is_open: named.is_none(), sent }
    }

    /// A form may say, as a URL may, what its answer is to be in.
    pub(super) fn ask_in(
        &mut self,
        body: &Received,
        matched: &Matched,
        headers: &HeaderMap,
    ) -> Result<(), Refusal> {
        if let Dialect::Page(_) = self.dialect {
            return Ok(());
        }
        let text = std::str::from_utf8(&body.bytes).unwrap_or_default();
        let format = if text.contains("_format") { format_parameter(text) } else { None };
        if let Some(format) = format {
            let accepted = negotiate::accepted(matched.release, headers, Some(&format))?;
            *self = Self::of(accepted, self.sent);
        }
        Ok(())
    }
}

fn format_parameter(query: &str) -> Option<String> {
    let pairs = query_string::pairs(query)?;
    pairs.into_iter().find(|(name, _)| name == "_format").map(|(_, value)| value)
}
