//! What every page has beside what it shows: whose it is, in which language and zone, and the
//! header fields that keep it to itself.
use super::{language, problem::base, sealed};
use crate::{answer::Answer, answer::Refusal, exchange::Exchange};
use hyper::{
    StatusCode,
    header::{self, HeaderName, HeaderValue},
};
use kiln_fhir::{Instant, IssueType};
use kiln_identity::{Means, Scope};
use kiln_pages::{Html, Page, Reader, Section, layout};

/// What a page is made with.
pub(crate) struct Frame<'a> {
    pub(crate) exchange: &'a Exchange,
    /// Who reads it: the language, the zone, the time.
    pub(crate) reader: Reader,
    /// Before every path of ours: empty, or `/t/{tenant}`.
    pub(crate) base: String,
}

/// A page, but for what is the same on all of them.
pub(crate) struct Sheet<'a> {
    /// Holds no patient: it stands in the browser's history.
    pub(crate) title: &'a str,
    pub(crate) section: Option<Section>,
    pub(crate) scripts: &'a [&'a str],
    pub(crate) body: Html,
}

impl<'a> Frame<'a> {
    /// That of the one who asks.
    pub(crate) fn of(exchange: &'a Exchange) -> Self {
        let settings = &exchange.app.settings.pages;
        let reader = Reader {
            language: language::of(settings, &exchange.headers),
            zone: settings.zone_of(&exchange.tenant.id).clone(),
            now: Instant { millis: exchange.app.now().0 },
        };
        Self { exchange, reader, base: base(&exchange.tenant.id) }
    }

    /// The page as it is answered.
    pub(crate) fn answer(&self, sheet: &Sheet<'_>) -> Answer {
        self.answer_with(StatusCode::OK, sheet)
    }

    /// The same, with another status.
    pub(crate) fn answer_with(&self, status: StatusCode, sheet: &Sheet<'_>) -> Answer {
        let page = Page {
            title: sheet.title,
            language: self.reader.language,
            nav: &self.sections(),
            section: sheet.section,
            base: &self.base,
            demo: self.exchange.app.settings.pages.demo,
            zone: Some(&self.reader.zone_name()),
            signed_in_as: self.signed_in_as(),
            scripts: sheet.scripts,
        };
        around(status, &page, &sheet.body)
    }

    /// What marks a form as ours, and as this reader's: a hidden field of every form that changes
    /// something.
    pub(crate) fn form_token(&self) -> String {
        let now = self.reader.now.millis.to_be_bytes();
        sealed::seal(self.exchange, sealed::Purpose::Form, &now)
    }

    /// That a form is one that we gave this reader, not too long ago. Sessions are asked for their
    /// `Origin` besides, and the open mode's guard does the same.
    ///
    /// # Errors
    /// 403 where it is not.
    pub(crate) fn check_form(&self, token: &str) -> Result<(), Refusal> {
        let opened = sealed::open(self.exchange, sealed::Purpose::Form, token);
        let given = opened.and_then(|bytes| Some(i64::from_be_bytes(bytes.try_into().ok()?)));
        let age = given.map(|given| self.reader.now.millis.saturating_sub(given));
        if age.is_some_and(|age| (0..FORM_LIFETIME_MS).contains(&age)) {
            return Ok(());
        }
        let says = "this form was not given to you, or too long ago: load its page again";
        Err(Refusal::new(StatusCode::FORBIDDEN, IssueType::Forbidden, says))
    }

    /// Whether the reader may open what needs this scope.
    pub(crate) fn may(&self, scope: Scope) -> bool {
        self.exchange.principal.may(scope)
    }

    /// What the reader may open.
    fn sections(&self) -> Vec<Section> {
        let needs = [
            (Section::Timeline, Scope::Search),
            (Section::Review, Scope::Audit),
            (Section::Reports, Scope::Search),
            (Section::Evidence, Scope::Verify),
            (Section::Operations, Scope::Operate),
        ];
        let is_patient = self.exchange.principal.reach.patient.is_some();
        let is_theirs = |section: &Section| !is_patient || *section != Section::Review;
        let open = needs.into_iter().filter(|(_, scope)| self.may(*scope));
        open.map(|(section, _)| section).filter(is_theirs).collect()
    }

    fn signed_in_as(&self) -> Option<&'a str> {
        let principal = &self.exchange.principal;
        let agent = &principal.agent;
        let named = agent.name.as_deref().or(agent.fhir_user.as_deref());
        (principal.means != Means::Open).then(|| named.unwrap_or(&principal.who))
    }
}

/// How long a form may be filled in.
const FORM_LIFETIME_MS: i64 = 12 * 60 * 60 * 1000;

/// A page in its layout. Nothing of it is kept by a browser or on the way. What is sent with a form
/// of it tells where it came from, to us alone: `no-referrer` would take the `Origin` away.
pub(super) fn around(status: StatusCode, page: &Page<'_>, body: &Html) -> Answer {
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    let language = HeaderValue::from_static(page.language.tag());
    Answer::of(status, html, layout(page, body))
        .with(header::CONTENT_LANGUAGE, language)
        .with(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"))
        .with(OPENER_POLICY, HeaderValue::from_static("same-origin"))
        .with(header::VARY, HeaderValue::from_static("Accept, Accept-Language, Cookie"))
}

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
