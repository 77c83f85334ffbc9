//! What a page of the timeline searches, and how it stands in an address.
use super::{frame::Frame, sealed};
use crate::answer::Refusal;
use hyper::StatusCode;
use kiln_fhir::IssueType;
use kiln_pages::{phrase::LINE_BYTES_MAX, timeline::About};

/// A search line, and where in it one is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct View {
    /// As it was typed, or as its chips say it.
    pub(super) line: String,
    /// The page token of the search, where this is not the first page.
    pub(super) cursor: String,
    /// Records that were in the log when a page was shown: those from here on are newer. On a page
    /// of its own nothing else is shown; 0: everything is.
    pub(super) since: u64,
    /// What all values are shown of, beside the events.
    pub(super) whole: Option<About>,
    /// When the page was loaded that asks for what is newer; `None`: now.
    pub(super) loaded: Option<i64>,
}

impl View {
    /// The first page of a search line.
    pub(super) fn of(line: &str) -> Self {
        Self { line: tidied(line), ..Self::default() }
    }

    /// The address of it below `/view/` or `/newer/`: sealed, for this reader alone, and good for a
    /// while.
    pub(super) fn token(&self, frame: &Frame<'_>) -> String {
        let given = self.loaded.unwrap_or(frame.reader.now.millis);
        let mut text = given.to_be_bytes().to_vec();
        text.extend_from_slice(&self.since.to_be_bytes());
        text.extend_from_slice(self.line.as_bytes());
        text.push(0);
        text.extend_from_slice(self.cursor.as_bytes());
        text.push(0);
        text.extend_from_slice(self.whole.map_or("", About::name).as_bytes());
        // How long a token is tells little of what was searched.
        text.push(0);
        text.resize(text.len().next_multiple_of(PADDED_TO), 0);
        sealed::seal(frame.exchange, sealed::Purpose::View, &text)
    }

    /// The page's path.
    pub(super) fn path(&self, frame: &Frame<'_>) -> String {
        [&*frame.base, "/view/", &self.token(frame)].concat()
    }

    /// What the token in the path says, and how many milliseconds ago it was given.
    ///
    /// # Errors
    /// 404 for what is none, or somebody else's; 410 for what was given too long ago.
    pub(super) fn opened(frame: &Frame<'_>) -> Result<(Self, i64), Refusal> {
        let token = &frame.exchange.id;
        let text =
            sealed::open(frame.exchange, sealed::Purpose::View, token).ok_or_else(unknown)?;
        let (view, given) = Self::read(&text).ok_or_else(unknown)?;
        let age = frame.reader.now.millis.saturating_sub(given);
        let lifetime = frame.exchange.app.settings.pages.view_lifetime.as_millis();
        // A clock that went back makes nothing older.
        if u128::from(age.max(0) as u64) > lifetime {
            return Err(expired());
        }
        Ok((view, age))
    }

    fn read(text: &[u8]) -> Option<(Self, i64)> {
        let (given, rest) = text.split_first_chunk()?;
        let (since, rest) = rest.split_first_chunk()?;
        let mut parts = std::str::from_utf8(rest).ok()?.split('\0');
        let (line, cursor) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        let whole = parts.next().and_then(About::named);
        let since = u64::from_be_bytes(*since);
        Some((Self { line, cursor, since, whole, loaded: None }, i64::from_be_bytes(*given)))
    }
}

const PADDED_TO: usize = 64;

/// A line without control characters, and no longer than it may be.
fn tidied(line: &str) -> String {
    let line = &line[..line.floor_char_boundary(LINE_BYTES_MAX)];
    line.replace(char::is_control, " ").trim().to_owned()
}

fn unknown() -> Refusal {
    Refusal::not_found("this address leads to no search of yours: search again")
}

fn expired() -> Refusal {
    let says = "this address was given too long ago, and leads nowhere any more: search again";
    Refusal::new(StatusCode::GONE, IssueType::NotFound, says)
}
