use super::*;

fn stated(weights: &[(u64, Weight)]) -> Stated {
    let at = weights.iter().map(|(at, weight)| (LogIndex(*at), *weight)).collect();
    Stated { at, keys: Vec::new() }
}

fn positions(at: &[u64]) -> Vec<LogIndex> {
    at.iter().copied().map(LogIndex).collect()
}

#[test]
fn anchors_next_to_events_are_chosen_and_others_are_not() {
    let at = [
        (0, Weight::Law),
        (1, Weight::Routine),
        (5, Weight::Anchor),
        (9, Weight::Anchor),
        (20, Weight::Anchor),
        (30, Weight::Anchor),
        (31, Weight::Law),
    ];
    let (chosen, left_out) = stated(&at).chosen(&positions(&[10, 11]), TreeSize(31));
    assert_eq!(chosen, positions(&[0, 1, 9, 20]));
    assert_eq!(left_out, 2, "what is above the checkpoint is not left out: it has no proof");
}

#[test]
fn only_the_newest_starts_are_chosen() {
    let starts: Vec<_> = (0..1000).map(|at| (at, Weight::Routine)).collect();
    let (chosen, left_out) = stated(&starts).chosen(&positions(&[1000]), TreeSize(1001));
    assert_eq!(chosen, positions(&(900..1000).collect::<Vec<_>>()));
    assert_eq!(left_out, 900);
}

#[test]
fn a_bundle_has_so_many_statements_at_most() {
    let anchors: Vec<_> = (0..50_000).map(|n| (2 * n, Weight::Anchor)).collect();
    let events: Vec<_> = (0..50_000).map(|n| LogIndex(2 * n + 1)).collect();
    let (chosen, left_out) = stated(&anchors).chosen(&events, TreeSize(200_000));
    assert_eq!((chosen.len(), left_out), (STATEMENTS_MAX, 40_000));
    assert_eq!(chosen.last(), Some(&LogIndex(99_998)));
}
