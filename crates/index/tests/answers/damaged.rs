//! A damaged file is refused or still right; a forged one is refused or wrong, but never a panic.
use crate::world::{self, bytes, events, query, seed, view};
use kiln_index::{Error, File, LogIndex, Order, Page, Query, count, merge, merge_to, page};
use proptest::{collection::vec, prelude::*, sample::Index};

const HEADER_BYTES: usize = 416;
/// The last bytes of the header: the body's length, zeros and the checksum.
const HEADER_END: usize = 16;
const BLOCK_BYTES: usize = 1 << 16;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_changed_byte_is_found(
        seeds in prop_oneof![vec(seed(), 0..40), vec(seed(), 500..800)],
        at in vec(any::<Index>(), 16),
        change in 1..=255_u8,
        queries in vec(query(), 4),
    ) {
        let events = events(&seeds);
        let whole = bytes(&events, 0);
        for at in at {
            let mut damaged = whole.clone();
            damaged[at.index(whole.len())] ^= change;
            let Ok(file) = File::open(damaged) else { continue };
            for query in &queries {
                let expected = (0..events.len()).filter(|at| query.matches(&view(&events, *at)));
                let size = LogIndex(events.len() as u64);
                match count(&[&file], &world::KEY, None, query, size, &|| false) {
                    Ok(found) => prop_assert_eq!(found, expected.count() as u64),
                    Err(error) => prop_assert!(matches!(error, Error::Damaged(_))),
                }
            }
            prop_assert!(file.check().is_err(), "every byte is covered by a checksum");
        }
    }

    #[test]
    fn a_file_cut_short_or_longer_does_not_open(
        seeds in vec(seed(), 0..40),
        cut in any::<Index>(),
        more in vec(any::<u8>(), 1..50),
    ) {
        let whole = bytes(&events(&seeds), 0);
        prop_assert!(File::open(&whole[..cut.index(whole.len())]).is_err());
        prop_assert!(File::open([&whole[..], &more].concat()).is_err());
    }

    #[test]
    fn a_forged_file_never_panics(
        seeds in prop_oneof![vec(seed(), 1..40), vec(seed(), 500..800)],
        changes in vec((any::<Index>(), any::<u8>(), any::<bool>()), 1..6),
        queries in vec(query(), 12),
    ) {
        let events = events(&seeds);
        let mut forged = bytes(&events, 0);
        for (at, byte, in_header) in changes {
            let in_body = HEADER_BYTES + at.index(forged.len() - HEADER_BYTES);
            let in_header = in_header.then(|| 12 + at.index(HEADER_BYTES - HEADER_END - 12));
            let at = in_header.unwrap_or(in_body);
            // The number of blocks decides where the checksums stand.
            if !(28..32).contains(&at) {
                forged[at] = byte;
            }
            seal(&mut forged);
        }
        match File::open(&forged) {
            Ok(file) => {
                file.check().unwrap();
                use_all(&file, &queries);
            }
            // What the checksums are right for is refused for what it says.
            Err(error) => prop_assert!(!error.to_string().contains("checksum"), "{}", error),
        }
    }
}

/// Calls everything that reads; what comes back may be wrong.
fn use_all(file: &File<&Vec<u8>>, queries: &[Query]) {
    let size = LogIndex(u64::MAX);
    for query in queries {
        count(&[file], &world::KEY, None, query, size, &|| false).ok();
        for order in [Order::RecordedNewest, Order::RecordedOldest, Order::LogNewest] {
            let asked = Page { query, order, after: None, size, limit: 10 };
            let hits = page(&[file], &world::KEY, None, &asked, &|| false).unwrap_or_default();
            let after = hits.last().copied();
            let next = Page { query, order, after, size, limit: 10 };
            page(&[file], &world::KEY, None, &next, &|| false).ok();
        }
    }
    file.received_from(kiln_index::Millis(3)).ok();
    for at in 0..file.len().min(50) {
        file.location(LogIndex(file.first().0 + at)).ok();
        file.received(LogIndex(file.first().0 + at)).ok();
    }
    file.digest(&world::KEY).ok();
    merge(&[file], &mut Vec::new()).ok();
    merge_to(&[file], &mut world::Memory::default(), &mut || Ok(())).ok();
}

fn blocks(file: &[u8]) -> usize {
    u32::from_le_bytes(*file[28..].first_chunk().unwrap()) as usize
}

/// Makes the checksums right again.
fn seal(file: &mut [u8]) {
    let (header, rest) = file.split_at_mut(HEADER_BYTES);
    let blocks = blocks(header);
    let (body, checksums) = rest.split_at_mut(rest.len() - 4 * blocks);
    for (block, checksum) in body.chunks(BLOCK_BYTES).zip(checksums.chunks_mut(4)) {
        checksum.copy_from_slice(&crc32c::crc32c(block).to_le_bytes());
    }
    let of_header = crc32c::crc32c(&header[..HEADER_BYTES - 4]);
    let check = crc32c::crc32c_append(of_header, checksums);
    header[HEADER_BYTES - 4..].copy_from_slice(&check.to_le_bytes());
}
