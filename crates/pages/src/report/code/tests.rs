//! A code's modules are those of the library, and a text that is too long has none.
use super::*;

#[test]
fn runs_cover_every_dark_module_once() {
    let modules = Modules::of("kiln.example/log\n1300\n").unwrap();
    let covered: usize = modules.runs().map(|(_, _, length)| length).sum();
    assert_eq!(covered, modules.dark.iter().filter(|dark| **dark).count());
    for (column, row, length) in modules.runs() {
        let line = &modules.dark[row * modules.side..];
        assert!(line[column..column + length].iter().all(|dark| *dark));
    }
    // The finder pattern of the upper left corner (ISO/IEC 18004 §6.3.3.1).
    assert_eq!(modules.runs().next(), Some((0, 0, 7)));
    assert!(Modules::of(&"x".repeat(4000)).is_none());
}
