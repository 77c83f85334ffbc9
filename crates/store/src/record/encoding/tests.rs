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
    fn heads_of_a_frame_come_back(
        records in prop::collection::vec((0_u64..3, 0_u8..2, 0_u32..3, "[ab]", any::<bool>()), 1..5)
    ) {
        let mut out = Vec::new();
        let mut expected: Vec<Head> = Vec::new();
        let mut first = 0x0192_0000_0001_7000;
        for (step, release, entry, principal, keyed) in records {
            first += step;
            let key = keyed.then(|| ("k".to_owned(), [release; 32]));
            let mut envelope = envelope(principal, key, entry);
            envelope.release = release;
            if keyed {
                envelope.kind = RecordKind::InvalidAuditEvent;
            }
            envelope.id = RecordId(Uuid::from_u64_pair(first, u64::from(entry)));
            let before = expected.last().map(|head| head.envelope.clone());
            let before = before.as_ref().map(Envelope::as_ref);
            let start = expected.last().map_or(0, |head| head.body.end);
            let body = start..start + 100 * entry as usize;
            let salt = [entry as u8; 16];
            put_head(&mut out, before.as_ref(), &envelope.as_ref(), &Salt(salt), body.len());
            expected.push(Head { envelope, salt, body });
        }
        let bodies_len = expected.last().map_or(0, |head| head.body.end);
        let mut reader = Reader::new(&out);
        prop_assert_eq!(
            Head::take_all(&mut reader, expected.len(), bodies_len),
            Ok(expected.clone())
        );
        prop_assert!(reader.is_done());
        let longer = Head::take_all(&mut Reader::new(&out), expected.len(), bodies_len + 1);
        prop_assert!(longer.is_err());
    }

    #[test]
    fn any_bytes_are_heads_or_refused(bytes: Vec<u8>, records in 1_usize..5) {
        if let Ok(heads) = Head::take_all(&mut Reader::new(&bytes), records, 0) {
            prop_assert_eq!(heads.len(), records);
        }
    }
}

#[test]
fn a_head_after_another_costs_its_random_bytes_and_little_more() {
    let before = envelope("ward".into(), None, 0);
    let mut next = before.clone();
    next.id = RecordId(Uuid::from_u64_pair(before.id.0.as_u64_pair().0 + 1, 5));
    let mut out = Vec::new();
    put_head(&mut out, Some(&before.as_ref()), &next.as_ref(), &Salt([0; 16]), 2000);
    assert_eq!(out.len(), 1 + 8 + 16 + 2);
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
