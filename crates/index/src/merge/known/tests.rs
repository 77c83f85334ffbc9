use super::{Known, REFERENCES_MAX};
use crate::dictionary::Reference::{self, Document, Posting};

fn find(known: &Known, references: &[(usize, Reference)]) -> Option<u32> {
    known.find(Known::print(references), references)
}

fn learn(known: &mut Known, references: &[(usize, Reference)], at: u32) {
    known.learn(Known::print(references), references, at);
}

#[test]
fn only_the_very_same_references_are_found() {
    let mut known = Known::default();
    learn(&mut known, &[(0, Posting(7)), (1, Document(7))], 20);
    learn(&mut known, &[(0, Posting(7))], 30);
    assert_eq!(find(&known, &[(0, Posting(7)), (1, Document(7))]), Some(20));
    assert_eq!(find(&known, &[(0, Posting(7))]), Some(30));
    for other in [[(0, Posting(7)), (1, Posting(7))], [(0, Posting(7)), (2, Document(7))]] {
        assert_eq!(find(&known, &other), None);
        // Nor where two have one print.
        let print = Known::print(&[(0, Posting(7)), (1, Document(7))]);
        assert_eq!(known.find(print, &other), None);
    }
    let print = Known::print(&[(0, Posting(7)), (1, Document(7))]);
    assert_eq!(known.find(print, &[(0, Posting(7))]), None);
    let longer = [(0, Posting(7)), (1, Document(7)), (0, Posting(7)), (3, Document(1))];
    assert_eq!(known.find(print, &longer), None);
}

#[test]
fn no_more_is_remembered_than_may_be() {
    let mut known = Known::default();
    let many = vec![(0, Posting(7)); REFERENCES_MAX / 2];
    learn(&mut known, &many, 20);
    learn(&mut known, &many[1..], 30);
    assert_eq!(find(&known, &many), Some(20));
    assert_eq!(find(&known, &many[1..]), None);
}
