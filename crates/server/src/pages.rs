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
mod neighbours;
mod problem;
mod proof;
mod said;
mod sealed;
mod settings;
mod spoken;
mod timeline;
mod view;

pub(crate) use frame::{Frame, Sheet};
pub(crate) use problem::problem;
pub use settings::{Pages, Staff};
pub(crate) use spoken::{dialect, is_served, to_sign_in};

use crate::{
    answer::{Answer, Refusal},
    audit::{Duty, Needless},
    exchange::Exchange,
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
    /// `/event/{id}`
    Event,
    /// An event with its receipt, the policy and the checker, as one file.
    EventEvidence,
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
            Self::Event => "page-event",
            Self::EventEvidence => "page-event-evidence",
        }
    }

    /// What is recorded of it.
    pub(crate) const fn duty(self) -> Duty {
        match self {
            // It leads to a view, and shows nothing itself.
            Self::Asset | Self::Search => Duty::Nothing(Needless::ShowsNothing),
            Self::Timeline | Self::View | Self::Newer => Duty::Look(Use::Search),
            Self::Event => Duty::Look(Use::Read),
            Self::EventEvidence => Duty::Look(Use::Operation("evidence")),
        }
    }

    /// Whether the path's `{id}` is an event's.
    pub(crate) const fn is_of_event(self) -> bool {
        matches!(self, Self::Event | Self::EventEvidence)
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
        Page::Event => event::event(exchange).await,
        Page::EventEvidence => evidence::bundle(&exchange),
    }
}

/// Answers what anybody may have: it holds nothing of any log.
pub(crate) fn told(id: &str) -> Result<Answer, Refusal> {
    assets::asset(id)
}
