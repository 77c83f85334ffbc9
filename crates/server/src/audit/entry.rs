//! One event of the stream: from what is known of a request to a record.
use super::{
    Asked, Look,
    looks::Saw,
    trail::{self, PRINCIPAL},
};
use crate::{
    answer::{Answer, Refusal},
    app::App,
    authentication::holds_credential,
    exchange::Exchange,
    intake::{self, Sent},
    router::Interaction,
    tenant::Tenant,
};
use hyper::StatusCode;
use kiln_fhir::{Instant, IssueType, OperationOutcome, Release};
use kiln_identity::{Principal, TenantId};
use kiln_store::{Millis, NewRecord, SignedCheckpoint, Store, Unit};
use kiln_trail::{Client, LogUse, Outcome, Request, Seen, Server, Use};
use std::{borrow::Cow, sync::Arc};

/// How a request ended.
pub(super) struct Ending {
    pub(super) status: StatusCode,
    /// Why it did not end well; nothing of what was sent.
    says: Option<String>,
}

impl Ending {
    pub(super) fn of(served: &Result<Answer, Refusal>) -> Self {
        match served {
            Ok(answer) => Self { status: answer.status, says: None },
            Err(refusal) => Self::refused(refusal),
        }
    }

    pub(super) fn inside(look: &Look) -> Self {
        let ending = Self { status: look.status, says: None };
        look.refused.as_ref().map_or(ending, Self::refused)
    }

    fn refused(refusal: &Refusal) -> Self {
        let (status, issue) = (refusal.status, refusal.outcome.issues.first());
        let says = issue.map(|issue| {
            format!("{} {}: {}", status.as_u16(), issue.code.code(), issue.diagnostics)
        });
        Self { status, says }
    }

    pub(super) fn is_denied(&self) -> bool {
        matches!(self.status, StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED)
    }

    fn outcome(&self) -> Outcome {
        match self.status.as_u16() {
            401 | 403 | 500..=599 => Outcome::Serious,
            400..=499 => Outcome::Minor,
            _ => Outcome::Success,
        }
    }
}

/// What is recorded.
pub(super) struct Entry<'a> {
    asked: &'a Asked,
    r#use: Use,
    ending: &'a Ending,
    /// The event that it is about.
    id: Option<&'a str>,
    query: Option<Cow<'a, [u8]>>,
    saw: Option<Saw>,
    patient: Option<Cow<'a, str>>,
}

impl<'a> Entry<'a> {
    /// Of a request that was refused at the door.
    pub(super) fn of(asked: &'a Asked, r#use: Use, ending: &'a Ending) -> Self {
        let query = Some(asked.as_sent().into());
        let patient = asked.principal.as_deref().and_then(view).map(Cow::Borrowed);
        Self { asked, r#use, ending, id: None, query, saw: None, patient }
    }

    /// In the stream of this tenant: where whoever asked is another's, it says the path alone. What
    /// stands behind it may name patients, and is nobody's business here.
    pub(super) fn told_to(self, tenant: &Tenant) -> Self {
        let principal = self.asked.principal.as_deref();
        if principal.is_none_or(|principal| principal.tenant == tenant.id) {
            return self;
        }
        Self { query: Some(self.asked.line().into()), ..self }
    }

    /// Of a look at the log.
    pub(super) fn looked(
        asked: &'a Asked,
        r#use: Use,
        interaction: Interaction,
        ending: &'a Ending,
    ) -> Self {
        let entry = Self::of(asked, r#use, ending);
        let Some(exchange) = asked.exchange.as_deref() else { return entry };
        let id = is_of_event(interaction).then_some(&*exchange.id).filter(|id| is_id(id));
        // The event's id says it all, but for what `$verify` and `$validate` are told.
        let is_said = id.is_some() && !matches!(r#use, Use::Operation(_));
        let query = entry.query.filter(|_| !is_said);
        let patient = entry.patient.or_else(|| compartment(exchange).map(Cow::Borrowed));
        let about = || exchange.looks.patient().filter(|id| is_id(id)).map(Cow::Owned);
        let patient = patient.or_else(about);
        Self { id, query, patient, saw: exchange.looks.saw(), ..entry }
    }

    /// Of a look inside of a request.
    pub(super) fn inside(asked: &'a Asked, r#use: Use, look: &'a Look, ending: &'a Ending) -> Self {
        let id = Some(&*look.id).filter(|id| is_id(id));
        let is_said = id.is_some() && is_of_event(look.interaction);
        let query = (!is_said).then(|| without_credential(&look.asked).as_bytes().into());
        let entry = Self::of(asked, r#use, ending);
        let patient = entry.patient.or(look.patient.as_deref().map(Cow::Borrowed));
        Self { id, query, patient, saw: look.saw, ..entry }
    }

    /// The record of it.
    ///
    /// # Errors
    /// It is no event that this server would take: a mistake of ours.
    pub(super) fn record(&self, app: &App, tenant: &Tenant) -> Result<NewRecord, Refusal> {
        let (asked, exchange) = (self.asked, self.asked.exchange.as_deref());
        let own = tenant.store.snapshot();
        let used = if asked.is_of_audit() { tenant.audit.as_deref() } else { None };
        let used = used.map_or_else(|| Arc::clone(&own), Store::snapshot);
        let query = self.query.as_deref();
        let used = LogUse {
            recorded: Instant { millis: app.now().0 },
            r#use: self.r#use,
            outcome: self.ending.outcome(),
            says: self.ending.says.as_deref(),
            client: Client { principal: asked.principal.as_deref(), address: asked.address },
            server: Server {
                tenant: tenant.id.as_str(),
                origin: origin(own.checkpoint()),
                url: exchange.map(|it| &*it.base).or(app.settings.base_url.as_deref()),
            },
            log: origin(used.checkpoint()),
            request: Request {
                query,
                id: asked.request_id.to_str().ok(),
                traceparent: asked.traceparent.as_ref().and_then(|it| it.to_str().ok()),
            },
            seen: Seen {
                id: self.id,
                count: self.saw.map(|saw| saw.count),
                size: self.saw.map(|saw| saw.size.0),
            },
            patient: self.patient.as_deref(),
            period: None,
        };
        new_record(&used)
    }
}

/// A use of the log by a command of the program.
#[derive(Clone, Debug)]
pub struct CommandUse<'a> {
    /// `export`, `evidence`, `key-add`
    pub command: &'static str,
    /// Who ran it.
    pub principal: &'a Principal,
    /// Whose log.
    pub tenant: &'a TenantId,
    /// What it was told, without secrets.
    pub arguments: &'a str,
    /// The origin of its log.
    pub log: &'a str,
    /// When.
    pub at: Millis,
}

/// The unit to append to the tenant's audit stream.
///
/// # Errors
/// It is no event that Kiln would take: a mistake of ours.
pub fn command_record(used: &CommandUse<'_>) -> Result<Unit, OperationOutcome> {
    let record = new_record(&LogUse {
        recorded: Instant { millis: used.at.0 },
        r#use: Use::Command(used.command),
        outcome: Outcome::Success,
        says: None,
        client: Client { principal: Some(used.principal), address: None },
        server: Server { tenant: used.tenant.as_str(), origin: used.log, url: None },
        log: used.log,
        request: Request { query: Some(used.arguments.as_bytes()), ..Request::default() },
        seen: Seen::default(),
        patient: None,
        period: None,
    });
    record.map(|record| trail::unit(vec![record])).map_err(|refusal| refusal.outcome)
}

/// The unit that marks an event as looked at, as `POST /review/{id}` records it: for a log that is
/// made up. The arguments are the request and its form.
///
/// # Errors
/// It is no event that Kiln would take: a mistake of ours.
pub fn review_record(mark: &CommandUse<'_>, event: &str) -> Result<Unit, OperationOutcome> {
    let record = new_record(&LogUse {
        recorded: Instant { millis: mark.at.0 },
        r#use: Use::Operation(mark.command),
        outcome: Outcome::Success,
        says: None,
        client: Client { principal: Some(mark.principal), address: None },
        server: Server { tenant: mark.tenant.as_str(), origin: mark.log, url: None },
        log: mark.log,
        request: Request { query: Some(mark.arguments.as_bytes()), ..Request::default() },
        seen: Seen { id: Some(event), ..Seen::default() },
        patient: None,
        period: None,
    });
    record.map(|record| trail::unit(vec![record])).map_err(|refusal| refusal.outcome)
}

/// A record of an event of ours. It is checked as others' are.
pub(super) fn new_record(used: &LogUse<'_>) -> Result<NewRecord, Refusal> {
    let mut json = Vec::new();
    used.write(&mut json);
    let taken = intake::new_record(json.into(), Sent::json(Release::R4), &intake::STORED);
    taken.map(|(record, _warnings)| record).map_err(|outcome| {
        tracing::error!(principal = PRINCIPAL, ?outcome, "a record of the audit is not valid");
        let says = "it cannot be recorded that this was asked, so it is not answered";
        Refusal::new(StatusCode::SERVICE_UNAVAILABLE, IssueType::Exception, says)
    })
}

/// The name of a log that no other has; a bench's has none.
pub(super) fn origin(signed: Option<&Arc<SignedCheckpoint>>) -> &str {
    signed.map_or("unsigned", |signed| signed.checkpoint.origin.as_str())
}

/// What was asked; where it holds a credential, which must not outlive its use, the path alone.
fn without_credential(asked: &str) -> &str {
    if holds_credential(asked) { asked.split('?').next().unwrap_or_default() } else { asked }
}

/// The patient whose view somebody has.
fn view(principal: &Principal) -> Option<&str> {
    Some(&*principal.reach.patient.as_ref()?.id)
}

/// The patient whose compartment is searched.
fn compartment(exchange: &Exchange) -> Option<&str> {
    (exchange.compartment == Some("Patient") && is_id(&exchange.id)).then_some(&*exchange.id)
}

/// Whether the path's `{id}` is an event's.
fn is_of_event(interaction: Interaction) -> bool {
    matches!(
        interaction,
        Interaction::Read
            | Interaction::Vread
            | Interaction::HistoryInstance
            | Interaction::Original
            | Interaction::Proof
            | Interaction::VerifyInstance
            | Interaction::ValidateInstance
            | Interaction::PlainRead
    ) || matches!(interaction, Interaction::Page(page) if page.is_of_event())
}

/// FHIR's grammar of ids (<https://hl7.org/fhir/R4/datatypes.html#id>).
fn is_id(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    (1..=64).contains(&text.len()) && text.bytes().all(fits)
}
