//! Against RFC 6962's own definition, and against the vectors of transparency-dev/merkle.

use super::*;
use crate::oracle::{grown, leaves, naive_root, read_vectors};
use base64::{Engine, prelude::BASE64_STANDARD};
use proptest::prelude::*;
use serde_json::Value;

#[test]
fn every_size_to_300_has_the_root_of_the_definition() {
    let leaves = leaves(300);
    let mut tree = Tree::default();
    assert_eq!(tree.root(), naive_root(&[]));
    for (i, leaf) in leaves.iter().enumerate() {
        tree.push(*leaf);
        assert_eq!(tree.size(), TreeSize(i as u64 + 1));
        assert_eq!(tree.root(), naive_root(&leaves[..=i]), "size {}", i + 1);
        let again = Tree::from_edge(tree.size(), tree.edge().to_vec());
        assert_eq!(again.as_ref(), Some(&tree));
    }
}

#[test]
fn every_completed_subtree_is_told_once() {
    let leaves = leaves(300);
    let mut tree = Tree::default();
    for (last, leaf) in leaves.iter().enumerate() {
        let (size, mut expected_height) = (last + 1, 1);
        tree.push_telling(*leaf, |height, root| {
            assert_eq!(height, expected_height);
            assert_eq!(root, naive_root(&leaves[size - (1 << height)..size]));
            expected_height += 1;
        });
        assert_eq!(expected_height - 1, size.trailing_zeros());
    }
    assert_eq!(tree, grown(&leaves));
}

#[test]
fn an_edge_that_does_not_fit_is_refused() {
    let tree = grown(&leaves(7));
    assert!(Tree::from_edge(TreeSize(8), tree.edge().to_vec()).is_none());
    assert!(Tree::from_edge(TreeSize(7), tree.edge()[1..].to_vec()).is_none());
    assert!(Tree::from_edge(TreeSize(0), tree.edge().to_vec()).is_none());
    assert_eq!(Tree::from_edge(TreeSize(0), Vec::new()), Some(Tree::default()));
}

/// A leaf and a node over the same bytes differ (RFC 6962 §2.1, second preimages).
#[test]
fn leaves_and_nodes_have_their_own_domains() {
    let [left, right] = [leaf_hash(b"l"), leaf_hash(b"r")];
    let joined = [left.0, right.0].concat();
    assert_ne!(leaf_hash(&joined), node_hash(&left, &right));
}

proptest! {
    #[test]
    fn a_tree_continued_from_its_edge_grows_as_the_whole_one(
        before in 0..2000_u64,
        after in 0..2000_u64,
    ) {
        let leaves = leaves(before + after);
        let (old, new) = leaves.split_at(before as usize);
        let stopped = grown(old);
        let mut tree = Tree::from_edge(stopped.size(), stopped.edge().to_vec()).unwrap();
        for leaf in new {
            tree.push(*leaf);
        }
        prop_assert_eq!(tree.root(), naive_root(&leaves));
        prop_assert_eq!(tree, grown(&leaves));
    }

    #[test]
    fn any_changed_leaf_changes_the_root(count in 1..500_u64, changed in 0..500_usize) {
        let mut leaves = leaves(count);
        let root = grown(&leaves).root();
        let changed = changed % leaves.len();
        leaves[changed] = leaf_hash(b"changed");
        prop_assert_ne!(grown(&leaves).root(), root);
    }
}

/// The leaves behind the vectors: testdata of transparency-dev/merkle, as in Certificate
/// Transparency's own tests.
const VECTOR_LEAVES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];

#[test]
fn roots_equal_the_vectors_of_transparency_dev() {
    let Some(vectors) = read_vectors("") else { return };
    let mut checked = 0;
    // The other cases try a verifier with made-up roots and proofs.
    for vector in vectors.iter().filter(|v| v["desc"] == "happy path") {
        for (size, root) in [("treeSize", "root"), ("size1", "root1"), ("size2", "root2")] {
            checked += usize::from(check_root(vector, size, root));
        }
    }
    assert!(checked >= 10, "only {checked} roots were compared");
}

/// Whether the vector names such a root; panics when ours is another.
fn check_root(vector: &Value, size: &str, root: &str) -> bool {
    let (Some(size), Some(root)) = (vector[size].as_u64(), vector[root].as_str()) else {
        return false;
    };
    let leaves: Vec<Hash> = VECTOR_LEAVES.iter().map(|leaf| leaf_hash(leaf)).collect();
    let ours = grown(&leaves[..size as usize]).root();
    assert_eq!(BASE64_STANDARD.encode(ours.0), root, "{vector}");
    true
}
