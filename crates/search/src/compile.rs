//! One parameter with its modifier and values becomes one clause.
use crate::clause::{all, any, term};
use crate::field::{
    ABSENT, AGENT, AGENT_ALT_ID, ENTITY_DESCRIPTION, IDENTIFIED, OUTCOME, PATIENT, SOURCE, TEXT,
};
use crate::parameter::Rule;
use crate::settings::{Sender, Settings};
use crate::{Names, date, outcome, patient, plain, reference, string, token, uri, value, words};
use kiln_fhir::{IssueType, Release, resource_type};
use kiln_index::{Field, LogIndex, Query};

/// What compiling may ask for.
pub(crate) struct Context<'a> {
    pub(crate) settings: &'a Settings,
    /// Whose modifiers there are.
    pub(crate) names: Names,
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
    Identifier(Referred),
}

/// Whose identifiers are searched.
#[derive(Copy, Clone, Debug)]
pub(crate) enum Referred {
    /// Those of this reference.
    Field(Field),
    /// Agents', and with them the ids that R5 has no element for: where an agent has no other, it
    /// is what R5 says of who it is, and else an extension, `AlternativeUserID`.
    Agent,
}

/// Compiles the alternatives of one parameter; the empty ones are left out.
pub(crate) fn compile(
    subject: Subject,
    modifier: Option<&str>,
    value: &str,
    context: &Context<'_>,
) -> Result<Query, Refusal> {
    let rule = match (subject, modifier) {
        (Subject::Identifier(referred), None) => {
            return each(value, context, |piece| identified(referred, piece)).map(any);
        }
        (Subject::Identifier(_), Some(_)) => return Err(no_modifier("none")),
        (Subject::Parameter(rule), _) => rule,
    };
    match modifier {
        None => each(value, context, |piece| unmodified(rule, piece, context)).map(any),
        Some("missing") => missing(rule, value, context.names),
        Some(modifier) => modified(rule, modifier, value, context),
    }
}

/// The identifier that `:identifier` and `.identifier` search, where references are searched.
pub(crate) fn referred(rule: Rule) -> Option<Referred> {
    match rule {
        Rule::Reference(field, _) => Some(Referred::Field(field)),
        Rule::Patient => Some(Referred::Field(PATIENT)),
        Rule::Agent(_) => Some(Referred::Agent),
        _ => None,
    }
}

fn identified(referred: Referred, piece: &str) -> Result<Query, &'static str> {
    match referred {
        Referred::Field(field) => token::compile_identifier(field, piece),
        Referred::Agent => Ok(any(vec![
            token::compile_identifier(AGENT, piece)?,
            token::compile_plain(AGENT_ALT_ID, None, piece)?,
        ])),
    }
}

fn unmodified(rule: Rule, piece: &str, context: &Context<'_>) -> Result<Query, &'static str> {
    let senders = &context.settings.senders;
    match rule {
        Rule::Id => Ok(at((context.find)(&value::unescape(piece)))),
        Rule::Received => date::compile(piece, Query::Received),
        Rule::Recorded => date::compile(piece, Query::Recorded),
        Rule::Coded(field) => token::compile(field, piece),
        Rule::CodedElse(field, source) => Ok(any(vec![
            token::compile(field, piece)?,
            all(vec![absent(field), token::compile(source, piece)?]),
        ])),
        Rule::WholeText(field) => string::compile_whole(field, piece),
        Rule::Outcome => outcome::compile(piece, has_outcome_codings(context.names)),
        Rule::Identifier(field) => token::compile_identifier(field, piece),
        Rule::Observer => reference::compile_observer(piece),
        Rule::Plain(field, implied) => token::compile_plain(field, implied, piece),
        Rule::Reference(field, _) => reference::compile(field, piece, senders),
        Rule::Agent(_) => reference::compile(AGENT, piece, senders),
        Rule::Patient => patient::compile(piece, senders),
        Rule::Text(field) => Ok(string::compile(field, piece)),
        Rule::Uri(field) => Ok(uri::compile(field, piece)),
        Rule::Canonical(field) => Ok(uri::compile_canonical(field, piece)),
        Rule::Party(field) => plain::compile_party(field, piece, senders),
        Rule::PatientParty => plain::compile_patient(piece, senders),
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
        (_, "not") if is_token(rule) => {
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
        (_, "identifier") => match referred(rule).filter(|_| has_identifier(context.names)) {
            Some(referred) => each(value, context, |piece| identified(referred, piece)).map(any),
            None => Err(no_modifier(modifiers(rule, context.names))),
        },
        (_, r#type) => {
            let senders = &context.settings.senders;
            let of_type =
                typed(rule, r#type).ok_or_else(|| no_modifier(modifiers(rule, context.names)))?;
            each(value, context, |piece| of_type(r#type, piece, senders)).map(any)
        }
    }
}

/// Releases before R4 have no references by identifier alone.
fn has_identifier(names: Names) -> bool {
    !matches!(names, Names::Release(Release::Dstu2 | Release::Stu3))
}

/// Since R5 an outcome's code has a system.
fn has_outcome_codings(names: Names) -> bool {
    matches!(names, Names::Release(Release::R5Draft | Release::R5 | Release::R6))
}

fn is_token(rule: Rule) -> bool {
    match rule {
        Rule::Id
        | Rule::Coded(_)
        | Rule::CodedElse(..)
        | Rule::Plain(..)
        | Rule::WholeText(_)
        | Rule::Outcome
        | Rule::Identifier(_)
        | Rule::Observer => true,
        Rule::Received
        | Rule::Recorded
        | Rule::Reference(..)
        | Rule::Agent(_)
        | Rule::Patient
        | Rule::Text(_)
        | Rule::Uri(_)
        | Rule::Canonical(_)
        | Rule::Party(_)
        | Rule::PatientParty
        | Rule::Words => false,
    }
}

type OfType<'a> = Box<dyn Fn(&str, &str, &[Sender]) -> Result<Query, &'static str> + 'a>;

/// How `:Type` is searched, where this type may be referred to.
fn typed<'a>(rule: Rule, r#type: &str) -> Option<OfType<'a>> {
    let field = match rule {
        Rule::Reference(field, _) => field,
        Rule::Agent(_) => AGENT,
        Rule::Patient if r#type == "Patient" => {
            return Some(Box::new(|_, piece, senders| patient::compile(piece, senders)));
        }
        _ => return None,
    };
    let targets = rule.targets()?;
    let is_target = targets.is_empty() || targets.contains(&r#type);
    (is_target && resource_type::is_known(r#type)).then(|| -> OfType<'a> {
        Box::new(move |r#type, piece, senders| {
            reference::compile_of_type(field, r#type, piece, senders)
        })
    })
}

/// Whether the element is not there (<https://hl7.org/fhir/R4/search.html#missing>).
fn missing(rule: Rule, value: &str, names: Names) -> Result<Query, Refusal> {
    let wanted = match value {
        "true" => true,
        "false" => false,
        _ => return Err(refusal(IssueType::Value, "takes true or false with :missing")),
    };
    let missing = match rule {
        Rule::Id | Rule::Received | Rule::Recorded => Query::Nothing,
        Rule::CodedElse(field, source) => all(vec![absent(field), absent(source)]),
        Rule::Coded(field)
        | Rule::Plain(field, _)
        | Rule::WholeText(field)
        | Rule::Reference(field, _)
        | Rule::Text(field)
        | Rule::Uri(field)
        | Rule::Canonical(field)
        | Rule::Party(field) => absent(field),
        Rule::Agent(_) => absent(AGENT),
        Rule::Observer => absent(SOURCE),
        Rule::Patient | Rule::PatientParty => absent(PATIENT),
        Rule::Outcome => absent(OUTCOME),
        Rule::Identifier(field) => Query::Not(Box::new(term(field, IDENTIFIED, String::new()))),
        Rule::Words => return Err(no_modifier(modifiers(rule, names))),
    };
    Ok(match (wanted, missing) {
        (true, missing) => missing,
        (false, Query::Nothing) => Query::All,
        (false, Query::Not(there)) => *there,
        (false, missing) => Query::Not(Box::new(missing)),
    })
}

fn absent(field: Field) -> Query {
    if field == ENTITY_DESCRIPTION {
        let any_text = Query::Prefix { field, kind: TEXT, prefix: String::new() };
        return Query::Not(Box::new(any_text));
    }
    term(field, ABSENT, String::new())
}

fn modifiers(rule: Rule, names: Names) -> &'static str {
    match rule {
        _ if is_token(rule) => ":missing and :not",
        Rule::Reference(..) | Rule::Agent(_) if has_identifier(names) => {
            ":missing, :identifier and the types it may refer to"
        }
        Rule::Reference(..) | Rule::Agent(_) => ":missing and the types it may refer to",
        Rule::Patient if has_identifier(names) => ":missing, :identifier and :Patient",
        Rule::Patient => ":missing and :Patient",
        Rule::Text(_) => ":missing, :exact and :contains",
        Rule::Uri(_) | Rule::Canonical(_) => ":missing, :above and :below",
        Rule::Received | Rule::Recorded => ":missing",
        _ => "none",
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
