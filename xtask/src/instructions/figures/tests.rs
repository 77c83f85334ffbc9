use super::{Conditions, Figures};

fn figures(pieces: &[(&str, u64)]) -> Figures {
    let conditions = Conditions {
        compiler: "rustc 1.95.0 for x86_64".to_owned(),
        valgrind: "valgrind-3.19.0".to_owned(),
        has_avx2: true,
    };
    let pieces = pieces.iter();
    let pieces = pieces.map(|(name, figure)| ((*name).to_owned(), "event".to_owned(), *figure));
    Figures { conditions, pieces: pieces.collect() }
}

#[test]
fn what_is_written_is_what_is_read() {
    let figures = figures(&[("parse", 40_000), ("append", 90_000)]);
    assert_eq!(Figures::parse(&figures.to_text()).unwrap(), figures);
    assert!(Figures::parse("{}").is_err());
    assert!(Figures::parse(&figures.to_text().replace("40000", "\"many\"")).is_err());
}

#[test]
fn three_percent_either_way_go_unsaid() {
    let kept = figures(&[("parse", 100_000)]);
    for unsaid in [97_001, 100_000, 102_999] {
        assert_eq!(kept.differences(&figures(&[("parse", unsaid)])), Vec::<String>::new());
    }
    for (said, how) in [(96_000, "4.0 % fewer"), (104_000, "4.0 % more")] {
        let found = kept.differences(&figures(&[("parse", said)])).join("\n");
        assert!(found.contains(how) && found.contains("--bless"), "{found}");
    }
}

#[test]
fn a_piece_that_only_one_side_knows_is_told() {
    let (kept, counted) = (figures(&[("parse", 1000)]), figures(&[("extract", 1000)]));
    let found = kept.differences(&counted);
    assert!(found[0].contains("does not know `extract`"), "{found:?}");
    assert!(found[1].contains("`parse` of"), "{found:?}");
}

#[test]
fn another_compiler_or_processor_is_told_and_another_valgrind_only_beside_a_difference() {
    let kept = figures(&[("parse", 1000)]);
    let mut counted = figures(&[("parse", 2000)]);
    counted.conditions.valgrind = "valgrind-3.24.0".to_owned();
    assert_eq!(counted.conditions.difference(&kept.conditions), None);
    let found = kept.differences(&counted).join("\n");
    assert!(found.contains("valgrind-3.24.0"), "{found}");
    counted.conditions.has_avx2 = false;
    assert!(counted.conditions.difference(&kept.conditions).unwrap().contains("AVX2"));
    counted.conditions.compiler = "rustc 1.96.0 for x86_64".to_owned();
    let difference = counted.conditions.difference(&kept.conditions).unwrap();
    assert!(difference.contains("1.96.0") && difference.contains("1.95.0"), "{difference}");
}
