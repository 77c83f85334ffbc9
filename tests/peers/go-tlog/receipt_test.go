package gotlog

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/transparency-dev/formats/log"
	tlogproof "github.com/transparency-dev/formats/proof"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
)

// The leaf of a record, built from what FORMATS.md says of it and from nothing else of Kiln.
func leafOf(t *testing.T, extra, body []byte) []byte {
	t.Helper()
	if len(extra) < 37 || extra[0] != 1 {
		t.Fatal("extra is not version 1")
	}
	salt, envelope := extra[1:17], extra[17:]
	commitment := sha256.New()
	commitment.Write([]byte("kiln/commit/v1\x00"))
	commitment.Write(salt)
	commitment.Write(binary.BigEndian.AppendUint64(nil, uint64(len(envelope))))
	commitment.Write(envelope)
	commitment.Write(binary.BigEndian.AppendUint64(nil, uint64(len(body))))
	commitment.Write(body)
	id := envelope[4:20]
	millis := binary.BigEndian.Uint64(append([]byte{0, 0}, id[:6]...))
	leaf := append([]byte("KILN\x01"), envelope[1])
	leaf = binary.BigEndian.AppendUint64(leaf, millis/1000)
	return commitment.Sum(leaf)
}

// A receipt proves the bytes of `$original`, and no others.
func TestReceipts(t *testing.T) {
	k := serve(t, t.TempDir())
	k.grow(300)
	verifier := k.verifier()
	for number := range uint64(20) {
		body := encoded(t, event(number))
		var stored struct{ ID string }
		if err := json.Unmarshal(k.post("/fhir/r4/AuditEvent", body), &stored); err != nil {
			t.Fatal(err)
		}
		path := "/fhir/r4/AuditEvent/" + stored.ID
		var receipt tlogproof.TLogProof
		if err := receipt.Unmarshal(k.get(path + "/$proof")); err != nil {
			t.Fatal(err)
		}
		checkpoint, _, _, err := log.ParseCheckpoint(receipt.Checkpoint, verifier.Name(), verifier)
		if err != nil {
			t.Fatal(err)
		}
		hashes := make([][]byte, len(receipt.Hashes))
		for n := range receipt.Hashes {
			hashes[n] = receipt.Hashes[n][:]
		}
		original := k.get(path + "/$original")
		holds := func(body []byte) error {
			leaf := rfc6962.DefaultHasher.HashLeaf(leafOf(t, receipt.ExtraData, body))
			return proof.VerifyInclusion(rfc6962.DefaultHasher, receipt.Index, checkpoint.Size, leaf,
				hashes, checkpoint.Hash)
		}
		if err := holds(original); err != nil {
			t.Errorf("receipt %d: %v", number, err)
		}
		original[len(original)/2] ^= 1
		if holds(original) == nil {
			t.Errorf("receipt %d proves a changed event", number)
		}
	}
}
