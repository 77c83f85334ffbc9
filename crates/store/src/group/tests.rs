use super::*;
use crate::{
    dictionary::Dictionaries,
    frame::{Codec, Writer},
};
use std::sync::Arc;

fn sample() -> Vec<u8> {
    let codec = Arc::new(Codec::new(Dictionaries::compiled().unwrap()));
    let mut writer = Writer::new(codec);
    let mut out = Vec::new();
    start(&mut out);
    writer.write(LogIndex(10), 4, b"heads", b"four records", &mut out).unwrap();
    writer.write(LogIndex(14), 1, b"head", b"one record", &mut out).unwrap();
    let header = Header {
        records: 5,
        number: 3,
        epoch: 2,
        first: LogIndex(10),
        len: 0,
        log: LogId([9; 16]),
        previous_root: Hash([1; 32]),
    };
    finish(&mut out, header, Hash([2; 32]), None);
    out
}

#[test]
fn a_group_comes_back() {
    let bytes = sample();
    let group = open(&bytes).unwrap();
    assert_eq!(group.header.number, 3);
    assert_eq!(group.header.end(), LogIndex(15));
    assert_eq!(group.trailer.root, Hash([2; 32]));
    let frames = group.frames().unwrap();
    let firsts: Vec<_> = frames.iter().map(|frame| frame.header.first.0).collect();
    assert_eq!(firsts, [10, 14]);
}

#[test]
fn every_flipped_bit_and_every_cut_is_noticed() {
    let bytes = sample();
    for bit in 0..bytes.len() * 8 {
        let mut damaged = bytes.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert!(open(&damaged).is_err(), "bit {bit}");
    }
    for len in 0..bytes.len() {
        assert!(open(&bytes[..len]).is_err(), "cut at {len}");
    }
}
