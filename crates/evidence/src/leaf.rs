//! The log's leaf: a salted commitment to the whole record, never the record.

/// Fresh random bytes of one record, so that nobody can guess a patient from a hash.
#[derive(Copy, Clone, PartialEq, Eq)]
pub struct Salt(pub [u8; 16]);

/// What stands in the log for a record: version · kind · received second · commitment.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// What the record is (1: an `AuditEvent`).
    pub kind: u8,
    /// When it was received, in whole seconds since 1970.
    pub received_second: u64,
    /// [`commitment`] of the record.
    pub commitment: [u8; 32],
}

impl Leaf {
    /// The leaf's bytes: fixed layout, big-endian (`docs/FORMATS.md`).
    pub fn to_bytes(&self) -> [u8; 46] {
        todo!()
    }
}

/// SHA-256(domain ‖ salt ‖ len ‖ envelope ‖ len ‖ body), lengths as 8 bytes big-endian.
pub fn commitment(_salt: &Salt, _envelope: &[u8], _body: &[u8]) -> [u8; 32] {
    todo!()
}
