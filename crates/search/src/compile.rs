//! One parameter with its modifier and values becomes one clause.
use crate::clause::{any, term};
use crate::field::{ABSENT, OUTCOME, PATIENT};
use crate::parameter::Rule;
use crate::settings::{Sender, Settings};
use crate::{date, patient, plain, reference, resource_type, string, token, uri, value, words};
use kiln_fhir::IssueType;
use kiln_index::{Field, LogIndex, Query};

/// What compiling may ask for.
pub(crate) struct Context<'a> {
    pub(crate) settings: &'a Settings,
    /// Resolves an id to its position.
    pub(crate) find: &'a dyn Fn(&str) -> Option<LogIndex>,
}

/// Why a parameter cannot be searched so: completes a sentence that begins with its name, and
/// never repeats a value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: IssueType,
    pub(crate) reason: String,
}

/// What is searched by a name: a parameter, or the identifier of a logical reference.
#[derive(Copy, Clone, Debug)]
pub(crate) enum Subject {
    Parameter(Rule),
    Identifier(Field),
}

/// Compiles the alternatives of one parameter; the empty ones are left out.
pub(crate) fn compile(
    subject: Subject,
    modifier: Option<&str>,
    value: &str,
    context: &Context<'_>,
) -> Result<Query, Refusal> {
    let rule = match (subject, modifier) {
        (Subject::Identifier(field), None) => {
            return each(value, context, |piece| token::compile(field, piece)).map(any);
        }
        (Subject::Identifier(_), Some(_)) => return Err(no_modifier("none")),
        (Subject::Parameter(rule), _) => rule,
    };
    match modifier {
        None => each(value, context, |piece| unmodified(rule, piece, context)).map(any),
        Some("missing") => missing(rule, value),
        Some(modifier) => modified(rule, modifier, value, context),
    }
}

/// The identifier that `:identifier` and `.identifier` search, where references are searched.
pub(crate) fn identifier_field(rule: Rule) -> Option<Field> {
    match rule {
        Rule::Reference(field, _) => Some(field),
        Rule::Patient => Some(PATIENT),
        _ => None,
    }
}

fn unmodified(rule: Rule, piece: &str, context: &Context<'_>) -> Result<Query, &'static str> {
    let senders = &context.settings.senders;
    match rule {
        Rule::Id => Ok(at((context.find)(&value::unescape(piece)))),
        Rule::Received => date::compile(piece, Query::Received),
        Rule::Recorded => date::compile(piece, Query::Recorded),
        Rule::Coded(field) => token::compile(field, piece),
        Rule::Plain(field, implied) => token::compile_plain(field, implied, piece),
        Rule::Reference(field, _) => reference::compile(field, piece, senders),
        Rule::Patient => patient::compile(piece, senders),
        Rule::Text(field) => Ok(string::compile(field, piece)),
        Rule::Uri(field) => Ok(uri::compile(field, piece)),
        Rule::Canonical(field) => Ok(uri::compile_canonical(field, piece)),
        Rule::Party(field) => plain::compile_party(field, piece, senders),
        Rule::PatientParty => plain::compile_patient(piece, senders),
        Rule::Outcome => plain::compile_outcome(piece),
        Rule::Words => words::compile(piece),
    }
}

fn at(position: Option<LogIndex>) -> Query {
    position.map_or(Query::Nothing, |position| Query::At(vec![position]))
}

fn modified(
    rule: Rule,
    modifier: &str,
    value: &str,
    context: &Context<'_>,
) -> Result<Query, Refusal> {
    match (rule, modifier) {
        (Rule::Id | Rule::Coded(_) | Rule::Plain(..), "not") => {
            let values = each(value, context, |piece| unmodified(rule, piece, context))?;
            Ok(token::compile_not(values))
        }
        (Rule::Text(field), "exact") => {
            each(value, context, |piece| Ok(string::compile_exact(field, piece))).map(any)
        }
        (Rule::Text(field), "contains") => {
            each(value, context, |piece| Ok(string::compile_contains(field, piece))).map(any)
        }
        (Rule::Uri(field) | Rule::Canonical(field), "below") => {
            each(value, context, |piece| Ok(uri::compile_below(field, piece))).map(any)
        }
        (Rule::Uri(field) | Rule::Canonical(field), "above") => {
            each(value, context, |piece| uri::compile_above(field, piece)).map(any)
        }
        (_, "identifier") => match identifier_field(rule) {
            Some(field) => each(value, context, |piece| token::compile(field, piece)).map(any),
            None => Err(no_modifier(modifiers(rule))),
        },
        (_, r#type) => {
            let senders = &context.settings.senders;
            let of_type = typed(rule, r#type).ok_or_else(|| no_modifier(modifiers(rule)))?;
            each(value, context, |piece| of_type(r#type, piece, senders)).map(any)
        }
    }
}

type OfType<'a> = Box<dyn Fn(&str, &str, &[Sender]) -> Result<Query, &'static str> + 'a>;

/// How `:Type` is searched, where this type may be referred to.
fn typed<'a>(rule: Rule, r#type: &str) -> Option<OfType<'a>> {
    match rule {
        Rule::Reference(_, targets) if !targets.is_empty() && !targets.contains(&r#type) => None,
        Rule::Reference(field, _) if resource_type::is_known(r#type) => {
            Some(Box::new(move |r#type, piece, senders| {
                reference::compile_of_type(field, r#type, piece, senders)
            }))
        }
        Rule::Patient if r#type == "Patient" => {
            Some(Box::new(|_, piece, senders| patient::compile(piece, senders)))
        }
        _ => None,
    }
}

/// Whether the element is not there (<https://hl7.org/fhir/R4/search.html#missing>).
fn missing(rule: Rule, value: &str) -> Result<Query, Refusal> {
    let wanted = match value {
        "true" => true,
        "false" => false,
        _ => return Err(refusal(IssueType::Value, "takes true or false with :missing")),
    };
    let field = match rule {
        Rule::Id | Rule::Received | Rule::Recorded => {
            return Ok(if wanted { Query::Nothing } else { Query::All });
        }
        Rule::Coded(field)
        | Rule::Plain(field, _)
        | Rule::Reference(field, _)
        | Rule::Text(field)
        | Rule::Uri(field)
        | Rule::Canonical(field)
        | Rule::Party(field) => field,
        Rule::Patient | Rule::PatientParty => PATIENT,
        Rule::Outcome => OUTCOME,
        Rule::Words => return Err(no_modifier(modifiers(rule))),
    };
    let absent = term(field, ABSENT, String::new());
    Ok(if wanted { absent } else { Query::Not(Box::new(absent)) })
}

fn modifiers(rule: Rule) -> &'static str {
    match rule {
        Rule::Id | Rule::Coded(_) | Rule::Plain(..) => ":missing and :not",
        Rule::Received | Rule::Recorded => ":missing",
        Rule::Party(_) | Rule::PatientParty | Rule::Outcome | Rule::Words => "none",
        Rule::Reference(..) => ":missing, :identifier and the types it may refer to",
        Rule::Patient => ":missing, :identifier and :Patient",
        Rule::Text(_) => ":missing, :exact and :contains",
        Rule::Uri(_) | Rule::Canonical(_) => ":missing, :above and :below",
    }
}

fn each(
    value: &str,
    context: &Context<'_>,
    compile: impl Fn(&str) -> Result<Query, &'static str>,
) -> Result<Vec<Query>, Refusal> {
    let mut queries = Vec::new();
    for piece in value::alternatives(value).filter(|piece| !piece.is_empty()) {
        if queries.len() >= context.settings.or_values_max {
            let max = context.settings.or_values_max;
            return Err(refusal(IssueType::TooLong, &format!("takes at most {max} values")));
        }
        if piece.len() > Settings::VALUE_BYTES_MAX {
            let max = Settings::VALUE_BYTES_MAX;
            return Err(refusal(
                IssueType::TooLong,
                &format!("takes values of at most {max} bytes"),
            ));
        }
        queries.push(compile(piece).map_err(|reason| refusal(IssueType::Value, reason))?);
    }
    Ok(queries)
}

fn no_modifier(has: &str) -> Refusal {
    refusal(IssueType::NotSupported, &format!("has no such modifier; built are: {has}"))
}

fn refusal(code: IssueType, reason: &str) -> Refusal {
    Refusal { code, reason: reason.to_owned() }
}
