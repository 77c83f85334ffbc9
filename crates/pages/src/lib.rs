//! What people see: pages, the sentence of an event, the phrases of the search line, pictures.
//!
//! Pure: plain view models go in, HTML comes out. Nothing here knows a store or a request, the time
//! is given, and whatever comes from an event is text, never markup: [`Html`] is only made by
//! templates, which escape, and by the pictures.

pub mod event;
pub mod evidence;
mod html;
mod layout;
pub mod moment;
pub mod operations;
pub mod phrase;
pub mod picture;
pub mod problem;
mod reader;
pub mod report;
pub mod review;
pub mod saved;
mod sentence;
pub mod texts;
pub mod timeline;
pub mod user;

pub use html::Html;
pub use layout::{Page, Section, layout};
pub use reader::Reader;
pub use sentence::{Act, Outcome, Part, Role, Sentence};
pub use texts::{Language, Texts};

/// The style of every page, for `style.css`.
pub const STYLE: &str = include_str!("../../../ui/style.css");
