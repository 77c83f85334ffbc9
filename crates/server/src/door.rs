//! Through which door a request came: the listener, and what the connection says of its other end.
use crate::guard::Guard;
use std::net::IpAddr;

/// One connection's.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    /// Keeps web pages and other machines out of the open mode.
    pub(crate) guard: Guard,
    /// The other end's address; none on the server's own socket.
    pub(crate) address: Option<IpAddr>,
}
