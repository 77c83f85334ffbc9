package gotlog

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// A changed byte in any file that others read is found by them: so the other tests can fail.
func TestTamperedFilesAreFound(t *testing.T) {
	data := t.TempDir()
	k := serve(t, data)
	k.grow(600)
	verifier := k.verifier()
	k.stop()
	if err := check(verifier, files(data)); err != nil {
		t.Fatalf("fsck of untouched files: %v", err)
	}
	for _, name := range []string{"checkpoint", "tile/0/000", "tile/entries/001"} {
		path := filepath.Join(files(data).Root, name)
		untouched := read(t, path)
		for _, at := range []int{0, len(untouched) / 2, len(untouched) - 10} {
			changed := bytes.Clone(untouched)
			changed[at] ^= 1
			write(t, path, changed)
			if check(verifier, files(data)) == nil {
				t.Errorf("%s: a change of byte %d is not found", name, at)
			}
		}
		write(t, path, untouched)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	bytes, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}

func write(t *testing.T, path string, bytes []byte) {
	t.Helper()
	if err := os.WriteFile(path, bytes, 0o600); err != nil {
		t.Fatal(err)
	}
}
