use super::Table;
use crate::resources::body::{By, Head};
use kiln_index::LogIndex;

fn head(id: &str, version: &str, by: By) -> Head {
    Head { r#type: "Task".into(), id: id.into(), version: version.into(), by }
}

#[test]
fn the_newest_version_is_current_and_the_ones_before_are_not() {
    let mut table = Table::default();
    table.put(&head("a", "1", By::Post), LogIndex(3));
    table.put(&head("b", "1", By::Put), LogIndex(5));
    table.put(&head("a", "2", By::Patch), LogIndex(7));
    let current = table.get("Task/a").unwrap();
    assert_eq!((current.at, &*current.version, current.is_deletion), (LogIndex(7), "2", false));
    assert!(table.is_current(LogIndex(7)) && table.is_current(LogIndex(5)));
    assert!(!table.is_current(LogIndex(3)));
    assert_eq!(table.newest(), Some(LogIndex(7)));
    assert_eq!(table.get("Task/c"), None);
}

#[test]
fn a_deletion_is_known_and_no_version_is_current() {
    let mut table = Table::default();
    table.put(&head("a", "1", By::Post), LogIndex(0));
    table.put(&head("a", "2", By::Delete), LogIndex(2));
    assert!(table.get("Task/a").unwrap().is_deletion);
    assert!(!table.is_current(LogIndex(0)) && !table.is_current(LogIndex(2)));
    table.put(&head("a", "3", By::Put), LogIndex(4));
    assert!(table.is_current(LogIndex(4)));
}

#[test]
fn an_older_version_that_comes_late_changes_nothing() {
    let mut table = Table::default();
    table.put(&head("a", "2", By::Put), LogIndex(9));
    table.put(&head("a", "1", By::Post), LogIndex(4));
    assert_eq!(&*table.get("Task/a").unwrap().version, "2");
    assert_eq!(table.newest(), Some(LogIndex(9)));
}
