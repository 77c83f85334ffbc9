//! FHIR's interactions, one file each (<https://hl7.org/fhir/R4/http.html>), and the plain API's.
use crate::{
    answer::{Answer, Refusal},
    exchange::{Exchange, Told},
    pages, rejects,
    router::Interaction,
};
use std::sync::Arc;

mod access_report;
mod append;
mod batch;
mod capabilities;
mod create;
mod disclosure_accounting;
mod entry;
mod history_instance;
mod history_type;
mod operation_definition;
mod original;
mod plain;
mod proof;
mod read;
mod resource;
mod search_type;
mod smart_configuration;
pub(crate) mod unchanging;
mod validate;
mod verify;
mod vread;

pub(crate) use access_report::{asked_report, reports};
pub(crate) use create::PAGING;
pub(crate) use read::find as find_event;
pub(crate) use smart_configuration::smart_configuration;

/// Runs the interaction that the router found.
pub(crate) async fn answer(asked: Interaction, exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    let answered = run(asked, Arc::clone(&exchange)).await;
    answered.inspect_err(|refusal| rejects::shelve(&exchange, asked, refusal))
}

/// Runs one that is for anybody.
pub(crate) fn told(asked: Interaction, about: &Told<'_>) -> Result<Answer, Refusal> {
    match asked {
        Interaction::OpenApi => Ok(plain::open_api()),
        Interaction::Capabilities => Ok(capabilities::capabilities(about)),
        Interaction::Page(_) => pages::told(about.id),
        Interaction::OperationDefinition => operation_definition::read(about),
        _ => unreachable!("every other interaction has a scope"),
    }
}

async fn run(asked: Interaction, exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    match asked {
        Interaction::Create => create::create(exchange).await,
        Interaction::Read => read::read(exchange).await,
        Interaction::Vread => vread::vread(exchange).await,
        Interaction::HistoryInstance => history_instance::history(exchange).await,
        Interaction::HistoryType => history_type::history(exchange).await,
        Interaction::SearchType | Interaction::SearchCompartment => {
            search_type::search(exchange).await
        }
        Interaction::Original => original::original(&exchange),
        Interaction::Proof => proof::proof(&exchange),
        Interaction::VerifyInstance => verify::verify_instance(exchange).await,
        Interaction::VerifyRange => verify::verify_range(exchange).await,
        Interaction::Validate => validate::validate(exchange).await,
        Interaction::ValidateInstance => validate::validate_instance(exchange).await,
        Interaction::Batch => batch::batch(exchange).await,
        Interaction::AccessReport => access_report::access_report(exchange).await,
        Interaction::DisclosureAccounting => {
            disclosure_accounting::disclosure_accounting(exchange).await
        }
        Interaction::PlainCreate => plain::create(exchange).await,
        Interaction::PlainRead => plain::read(&exchange),
        Interaction::PlainSearch => plain::search(exchange).await,
        Interaction::Resource => resource::answer(exchange).await,
        Interaction::Page(page) => pages::answer(page, exchange).await,
        Interaction::OpenApi
        | Interaction::Capabilities
        | Interaction::OperationDefinition
        | Interaction::SmartConfiguration
        | Interaction::Unchanging
        | Interaction::Live
        | Interaction::Ready
        | Interaction::Metrics
        | Interaction::LogCheckpoint
        | Interaction::LogWitnessedCheckpoint
        | Interaction::LogTile
        | Interaction::LogKey
        | Interaction::SignIn
        | Interaction::SignInCallback
        | Interaction::SignOut
        | Interaction::VerifyPage
        | Interaction::VerifyScript => {
            unreachable!("answered before a body is read")
        }
    }
}

impl Interaction {
    /// Whether its record is what somebody stated, and not what they looked at.
    pub(crate) const fn is_statement(self) -> bool {
        matches!(self, Self::Page(page) if page.is_statement())
    }

    /// The name in metrics and logs: FHIR's own where it has one.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Vread => "vread",
            Self::HistoryInstance => "history-instance",
            Self::HistoryType => "history-type",
            Self::SearchType => "search-type",
            Self::SearchCompartment => "search-compartment",
            Self::Original => "original",
            Self::Validate => "validate",
            Self::ValidateInstance => "validate-instance",
            Self::Batch => "batch",
            Self::Capabilities => "capabilities",
            Self::OperationDefinition => "operation-definition",
            Self::SmartConfiguration => "smart-configuration",
            Self::PlainCreate => "plain-create",
            Self::PlainRead => "plain-read",
            Self::PlainSearch => "plain-search",
            Self::OpenApi => "plain-openapi",
            Self::Proof => "proof",
            Self::VerifyInstance => "verify-instance",
            Self::VerifyRange => "verify-range",
            Self::LogCheckpoint => "log-checkpoint",
            Self::LogWitnessedCheckpoint => "log-witnessed-checkpoint",
            Self::LogTile => "log-tile",
            Self::LogKey => "log-key",
            Self::VerifyPage => "verify-page",
            Self::VerifyScript => "verify-script",
            Self::SignIn => "sign-in",
            Self::SignInCallback => "sign-in-callback",
            Self::SignOut => "sign-out",
            Self::AccessReport => "access-report",
            Self::DisclosureAccounting => "disclosure-accounting",
            Self::Page(page) => page.name(),
            Self::Unchanging => "unchanging",
            Self::Resource => "resource",
            Self::Live => "live",
            Self::Ready => "ready",
            Self::Metrics => "metrics",
        }
    }
}
