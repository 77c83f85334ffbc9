//! The body of a request.
use super::{Asked, Limits, Refusal, Resource};

/// What a request's body says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// There is none.
    Nothing,
    /// The form of a search by POST, as sent.
    Form(String),
    /// The resource of a create or an update, or the Parameters of an operation.
    Resource(Box<Resource>),
    /// A batch or a transaction.
    Bundle(Bundle),
    /// What is not looked into: a patch, content of a Binary, a form that is not known.
    Opaque,
}

/// A batch or a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// Which of them.
    pub kind: BundleKind,
    /// Its entries, in their order.
    pub entries: Vec<Entry>,
}

/// What the entries of a Bundle are to each other.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum BundleKind {
    /// They fail alone.
    Batch,
    /// All or nothing.
    Transaction,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it asks for.
    pub asked: Asked,
    /// `fullUrl`: what other entries call its resource.
    pub full_url: Option<String>,
    /// Its resource.
    pub resource: Option<Resource>,
}

/// Reads the body of a request.
pub(super) fn read(asked: &Asked, body: &[u8], limits: &Limits) -> Result<Sent, Refusal> {
    let _ = (asked, limits);
    Ok(if body.is_empty() { Sent::Nothing } else { Sent::Opaque })
}
