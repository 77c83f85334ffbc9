use super::*;
use proptest::prelude::*;

/// Written out by hand after `docs/FORMATS.md`, "Record and envelope".
fn envelope() -> Vec<u8> {
    let mut bytes = vec![1, 5, 6, 2];
    bytes.extend([0x01, 0x9b, 0x2d, 0xcd, 0x7c, 0x7b, 0x70, 0x01]);
    bytes.extend([0x80, 2, 3, 4, 5, 6, 7, 8]);
    bytes.extend([0xac, 0x02]); // entry 300
    bytes.extend(b"\x07s\xc3\xbcdend");
    bytes
}

#[test]
fn an_envelope_says_what_it_is_made_of() {
    let bytes = envelope();
    let envelope = Envelope::decode(&bytes).unwrap();
    assert_eq!((envelope.kind, envelope.release, envelope.media_type), (5, 6, 2));
    assert_eq!(envelope.id, bytes[4..20]);
    assert_eq!(envelope.received(), 0x019b_2dcd_7c7b);
    assert_eq!((envelope.entry, envelope.principal), (300, "südend"));
    assert_eq!(envelope.key, None);
}

#[test]
fn an_envelope_may_end_in_a_key() {
    let bytes = [envelope().as_slice(), b"\x03key", &[0xab; 32]].concat();
    let key = Envelope::decode(&bytes).unwrap().key;
    assert_eq!(key, Some(EnvelopeKey { text: "key", request: [0xab; 32] }));
    for len in 1..bytes.len() {
        let whole = len == envelope().len();
        assert_eq!(Envelope::decode(&bytes[..len]).is_ok(), whole, "{len} bytes");
    }
    assert_eq!(Envelope::decode(&[bytes.as_slice(), &[0]].concat()), Err(EnvelopeError::Form));
}

#[test]
fn other_versions_and_forms_are_refused() {
    let changed = |at: usize, byte| {
        let mut bytes = envelope();
        bytes[at] = byte;
        bytes
    };
    assert_eq!(Envelope::decode(&[]), Err(EnvelopeError::Form));
    assert_eq!(Envelope::decode(&changed(0, 2)), Err(EnvelopeError::Version(2)));
    // A varint that is not in its shortest form, a longer text than there is, and no UTF-8.
    assert_eq!(Envelope::decode(&changed(21, 0)), Err(EnvelopeError::Form));
    assert_eq!(Envelope::decode(&changed(22, 8)), Err(EnvelopeError::Form));
    assert_eq!(Envelope::decode(&changed(24, b'x')), Err(EnvelopeError::Form));
    let endless = [&envelope()[..20], &[0xff; 10]].concat();
    assert_eq!(Envelope::decode(&endless), Err(EnvelopeError::Form));
}

#[test]
fn no_print_shows_the_salt() {
    let extra = Extra { salt: Salt([0x5a; 16]), envelope: envelope() };
    assert_eq!(format!("{extra:?}"), "Extra { .. }");
}

proptest! {
    #[test]
    fn extra_bytes_are_read_as_they_were_written(
        salt: [u8; 16],
        envelope in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        let extra = Extra { salt: Salt(salt), envelope };
        prop_assert!(Extra::decode(&extra.encode()) == Ok(extra));
    }

    #[test]
    fn any_bytes_are_an_envelope_or_refused(
        bytes in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        let bytes = [[1].as_slice(), &bytes].concat();
        if let Ok(envelope) = Envelope::decode(&bytes) {
            prop_assert_eq!(envelope.kind, bytes[1]);
        }
    }
}
