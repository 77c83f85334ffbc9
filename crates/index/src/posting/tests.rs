use super::{CHUNK_LEN, Posting, Writer, read};
use crate::file::{
    Section,
    tests::{section_of, with_view},
};
use proptest::{collection::btree_set, prelude::*};

/// Documents of a posting in a file of this many.
fn round_trip(count: u32, documents: &[u32]) -> usize {
    let mut writer = Writer::new(count);
    let before = writer.write(&[0, 1]);
    let at = writer.write(documents);
    assert_eq!(writer.write(documents), at, "the same documents are written once");
    assert_eq!(writer.write(&[0, 1]), before);
    let bytes = writer.finish();
    with_view(count, section_of(Section::Postings, &bytes), &bytes, |view| {
        let mut found = Vec::new();
        read(view, at).unwrap().for_each(view, |document| found.push(document)).unwrap();
        assert!(found == documents, "{} of {count} documents", documents.len());
    });
    bytes.len() - at as usize
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn documents_come_back(
        count in prop_oneof![1000..3000_u32, CHUNK_LEN - 2..CHUNK_LEN + 2, 100_000..200_000_u32],
        seeds in prop_oneof![btree_set(0..1000_u32, 2..400), btree_set(any::<u32>(), 600..3000)],
        together: bool,
    ) {
        let end = if together { 1000 } else { count };
        let mut documents: Vec<u32> = seeds.iter().map(|seed| seed % end).collect();
        documents.sort_unstable();
        documents.dedup();
        round_trip(count, &documents);
    }
}

#[test]
fn each_form_is_taken_where_it_is_small() {
    let count = 3 * CHUNK_LEN + 100;
    let all: Vec<u32> = (0..count).collect();
    assert!(round_trip(count, &all) <= 16, "a term of all documents costs a few bytes");
    assert!(round_trip(count, &all[10..count as usize - 10]) <= 32, "so does one run");
    let third: Vec<u32> = all.iter().copied().filter(|d| d % 3 == 0).collect();
    assert!(round_trip(count, &third) <= count as usize / 8 + 20, "a bit for each document");
    let hundredth: Vec<u32> = all.iter().copied().filter(|d| d % 100 == 0).collect();
    assert!(round_trip(count, &hundredth) <= hundredth.len() + 20, "a byte for each of few");
    let chunk: Vec<u32> = (CHUNK_LEN..2 * CHUNK_LEN).collect();
    assert!(round_trip(count, &chunk) <= 16, "a chunk with all, others with none");
}

#[test]
fn a_list_is_read_as_one() {
    let mut writer = Writer::new(1000);
    writer.write(&[3, 500, 999]);
    let bytes = writer.finish();
    with_view(1000, section_of(Section::Postings, &bytes), &bytes, |view| {
        assert!(matches!(read(view, 0), Ok(Posting::List(gaps)) if gaps.len == 3));
        assert!(read(view, 99).is_err());
    });
    // The same bytes in a file of fewer documents name one that is not there.
    with_view(999, section_of(Section::Postings, &bytes), &bytes, |view| {
        assert!(read(view, 0).unwrap().for_each(view, |_| ()).is_err());
    });
}
