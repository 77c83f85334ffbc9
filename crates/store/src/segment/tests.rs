use super::*;
use crate::{clock::OsRandom, restores::RESTORES_MAX};
use kiln_evidence::leaf_hash;

fn header(records: u64) -> Header {
    let mut tree = Tree::default();
    (0..records).for_each(|n| tree.push(leaf_hash(&n.to_le_bytes())));
    let last_id = (records > 0).then(|| RecordId(Uuid::from_u128(u128::from(records))));
    Header {
        log: LogId([3; 16]),
        restores: Restores::default().next(&OsRandom),
        first: LogIndex(records),
        first_group: 7,
        epoch: 2,
        last_id,
        tree,
    }
}

#[test]
fn a_header_comes_back() {
    for records in [0, 1, 2, 3, 1000] {
        let header = header(records);
        let mut bytes = header.to_bytes();
        let len = bytes.len();
        assert!(len <= HEADER_LEN_MAX);
        bytes.extend([0; 10]);
        assert_eq!(Header::parse(&bytes), Ok((header, len)));
    }
}

#[test]
fn a_damaged_header_is_refused() {
    let bytes = header(11).to_bytes();
    for bit in 0..bytes.len() * 8 {
        let mut damaged = bytes.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert!(Header::parse(&damaged).is_err(), "bit {bit}");
    }
}

#[test]
fn a_header_with_more_restores_than_a_log_can_have_is_refused() {
    let with = |count: u32| {
        let mut bytes = header(11).to_bytes();
        bytes[12..16].copy_from_slice(&count.to_le_bytes());
        let end = bytes.len() - 4;
        let crc = crc32c::crc32c(&bytes[..end]);
        bytes[end..].copy_from_slice(&crc.to_le_bytes());
        Header::parse(&bytes)
    };
    assert!(with(RESTORES_MAX).is_ok());
    assert!(matches!(with(RESTORES_MAX + 1), Err(HeaderError::Malformed(_))));
}

#[test]
fn another_version_is_told_by_its_number() {
    let mut bytes = header(0).to_bytes();
    bytes[8] = 9;
    assert_eq!(Header::parse(&bytes), Err(HeaderError::Version(9)));
}

#[test]
fn names_say_where_a_file_begins() {
    assert_eq!(log_name(LogIndex(262_144)), "0000000000040000.log");
    assert_eq!(parse_name("0000000000040000.log", "log"), Some(LogIndex(262_144)));
    assert_eq!(parse_name("0000000000040000.index", "log"), None);
    assert_eq!(parse_name("000000000004000A.log", "log"), None);
    assert_eq!(parse_name("40000.log", "log"), None);
}
