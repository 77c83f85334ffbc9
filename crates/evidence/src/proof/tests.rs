//! The vectors of transparency-dev/merkle, RFC 6962's own proofs, and proofs of nothing.

use super::*;
use crate::oracle::{leaves, naive_path, naive_root, naive_subproof, read_vectors};
use base64::{Engine, prelude::BASE64_STANDARD};
use proptest::prelude::*;
use serde_json::Value;

#[test]
fn verdicts_on_inclusion_are_those_of_transparency_dev() {
    let Some(vectors) = read_vectors("inclusion") else { return };
    // Without any bytes for leaf and root they could be equal; our types hold 32 bytes or nothing.
    let (unheld, vectors): (Vec<_>, Vec<_>) =
        vectors.into_iter().partition(|v| v["leafHash"] == "" && v["root"] == "");
    assert!(unheld.iter().all(|v| v["wantErr"] == true));
    for v in &vectors {
        let verdict = verify_inclusion(
            number(&v["leafIdx"]),
            TreeSize(number(&v["treeSize"])),
            &hash(&v["leafHash"]),
            &hashes(&v["proof"]),
            &hash(&v["root"]),
        );
        assert_eq!(verdict.is_err(), v["wantErr"].as_bool().unwrap(), "{verdict:?} for {v}");
    }
    assert_eq!((vectors.len(), unheld.len()), (97, 1));
}

#[test]
fn verdicts_on_consistency_are_those_of_transparency_dev() {
    let Some(vectors) = read_vectors("consistency") else { return };
    for v in &vectors {
        let verdict = verify_consistency(
            TreeSize(number(&v["size1"])),
            TreeSize(number(&v["size2"])),
            &hashes(&v["proof"]),
            &hash(&v["root1"]),
            &hash(&v["root2"]),
        );
        assert_eq!(verdict.is_err(), v["wantErr"].as_bool().unwrap(), "{verdict:?} for {v}");
    }
    assert_eq!(vectors.len(), 98);
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// Some vectors have a shorter hash, which our types cannot hold: what is missing is zeroes here.
fn hash(value: &Value) -> Hash {
    let mut bytes = BASE64_STANDARD.decode(value.as_str().unwrap_or_default()).unwrap();
    assert!(bytes.len() <= 32, "{value} is too long");
    bytes.resize(32, 0);
    Hash(bytes.try_into().unwrap())
}

fn hashes(value: &Value) -> Vec<Hash> {
    value.as_array().into_iter().flatten().map(hash).collect()
}

#[test]
fn every_proof_of_the_definition_holds() {
    let leaves = leaves(40);
    for size in 1..=leaves.len() {
        let tree = &leaves[..size];
        let (at, root) = (TreeSize(size as u64), naive_root(tree));
        for (i, leaf) in tree.iter().enumerate() {
            let path = naive_path(i, tree);
            assert_eq!(verify_inclusion(i as u64, at, leaf, &path, &root), Ok(()));
            let proof = naive_subproof(i + 1, tree, true);
            let (old, old_root) = (TreeSize(i as u64 + 1), naive_root(&tree[..=i]));
            assert_eq!(verify_consistency(old, at, &proof, &old_root, &root), Ok(()));
        }
    }
}

#[test]
fn sizes_that_prove_nothing_are_told_apart() {
    let [leaf, other] = [Hash([1; 32]), Hash([2; 32])];
    let inclusion =
        |index, size, proof: &[Hash]| verify_inclusion(index, TreeSize(size), &leaf, proof, &leaf);
    assert_eq!(inclusion(0, 0, &[]), Err(ProofError::Index));
    assert_eq!(inclusion(5, 5, &[]), Err(ProofError::Index));
    assert_eq!(inclusion(u64::MAX, u64::MAX, &[]), Err(ProofError::Index));
    assert_eq!(inclusion(0, 1, &[]), Ok(()));
    assert_eq!(inclusion(0, 1, &[other]), Err(ProofError::Length));
    assert_eq!(inclusion(0, 2, &[]), Err(ProofError::Length));
    assert_eq!(inclusion(0, 2, &[other]), Err(ProofError::Root));
    let consistency = |old, new, proof: &[Hash]| {
        verify_consistency(TreeSize(old), TreeSize(new), proof, &leaf, &leaf)
    };
    assert_eq!(consistency(0, 0, &[]), Err(ProofError::Empty));
    assert_eq!(consistency(0, 1, &[]), Err(ProofError::Empty));
    assert_eq!(consistency(2, 1, &[]), Err(ProofError::Shrunk));
    assert_eq!(consistency(3, 3, &[]), Ok(()));
    assert_eq!(consistency(3, 3, &[leaf]), Err(ProofError::Length));
    assert_eq!(consistency(3, 4, &[]), Err(ProofError::Length));
    assert_eq!(consistency(2, 4, &[]), Err(ProofError::Length));
}

#[test]
fn any_number_of_hashes_at_any_size_is_judged_without_panic() {
    let proof = vec![Hash([3; 32]); 300];
    let bits = [0, 1, 2, 7, 8, 31, 32, 61, 62, 63];
    let sizes = bits.into_iter().flat_map(|bit| [(1_u64 << bit) - 1, 1 << bit, (1 << bit) + 1]);
    let sizes: Vec<u64> = sizes.chain([u64::MAX - 1, u64::MAX]).collect();
    for (n, new) in sizes.iter().enumerate() {
        for old in &sizes[..=n] {
            for length in [0, 1, 2, 62, 63, 64, 65, 300] {
                let (proof, root) = (&proof[..length], &Hash([4; 32]));
                let found = verify_inclusion(*old, TreeSize(*new), root, proof, root);
                assert!(found.is_err() || (*old, *new, length) == (0, 1, 0));
                let (old, new) = (TreeSize(*old), TreeSize(*new));
                let found = verify_consistency(old, new, proof, root, root);
                assert_eq!(found.is_ok(), old == new && new.0 > 0 && length == 0);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Each bit of the path, the leaf's hash and the root, and each other index.
    #[test]
    fn any_changed_bit_breaks_inclusion(size in 1..600_usize, index in 0..600_usize) {
        let index = index % size;
        let tree = leaves(size as u64);
        let path = naive_path(index, &tree);
        let mut parts = vec![tree[index], naive_root(&tree)];
        parts.extend(path);
        let verdict = |index: usize, parts: &[Hash]| {
            verify_inclusion(index as u64, TreeSize(size as u64), &parts[0], &parts[2..], &parts[1])
        };
        prop_assert_eq!(verdict(index, &parts), Ok(()));
        for_each_flip(&mut parts, |flipped| assert!(verdict(index, flipped).is_err()));
        for other in (0..size).filter(|other| *other != index) {
            prop_assert!(verdict(other, &parts).is_err());
        }
        let longer = [&parts[..], &[Hash([0; 32])]].concat();
        prop_assert_eq!(verdict(index, &longer), Err(ProofError::Length));
        if size > 1 {
            prop_assert_eq!(verdict(index, &parts[..parts.len() - 1]), Err(ProofError::Length));
        }
    }

    #[test]
    fn any_changed_bit_breaks_consistency(new in 2..600_usize, old in 0..600_usize) {
        let old = 1 + old % (new - 1);
        let tree = leaves(new as u64);
        let mut parts = vec![naive_root(&tree[..old]), naive_root(&tree)];
        parts.extend(naive_subproof(old, &tree, true));
        let verdict = |parts: &[Hash]| {
            let (old, new) = (TreeSize(old as u64), TreeSize(new as u64));
            verify_consistency(old, new, &parts[2..], &parts[0], &parts[1])
        };
        prop_assert_eq!(verdict(&parts), Ok(()));
        for_each_flip(&mut parts, |flipped| assert!(verdict(flipped).is_err()));
        let longer = [&parts[..], &[Hash([0; 32])]].concat();
        prop_assert_eq!(verdict(&longer), Err(ProofError::Length));
        prop_assert_eq!(verdict(&parts[..parts.len() - 1]), Err(ProofError::Length));
    }
}

fn for_each_flip(parts: &mut [Hash], mut check: impl FnMut(&[Hash])) {
    for part in 0..parts.len() {
        for bit in 0..256 {
            parts[part].0[bit / 8] ^= 1 << (bit % 8);
            check(parts);
            parts[part].0[bit / 8] ^= 1 << (bit % 8);
        }
    }
}
