//! Views over single sections, for the tests of what lies in them.
use super::{Error, File, Header, Section, TableShape, View};
use crate::{
    LogIndex, Millis,
    column::Column,
    runs::{self, Runs},
};
use std::{ops::Range, sync::atomic::AtomicU64};

pub(crate) type Sections = [Range<u64>; 8];

/// Only one section, which is the whole body.
pub(crate) fn section_of(section: Section, bytes: &[u8]) -> Sections {
    let mut sections = [const { 0..0 }; 8];
    sections[section as usize] = 0..bytes.len() as u64;
    sections
}

fn header(count: u32, sections: Sections) -> Header {
    let mut runs = [0; runs::BYTES];
    runs[48..52].copy_from_slice(&count.to_le_bytes());
    let runs = Runs::read(&runs);
    Header {
        extract_version: 1,
        first: LogIndex(0),
        count,
        runs,
        received: [Millis(0); 2],
        key_check: 0,
        singles: TableShape::default(),
        terms: TableShape::default(),
        dictionary_len: 0,
        dictionary_blocks: 0,
        sections,
        forms: crate::forms::Forms::default(),
    }
}

pub(crate) fn with_view(count: u32, sections: Sections, body: &[u8], take: impl FnOnce(View<'_>)) {
    with_header(&header(count, sections), body, take);
}

fn with_header(header: &Header, body: &[u8], take: impl FnOnce(View<'_>)) {
    let checked: Vec<AtomicU64> =
        (0..=body.len() / (64 << 16)).map(|_| AtomicU64::new(u64::MAX)).collect();
    take(View { header, checksums: &[], body, checked: &checked });
}

pub(crate) fn with_column(numbers: &[i64], take: impl FnOnce(Column<'_>)) {
    let mut bytes = Vec::new();
    crate::column::write(&mut bytes, numbers.iter().copied());
    let count = numbers.len() as u32;
    with_view(count, section_of(Section::Recorded, &bytes), &bytes, |view| {
        take(view.column(Section::Recorded));
    });
}

pub(crate) fn with_section(
    section: Section,
    singles: TableShape,
    bytes: &[u8],
    take: impl FnOnce(View<'_>),
) {
    assert!(crate::table::fits(bytes.len() as u64, singles));
    let header = Header { singles, ..header(1, section_of(section, bytes)) };
    with_header(&header, bytes, take);
}

pub(crate) fn with_dictionary(
    (dictionary_len, dictionary_blocks): (u32, u32),
    bytes: &[u8],
    take: impl FnOnce(View<'_>),
) {
    let sections = section_of(Section::Dictionary, bytes);
    let count = crate::DOCUMENTS_MAX as u32;
    let header = Header { dictionary_len, dictionary_blocks, ..header(count, sections) };
    with_header(&header, bytes, take);
}

#[test]
fn a_header_comes_back() {
    let body = vec![7_u8; 200_000];
    let mut sections = section_of(Section::Singles, &body[..12]);
    // No documents, so the columns are empty; a table without entries is
    // two starts and the slots of one bucket.
    sections[Section::Singles as usize] = 100..116;
    sections[Section::Terms as usize] = 199_984..200_000;
    let header = Header { key_check: 5, ..header(0, sections) };
    let checksums = crate::content::checksums(&body);
    let mut file = header.encode(200_000, &checksums);
    assert_eq!(file.len(), super::HEADER_BYTES);
    file.extend_from_slice(&body);
    file.extend_from_slice(&checksums);
    let (read, len) = Header::decode(&file).unwrap();
    assert_eq!(read, header);
    assert_eq!(len, 200_000);
}

#[test]
fn another_version_is_told() {
    let mut file = header(0, section_of(Section::Recorded, &[])).encode(0, &[]);
    file[8] = 7;
    let error = File::open(file).unwrap_err();
    assert_eq!(error.to_string(), "index file is damaged: it has another format version");
    let mut file = header(0, section_of(Section::Recorded, &[])).encode(0, &[]);
    file[8] = 1;
    assert!(matches!(File::open(file), Err(Error::Old)));
}
