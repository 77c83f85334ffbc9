//! Makes `AuditEvent`s: an interaction goes in, an event comes out.
//!
//! Pure: the time, the principal and what was answered are given. The server stores what comes out
//! before the answer's first byte leaves. `event` writes the event of any interaction, in R4;
//! [`LogUse`] is what somebody did with the log itself.

mod agent;
mod code;
mod event;
mod log_use;
mod text;

pub use agent::{Client, Server};
pub use event::{Action, Outcome};
pub use log_use::{LogUse, Request, Seen, Use};
