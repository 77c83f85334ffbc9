use super::*;
use proptest::prelude::*;

fn codec() -> Arc<Codec> {
    Arc::new(Codec::new(Dictionaries::compiled().unwrap()))
}

proptest! {
    #[test]
    fn a_frame_comes_back(first: u64, records in 1_usize..=4, heads: Vec<u8>, raw: Vec<u8>) {
        let codec = codec();
        let mut out = vec![0xaa];
        let mut writer = Writer::new(Arc::clone(&codec));
        writer.write(LogIndex(first), records, &heads, &raw, &mut out).unwrap();
        let frame = &out[1..];
        let header = Header::parse(frame).unwrap();
        prop_assert_eq!(header.frame_len(), frame.len());
        prop_assert_eq!((header.first, usize::from(header.records)), (LogIndex(first), records));
        prop_assert!(header.len <= HEADER_LEN_MAX);
        header.check(frame).unwrap();
        let (stored_heads, bodies) = frame[header.len..].split_at(heads.len());
        prop_assert_eq!(stored_heads, heads);
        prop_assert_eq!(codec.decompress(&header, bodies).unwrap(), raw);
    }
}

#[test]
fn every_flipped_bit_is_noticed() {
    let mut frame = Vec::new();
    let raw = b"a record ".repeat(20);
    Writer::new(codec()).write(LogIndex(1000), 2, b"heads", &raw, &mut frame).unwrap();
    for bit in 0..frame.len() * 8 {
        let mut bytes = frame.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let noticed = match Header::parse(&bytes) {
            Err(_) => true,
            Ok(header) if header.frame_len() != bytes.len() => true,
            Ok(header) => header.check(&bytes).is_err(),
        };
        assert!(noticed, "bit {bit}");
    }
}

#[test]
fn another_cipher_is_refused() {
    let mut frame = Vec::new();
    Writer::new(codec()).write(LogIndex(0), 1, b"", b"x", &mut frame).unwrap();
    frame[0] = 1;
    assert_eq!(Header::parse(&frame), Err(Malformed("a known cipher: unknown cipher")));
}

#[test]
fn an_ordinary_header_is_small() {
    let mut frame = Vec::new();
    let raw = [7; 8000];
    Writer::new(codec()).write(LogIndex(2_000_000), 4, b"", &raw, &mut frame).unwrap();
    assert!(Header::parse(&frame).unwrap().len <= 15);
}
