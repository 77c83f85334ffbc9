//! Makes AuditEvents: an interaction goes in, an AuditEvent comes out.
//!
//! Pure: the time, the principal and what was answered are given. The server stores what comes out
//! before the answer's first byte leaves.
