//! An answer.
use super::Form;

/// What matters of an answer.
#[derive(Copy, Clone, Debug, Default)]
pub struct Response<'a> {
    /// HTTP's status.
    pub status: u16,
    /// `ETag`
    pub etag: Option<&'a str>,
    /// `Location`
    pub location: Option<&'a str>,
    /// `Content-Location`
    pub content_location: Option<&'a str>,
    /// What its body is written in.
    pub form: Option<Form>,
    /// The body; `None` where it was not held.
    pub body: Option<&'a [u8]>,
}
