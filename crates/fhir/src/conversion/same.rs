//! Whether two documents say the same: members in any order, items in theirs, numbers by their
//! digits.
use super::document::{Document, Kind};

pub(super) fn same(one: &Document<'_>, other: &Document<'_>) -> bool {
    node(one, 0, other, 0)
}

fn node(one: &Document<'_>, at: usize, other: &Document<'_>, other_at: usize) -> bool {
    if one.kind(at) != other.kind(other_at) {
        return false;
    }
    match one.kind(at) {
        Kind::Null => true,
        Kind::Bool | Kind::Number => one.raw(at) == other.raw(other_at),
        Kind::Text => one.raw(at) == other.raw(other_at) || one.text(at) == other.text(other_at),
        Kind::Array => {
            one.children(at).count() == other.children(other_at).count()
                && (one.children(at).zip(other.children(other_at)))
                    .all(|(item, other_item)| node(one, item, other, other_item))
        }
        Kind::Object => {
            one.children(at).count() == other.children(other_at).count()
                && one.children(at).all(|member| {
                    let other_member = other.member(other_at, one.key(member));
                    other_member.is_some_and(|other_member| node(one, member, other, other_member))
                })
        }
    }
}
