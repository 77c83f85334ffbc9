use super::*;

#[test]
fn a_proof_ends_in_the_whole_note_or_not_at_all() {
    let note = b"origin\n1\nroot\n\n\xe2\x80\x94 name sig\n";
    let proof = [b"c2sp.org/tlog-proof@v1\nindex 0\n\n".as_slice(), note].concat();
    assert!(ends_in(&proof, note));
    assert!(!ends_in(&proof, &note[1..]), "no part of it");
    assert!(!ends_in(b"index 0\n", b""));
}
