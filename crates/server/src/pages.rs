//! Pages for people: what `kiln_pages` shows, behind the same doors as every other answer.
//!
//! A page is a route like any other: its scope, its principal, its restriction and its record in
//! the audit of the audit are those of the table. What is here finds what a page shows, and hands
//! it to `kiln_pages`, which writes it. The address of a page holds no patient: what is searched
//! stands in a sealed token (`docs/decisions/0029-view-tokens.md`).
mod assets;
mod event;
mod evidence;
mod facets;
mod found;
mod frame;
mod histogram;
mod indented;
mod language;
mod log_evidence;
mod neighbours;
mod operations;
mod problem;
mod proof;
mod refused;
mod review;
mod said;
mod saved;
mod sealed;
mod senders;
mod settings;
mod spoken;
mod stated;
mod timeline;
mod user;
mod view;
mod watch;

pub(crate) use frame::{Frame, Sheet};
pub(crate) use problem::problem;
pub use settings::{Pages, Staff};
pub(crate) use spoken::{dialect, is_served, to_sign_in};

use crate::{
    answer::{Answer, Refusal},
    audit::{Duty, Needless},
    exchange::Exchange,
    interaction,
};
use kiln_trail::Use;
use std::sync::Arc;

/// A page, or a part of one.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    /// Style sheets and scripts.
    Asset,
    /// `/`: every event, newest first.
    Timeline,
    /// What the search line of the timeline is sent to.
    Search,
    /// `/view/{token}`: what was searched.
    View,
    /// What came since a view was shown.
    Newer,
    /// `/reports`: the form that asks for a report.
    Reports,
    /// What that form is sent to: the report.
    Report,
    /// `/event/{id}`
    Event,
    /// An event with its receipt, the policy and the checker, as one file.
    EventEvidence,
    /// What a search about a user is sent to.
    UserSearch,
    /// `/user/{token}`: what a user did.
    User,
    /// `/review`: what somebody has to look at.
    Review,
    /// What a mark of a reviewer is sent to.
    ReviewMark,
    /// `/saved`: the searches that whoever asks keeps.
    Saved,
    /// What a search is sent to that shall be given a name.
    NameSearch,
    /// What a search to keep is sent to.
    Save,
    /// What a search to keep no more is sent to.
    Forget,
    /// `/evidence`: what proves the log.
    LogEvidence,
    /// `/operations`: how the server does.
    Operations,
}

impl Page {
    /// The name in metrics and logs.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Asset => "page-asset",
            Self::Timeline => "page-timeline",
            Self::Search => "page-search",
            Self::View => "page-view",
            Self::Newer => "page-newer",
            Self::Reports => "page-reports",
            Self::Report => "page-report",
            Self::Event => "page-event",
            Self::EventEvidence => "page-event-evidence",
            Self::UserSearch => "page-user-search",
            Self::User => "page-user",
            Self::Review => "page-review",
            Self::ReviewMark => "page-review-mark",
            Self::Saved => "page-saved",
            Self::NameSearch => "page-name-search",
            Self::Save => "page-save",
            Self::Forget => "page-forget",
            Self::LogEvidence => "page-evidence",
            Self::Operations => "page-operations",
        }
    }

    /// What is recorded of it.
    pub(crate) const fn duty(self) -> Duty {
        match self {
            // They lead elsewhere; and hashes, figures, what whoever asks has stated themselves.
            Self::Asset
            | Self::Search
            | Self::Reports
            | Self::UserSearch
            | Self::LogEvidence
            | Self::Operations
            | Self::Saved
            | Self::NameSearch => Duty::Nothing(Needless::ShowsNothing),
            Self::Timeline | Self::View | Self::Newer | Self::User | Self::Review => {
                Duty::Look(Use::Search)
            }
            Self::ReviewMark => Duty::Look(Use::Operation("review")),
            Self::Save => Duty::Look(Use::Operation("search-save")),
            Self::Forget => Duty::Look(Use::Operation("search-forget")),
            Self::Report => Duty::Look(Use::Operation("report")),
            Self::Event => Duty::Look(Use::Read),
            Self::EventEvidence => Duty::Look(Use::Operation("evidence")),
        }
    }

    /// Whether the path's `{id}` is an event's.
    pub(crate) const fn is_of_event(self) -> bool {
        matches!(self, Self::Event | Self::EventEvidence | Self::ReviewMark)
    }

    /// Whether its record is what somebody stated, and is kept even where reads are not recorded.
    pub(crate) const fn is_statement(self) -> bool {
        matches!(self, Self::ReviewMark | Self::Save | Self::Forget)
    }
}

/// Answers a page that was let in.
pub(crate) async fn answer(page: Page, exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    match page {
        Page::Asset => assets::asset(&exchange.id),
        Page::Timeline => timeline::timeline(exchange).await,
        Page::Search => timeline::search(&exchange),
        Page::View => timeline::view(exchange).await,
        Page::Newer => timeline::newer(exchange).await,
        Page::Reports => Ok(interaction::reports(&exchange)),
        Page::Report => interaction::asked_report(exchange).await,
        Page::Event => event::event(exchange).await,
        Page::EventEvidence => evidence::bundle(&exchange),
        Page::UserSearch => user::ask(&exchange),
        Page::User => user::user(exchange).await,
        Page::Review => review::queue(exchange).await,
        Page::ReviewMark => review::mark(&exchange),
        Page::Saved | Page::NameSearch => saved::list(exchange).await,
        Page::Save => saved::save(exchange).await,
        Page::Forget => saved::forget(&exchange),
        Page::LogEvidence => log_evidence::page(exchange).await,
        Page::Operations => operations::page(exchange).await,
    }
}

/// Answers what anybody may have: it holds nothing of any log.
pub(crate) fn told(id: &str) -> Result<Answer, Refusal> {
    assets::asset(id)
}
