//! Paths and widths as c2sp.org/tlog-tiles gives them, and its example of size 70,000.

use super::*;
use proptest::prelude::*;

fn hashes(level: u8, index: u64, width: u16) -> Tile {
    Tile { level: TileLevel::Hashes(level), index, width }
}

fn entries(index: u64, width: u16) -> Tile {
    Tile { level: TileLevel::Entries, index, width }
}

#[test]
fn paths_are_those_of_the_specification() {
    for (tile, path) in [
        (hashes(0, 0, 256), "tile/0/000"),
        (hashes(3, 999, 256), "tile/3/999"),
        (hashes(0, 1000, 256), "tile/0/x001/000"),
        (hashes(1, 1_234_067, 256), "tile/1/x001/x234/067"),
        (hashes(0, 1234, 5), "tile/0/x001/234.p/5"),
        (hashes(7, 0, 255), "tile/7/000.p/255"),
        (entries(0, 1), "tile/entries/000.p/1"),
        (entries(1_234_067, 8), "tile/entries/x001/x234/067.p/8"),
        (hashes(0, (1 << 56) - 1, 255), "tile/0/x072/x057/x594/x037/x927/935.p/255"),
    ] {
        assert_eq!(tile.path(), path);
        assert_eq!(Tile::from_path(path), Ok(tile));
    }
}

#[test]
fn other_spellings_are_refused() {
    for path in [
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "/tile/0/000",
        "tile/0/000/",
        "tile//000",
        "tile/00/000",
        "tile/+0/000",
        "tile/-1/000",
        "tile/256/000",
        "tile/Entries/000",
        "tile/data/000",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/1000",
        "tile/0/x000/001",
        "tile/0/001/000",
        "tile/0/x001/x000",
        "tile/0/x001",
        "tile/0/X001/000",
        "tile/0/x1/000",
        "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/0",
        "tile/0/000.p/00",
        "tile/0/000.p/01",
        "tile/0/000.p/+1",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/65537",
        "tile/0/000.p/1/",
        "tile/0/000.p/1.p/1",
        "tile/0/x001.p/1/000",
        "tile/0/ 00",
        "tile/0/٠٠٠",
        "tile/0/../000",
        "tile/0/x001//000",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/x999/999",
    ] {
        assert_eq!(Tile::from_path(path), Err(TileError::Path), "{path}");
    }
}

#[test]
fn tiles_of_no_possible_log_are_refused() {
    for tile in [
        hashes(8, 0, 1),
        hashes(63, 0, 1),
        hashes(255, 0, 1),
        hashes(7, 0, 256),
        hashes(7, 1, 1),
        hashes(0, 1 << 56, 1),
        hashes(0, (1 << 56) - 1, 256),
        hashes(0, u64::MAX, 1),
        entries(1 << 56, 256),
        hashes(6, 256, 1),
    ] {
        assert_eq!(Tile::from_path(&tile.path()), Err(TileError::Beyond), "{tile:?}");
        assert_eq!(
            Tile::of(tile.level, tile.index, TreeSize(u64::MAX)).filter(|t| t == &tile),
            None
        );
    }
}

#[test]
fn the_examples_of_the_specification_have_their_tiles() {
    let tiles: Vec<Tile> = tiles_between(TreeSize(0), TreeSize(70_000)).collect();
    let mut expected: Vec<Tile> = (0..273).map(|index| hashes(0, index, 256)).collect();
    expected.extend([hashes(0, 273, 112), hashes(1, 0, 256), hashes(1, 1, 17), hashes(2, 0, 1)]);
    assert_eq!(tiles, expected);
    let tiles: Vec<Tile> = tiles_between(TreeSize(0), TreeSize(256)).collect();
    assert_eq!(tiles, [hashes(0, 0, 256), hashes(1, 0, 1)]);
}

#[test]
fn only_what_grew_is_between_two_sizes() {
    let between = |old, new| tiles_between(TreeSize(old), TreeSize(new)).collect::<Vec<_>>();
    assert_eq!(between(0, 0), []);
    assert_eq!(between(300, 300), []);
    assert_eq!(between(70_000, 300), []);
    assert_eq!(between(301, 300), []);
    assert_eq!(between(255, 256), [hashes(0, 0, 256), hashes(1, 0, 1)]);
    assert_eq!(between(256, 257), [hashes(0, 1, 1)]);
    assert_eq!(between(300, 301), [hashes(0, 1, 45)]);
    let last = u64::MAX;
    assert_eq!(between(last - 1, last), [hashes(0, last >> 8, 255)]);
    let half = 1 << 63;
    let grown = (0..7).map(|level| hashes(level, (half >> (8 * (level + 1))) - 1, 256));
    let grown: Vec<_> = grown.chain([hashes(7, 0, 128)]).collect();
    assert_eq!(between(half - 1, half), grown);
}

#[test]
fn a_tile_is_as_wide_as_its_log_makes_it() {
    let of = |level, index, size| Tile::of(level, index, TreeSize(size));
    assert_eq!(of(TileLevel::Entries, 273, 70_000), Some(entries(273, 112)));
    assert_eq!(of(TileLevel::Entries, 274, 70_000), None);
    assert_eq!(of(TileLevel::Hashes(2), 0, 70_000), Some(hashes(2, 0, 1)));
    assert_eq!(of(TileLevel::Hashes(3), 0, 70_000), None);
    assert_eq!(of(TileLevel::Hashes(0), u64::MAX, u64::MAX), None);
}

#[test]
fn bytes_of_another_length_are_no_hashes() {
    let tile = hashes(0, 0, 2);
    let bytes: Vec<u8> = (0..64).collect();
    let [left, right] = [&bytes[..32], &bytes[32..]].map(|half| Hash(half.try_into().unwrap()));
    assert_eq!(tile.decode(&bytes), Ok(vec![left, right]));
    for wrong in [0, 1, 32, 63] {
        let refused = Err(TileError::Length { width: 2, bytes: wrong });
        assert_eq!(tile.decode(&bytes[..wrong]), refused);
    }
    assert!(hashes(0, 0, 1).decode(&bytes).is_err());
}

proptest! {
    #[test]
    fn every_tile_has_one_path(
        level in 0..=8_u8,
        index: u64,
        shift in 8..64_u32,
        width in 1..=256_u16,
    ) {
        let level = level.checked_sub(1).map_or(TileLevel::Entries, TileLevel::Hashes);
        let tile = Tile { level, index: index >> shift, width };
        match Tile::from_path(&tile.path()) {
            Ok(read) => prop_assert_eq!(read, tile),
            Err(error) => {
                prop_assert_eq!(error, TileError::Beyond);
                let widest = Tile::of(level, tile.index, TreeSize(u64::MAX));
                prop_assert!(widest.is_none_or(|widest| widest.width < width));
            }
        }
    }

    #[test]
    fn whatever_is_read_is_spelled_so(
        path in "tile/(entries|[0-9+]{1,3})(/x?[0-9]{2,4}){1,8}(\\.p/[0-9]{0,4})?",
    ) {
        if let Ok(tile) = Tile::from_path(&path) {
            prop_assert_eq!(tile.path(), path);
            prop_assert!((1..=256).contains(&tile.width));
        }
    }

    #[test]
    fn no_text_makes_it_panic(path in ".*", tail in "[x0-9./p]{0,200}") {
        prop_assert!(Tile::from_path(&path).is_err());
        let ended = format!("tile/0/{tail}/");
        prop_assert!(Tile::from_path(&ended).is_err());
    }

    /// Width of the specification's formula: floor(s / 256^l) mod 256 for the partial tile.
    #[test]
    fn tiles_between_are_what_the_new_log_has_and_the_old_has_not(
        old in 0..300_000_u64,
        more in 0..2_000_u64,
    ) {
        let all = |size: u64| {
            let mut tiles = Vec::new();
            for level in 0..=3_u8 {
                let row = size / 256_u64.pow(u32::from(level));
                tiles.extend((0..row / 256).map(|index| hashes(level, index, 256)));
                let partial = (row % 256) as u16;
                tiles.extend((partial > 0).then(|| hashes(level, row / 256, partial)));
            }
            tiles
        };
        let before = all(old);
        let mut expected = all(old + more);
        expected.retain(|tile| before.binary_search(tile).is_err());
        let between: Vec<Tile> = tiles_between(TreeSize(old), TreeSize(old + more)).collect();
        prop_assert_eq!(between, expected);
    }
}
