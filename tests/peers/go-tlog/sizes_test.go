package gotlog

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/transparency-dev/formats/log"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/client"
	"golang.org/x/mod/sumdb/tlog"
)

// tiles lets x/mod read tiles, which checks each of them against the tree's root.
type tiles struct{ fetcher client.TileFetcherFunc }

func (tiles) Height() int                         { return 8 }
func (tiles) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	found := make([][]byte, len(wanted))
	for n, tile := range wanted {
		partial := uint8(tile.W) // A full tile has width 256: none of it is partial.
		bytes, err := t.fetcher(context.Background(), uint64(tile.L), uint64(tile.N), partial)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", tile.Path(), err)
		}
		found[n] = bytes
	}
	return found, nil
}

// tree is a log at one size, read through x/mod.
func tree(checkpoint *log.Checkpoint, fetcher client.TileFetcherFunc) (tlog.Tree, tlog.HashReader) {
	at := tlog.Tree{N: int64(checkpoint.Size), Hash: tlog.Hash(checkpoint.Hash)}
	return at, tlog.TileHashReader(at, tiles{fetcher})
}

// Every size up to 1,025: signature, root, tiles, each inclusion, consistency with each size
// before. A log of Kiln says first of all whose it is, so its smallest sizes are taken by that.
func TestEverySize(t *testing.T) {
	k := serve(t, t.TempDir())
	verifier := k.verifier()
	read := k.fetcher().ReadTile
	var before []*log.Checkpoint
	own := &known{}
	for number := uint64(0); len(before) == 0 || before[len(before)-1].Size < 1025; number++ {
		now := k.checkpoint(verifier)
		if len(before) > 0 && now.Size != before[len(before)-1].Size+1 {
			t.Fatalf("size %d follows size %d", now.Size, before[len(before)-1].Size)
		}
		at, reader := tree(now, read)
		own.grow(t, reader, at)
		included(t, at, own)
		before = append(before, now)
		consistent(t, at, own, before)
		k.post("/fhir/r4/AuditEvent", encoded(t, event(number)))
	}
	t.Logf("sizes %d to 1025", before[0].Size)
	if before[0].Size > 2 {
		t.Errorf("a new log has %d records of its own", before[0].Size)
	}
}

// known is the tree of the leaves that were read, with all of its hashes in memory.
type known struct {
	stored []tlog.Hash
	leaves []tlog.Hash
}

func (k *known) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for n, index := range indexes {
		hashes[n] = k.stored[index]
	}
	return hashes, nil
}

// grow reads the leaves that have come from the served tiles, which checks these against the
// root, and makes the root anew from all leaves.
func (k *known) grow(t *testing.T, reader tlog.HashReader, at tlog.Tree) {
	t.Helper()
	var indexes []int64
	for n := int64(len(k.leaves)); n < at.N; n++ {
		indexes = append(indexes, tlog.StoredHashIndex(0, n))
	}
	read, err := reader.ReadHashes(indexes)
	if err != nil {
		t.Fatalf("tiles of size %d: %v", at.N, err)
	}
	for _, leaf := range read {
		stored, err := tlog.StoredHashesForRecordHash(int64(len(k.leaves)), leaf, k)
		if err != nil {
			t.Fatal(err)
		}
		k.stored = append(k.stored, stored...)
		k.leaves = append(k.leaves, leaf)
	}
	if root, err := tlog.TreeHash(at.N, k); err != nil || root != at.Hash {
		t.Fatalf("size %d: root %v, not %v: %v", at.N, root, at.Hash, err)
	}
}

// included proves each leaf by one library and checks it by the other.
func included(t *testing.T, at tlog.Tree, own *known) {
	t.Helper()
	for index, leaf := range own.leaves {
		proved, err := tlog.ProveRecord(at.N, int64(index), own)
		if err != nil {
			t.Fatalf("inclusion of %d in %d: %v", index, at.N, err)
		}
		err = proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(index), uint64(at.N), leaf[:],
			slices(proved), at.Hash[:])
		if err != nil {
			t.Fatalf("inclusion of %d in %d: %v", index, at.N, err)
		}
	}
}

func consistent(t *testing.T, at tlog.Tree, reader tlog.HashReader, before []*log.Checkpoint) {
	t.Helper()
	for _, old := range before {
		proved, err := tlog.ProveTree(at.N, int64(old.Size), reader)
		if err != nil {
			t.Fatalf("consistency of %d and %d: %v", old.Size, at.N, err)
		}
		err = proof.VerifyConsistency(rfc6962.DefaultHasher, old.Size, uint64(at.N),
			slices(proved), old.Hash, at.Hash[:])
		if err != nil {
			t.Fatalf("consistency of %d and %d: %v", old.Size, at.N, err)
		}
	}
}

func slices(hashes []tlog.Hash) [][]byte {
	all := make([][]byte, len(hashes))
	for n := range hashes {
		all[n] = hashes[n][:]
	}
	return all
}

// remembered asks for each hash of one tree once; each was checked when it was read.
type remembered struct {
	reader tlog.HashReader
	known  map[int64]tlog.Hash
}

func (r remembered) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var missing []int64
	for _, index := range indexes {
		if _, known := r.known[index]; !known {
			missing = append(missing, index)
		}
	}
	if len(missing) > 0 {
		read, err := r.reader.ReadHashes(missing)
		if err != nil {
			return nil, err
		}
		for n, index := range missing {
			r.known[index] = read[n]
		}
	}
	hashes := make([]tlog.Hash, len(indexes))
	for n, index := range indexes {
		hashes[n] = r.known[index]
	}
	return hashes, nil
}

// Sizes about a full tile of the second level, and the example of the specification: served, and
// as files after a clean stop.
func TestLargerSizes(t *testing.T) {
	data := t.TempDir()
	k := serve(t, data)
	verifier := k.verifier()
	seen := []*log.Checkpoint{k.checkpoint(verifier)}
	for _, size := range []uint64{65_535, 65_536, 65_537, 70_000} {
		k.grow(size - seen[len(seen)-1].Size)
		now := k.checkpoint(verifier)
		if now.Size != size {
			t.Fatalf("size %d, not %d", now.Size, size)
		}
		sampled(t, now, k.fetcher(), seen)
		seen = append(seen, now)
	}
	if err := check(verifier, k.fetcher()); err != nil {
		t.Errorf("fsck of the served log: %v", err)
	}
	k.stop()
	if err := check(verifier, files(data)); err != nil {
		t.Errorf("fsck of the files: %v", err)
	}
}

// A million records, imported.
func TestMillion(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: a million records: -short")
	}
	data := t.TempDir()
	events := data + "/events.ndjson"
	write(t, events, run(t, "generate", "--count", "1000000"))
	run(t, "import", "--data", data, events)
	k := serve(t, data)
	verifier := k.verifier()
	now := k.checkpoint(verifier)
	if now.Size < 1_000_000 {
		t.Fatalf("%d records", now.Size)
	}
	sampled(t, now, k.fetcher(), []*log.Checkpoint{now})
	if err := check(verifier, k.fetcher()); err != nil {
		t.Errorf("fsck of the served log: %v", err)
	}
	k.stop()
	if err := check(verifier, files(data)); err != nil {
		t.Errorf("fsck of the files: %v", err)
	}
}

// sampled checks 2,000 inclusions, and the consistency with what was seen before.
func sampled(t *testing.T, now *log.Checkpoint, fetcher *client.HTTPFetcher, seen []*log.Checkpoint) {
	t.Helper()
	at, reader := tree(now, fetcher.ReadTile)
	stored := remembered{reader, map[int64]tlog.Hash{}}
	dice := rand.New(rand.NewPCG(now.Size, 0))
	indexes := []int64{0, 255, 256, at.N/2 - 1, at.N - 1}
	for range 2000 {
		indexes = append(indexes, dice.Int64N(at.N))
	}
	for _, index := range indexes {
		bundle, err := client.GetEntryBundle(context.Background(), fetcher.ReadEntryBundle, uint64(index)/256, now.Size)
		if err != nil {
			t.Fatalf("entries of %d: %v", index, err)
		}
		leaf := tlog.RecordHash(bundle.Entries[index%256])
		proved, err := tlog.ProveRecord(at.N, index, stored)
		if err != nil {
			t.Fatalf("inclusion of %d: %v", index, err)
		}
		if err := tlog.CheckRecord(proved, at.N, at.Hash, index, leaf); err != nil {
			t.Fatalf("inclusion of %d: %v", index, err)
		}
	}
	consistent(t, at, reader, seen)
}

// What one library proves from our tiles and another one from our tiles is the same.
func TestProofBuildersAgree(t *testing.T) {
	k := serve(t, t.TempDir())
	k.grow(700)
	verifier := k.verifier()
	now := k.checkpoint(verifier)
	builder, err := client.NewProofBuilder(context.Background(), now.Size, k.fetcher().ReadTile)
	if err != nil {
		t.Fatal(err)
	}
	at, reader := tree(now, k.fetcher().ReadTile)
	for index := range now.Size {
		theirs, err := builder.InclusionProof(context.Background(), index)
		if err != nil {
			t.Fatal(err)
		}
		ours, err := tlog.ProveRecord(at.N, int64(index), reader)
		if err != nil {
			t.Fatal(err)
		}
		if len(theirs) != len(ours) {
			t.Fatalf("proofs of %d differ", index)
		}
		for n := range ours {
			if !bytes.Equal(theirs[n], ours[n][:]) {
				t.Fatalf("proofs of %d differ", index)
			}
		}
	}
}
