//! What a log holds and what it cannot: without that a report says less than it seems to.
use kiln_fhir::Instant;

/// What the log holds.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// Who feeds it, by the systems that events name as their source.
    pub senders: Vec<Sender>,
    /// Whether there are more of them than are listed.
    pub has_more_senders: bool,
    /// The longest stretches in which nothing was recorded at all, longest first.
    pub gaps: Vec<Gap>,
    /// Events that were refused and are kept on the reject shelf now; `None` without a shelf.
    pub rejects: Option<u64>,
    /// Events that were erased.
    pub erased: u64,
    /// How often the log went on from an older copy of itself, and how many records that lost.
    pub restores: Vec<u64>,
    /// Starts that follow no stop: crashes, after which senders may have had to send again.
    pub crashes: u64,
    /// What proves it.
    pub proof: Option<Proof>,
}

/// A system that sends events.
#[derive(Clone, Debug)]
pub struct Sender {
    /// As its events name it.
    pub name: Option<String>,
    /// When the first of its events was received.
    pub first: Instant,
    /// When the last one was.
    pub last: Instant,
    /// How many there are.
    pub events: u64,
}

/// A stretch of whole days without any event.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Its first instant.
    pub start: Instant,
    /// The first instant after it.
    pub end: Instant,
}

/// The checkpoint of the log that the report was made from.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The name of the log.
    pub origin: String,
    /// Records of the log.
    pub size: u64,
    /// The checkpoint, a signed note.
    pub checkpoint: String,
    /// Whether enough witnesses have cosigned it.
    pub is_witnessed: bool,
}
