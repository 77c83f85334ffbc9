//! A log whose checkpoints are cosigned: its leaves' hashes are those of the shared vectors.
use kiln_evidence::{
    AddCheckpoint, Algorithm, Checkpoint, Ed25519Signer, Hash, Signer, Tile, TileReader, Tree,
    TreeSize, VerifierKey, consistency_proof, node_hash,
};
use std::convert::Infallible;

/// A log, and the key that signs it.
pub(crate) struct Log {
    origin: &'static str,
    signer: Ed25519Signer,
}

impl Log {
    /// The one that the witness of these tests knows.
    pub(crate) fn known() -> Self {
        Self::of("log.example/known", 7)
    }

    pub(crate) fn of(origin: &'static str, seed: u8) -> Self {
        Self { origin, signer: Ed25519Signer::from_seed([seed; 32]) }
    }

    pub(crate) fn key(&self) -> VerifierKey {
        let name = self.origin.parse().unwrap();
        VerifierKey::new(name, Algorithm::Ed25519, self.signer.public_key()).unwrap()
    }

    pub(crate) fn checkpoint(&self, size: u64) -> Checkpoint {
        self.checkpoint_with(size, tree(size).root())
    }

    pub(crate) fn checkpoint_with(&self, size: u64, root: Hash) -> Checkpoint {
        Checkpoint { origin: self.origin.parse().unwrap(), size: TreeSize(size), root }
    }

    /// An honest request.
    pub(crate) fn request(&self, old: u64, size: u64) -> AddCheckpoint {
        let is_short = old == 0 || old >= size;
        let proof = if is_short { Vec::new() } else { proof(old, size) };
        let checkpoint = self.checkpoint(size).sign(&self.signer).unwrap();
        AddCheckpoint { old: TreeSize(old), proof, checkpoint }
    }

    /// A request whose lines are these.
    pub(crate) fn lines(&self, old: u64, proof: &[String], checkpoint: &str) -> String {
        let signature = self.signer.sign(checkpoint.as_bytes()).unwrap();
        let line = kiln_evidence::Signature {
            name: self.origin.parse().unwrap(),
            id: self.key().id(),
            bytes: signature.to_vec(),
        };
        let head: Vec<String> = [format!("old {old}")].into_iter().chain(proof.to_vec()).collect();
        format!("{}\n\n{checkpoint}\n{line}\n", head.join("\n"))
    }
}

fn leaf(index: u64) -> Hash {
    let mut bytes = [0; 32];
    bytes[0] = 0x2a;
    bytes[1] = u8::try_from(index).unwrap();
    Hash(bytes)
}

fn tree(size: u64) -> Tree {
    let mut tree = Tree::default();
    (0..size).for_each(|index| tree.push(leaf(index)));
    tree
}

fn proof(old: u64, size: u64) -> Vec<Hash> {
    consistency_proof(&Leaves, TreeSize(old), TreeSize(size)).unwrap()
}

/// Below 256 leaves a tree has one tile.
struct Leaves;

impl TileReader for Leaves {
    type Error = Infallible;

    fn hashes(&self, tile: Tile) -> Result<Vec<Hash>, Infallible> {
        Ok((0..u64::from(tile.width)).map(leaf).collect())
    }
}

#[test]
fn the_roots_are_those_of_the_definition() {
    assert_eq!(tree(2).root(), node_hash(&leaf(0), &leaf(1)));
}
