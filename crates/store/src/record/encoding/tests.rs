use super::*;
use crate::Millis;
use proptest::prelude::*;

fn envelope(principal: String, key: Option<(String, [u8; 32])>, entry: u32) -> Envelope {
    let id = RecordId(Uuid::from_u128(0x0192_0000_0001_7000_8000_0000_0000_0007));
    Envelope {
        id,
        kind: RecordKind::AuditEvent,
        release: 4,
        media_type: 1,
        received: Millis(0x0192_0000_0001),
        principal,
        key: key.map(|(key, body_sha256)| IdempotencyKey { key, body_sha256 }),
        entry,
    }
}

proptest! {
    #[test]
    fn an_envelope_comes_back(principal: String, key: Option<(String, [u8; 32])>, entry: u32) {
        let envelope = envelope(principal, key, entry);
        prop_assert_eq!(Envelope::decode(&envelope.to_bytes()), Ok(envelope));
    }

    #[test]
    fn an_envelope_has_one_encoding(mut bytes: Vec<u8>) {
        bytes.splice(..0, [1, 1, 4, 1]);
        if let Ok(envelope) = Envelope::decode(&bytes) {
            prop_assert_eq!(envelope.to_bytes(), bytes);
        }
    }

    #[test]
    fn records_of_a_frame_come_back(bodies in prop::collection::vec(any::<Vec<u8>>(), 1..5)) {
        let head = envelope("a".into(), None, 0).to_bytes();
        let mut raw = Vec::new();
        for body in &bodies {
            put_record(&mut raw, &head, &Salt([7; 16]), body);
        }
        let parts = Parts::of_frame(&raw, bodies.len()).unwrap();
        for (part, body) in parts.iter().zip(&bodies) {
            prop_assert_eq!(&raw[part.body.clone()], &body[..]);
            prop_assert_eq!(&raw[part.envelope.clone()], &head[..]);
            prop_assert_eq!(part.salt, [7; 16]);
        }
        prop_assert!(Parts::of_frame(&raw, bodies.len() + 1).is_err());
        raw.push(0);
        prop_assert!(Parts::of_frame(&raw, bodies.len()).is_err());
    }
}

#[test]
fn an_ordinary_envelope_is_small() {
    assert_eq!(envelope("ward".into(), None, 0).to_bytes().len(), 26);
}

#[test]
fn an_envelope_has_the_written_layout() {
    let bytes = envelope("ab".into(), Some(("k".into(), [9; 32])), 300).to_bytes();
    let mut expected = vec![1, 1, 4, 1];
    expected.extend(0x0192_0000_0001_7000_8000_0000_0000_0007_u128.to_be_bytes());
    expected.extend([0xac, 0x02, 2, b'a', b'b', 1, b'k']);
    expected.extend([9; 32]);
    assert_eq!(bytes, expected);
}
