package gotlog

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	formats "github.com/transparency-dev/formats/note"
	"github.com/transparency-dev/tessera/client"
	"golang.org/x/mod/sumdb/note"
)

// A stranger's client asks our witness; a stranger's library checks what it says.
func TestWitness(t *testing.T) {
	k := serve(t, t.TempDir())
	verifier := k.verifier()
	w := witness(t, string(k.get("/log/key")))
	var old uint64
	for range 5 {
		k.grow(333)
		raw := k.get("/log/checkpoint")
		now := k.checkpoint(verifier)
		lines, status := w.add(old, k.consistency(old, now.Size), raw)
		if status != http.StatusOK {
			t.Fatalf("size %d: status %d: %s", now.Size, status, lines)
		}
		cosigned := append(bytes.Clone(raw), lines...)
		opened, err := note.Open(cosigned, note.VerifierList(verifier, w.verifier))
		if err != nil {
			t.Fatal(err)
		}
		if len(opened.Sigs) != 2 {
			t.Fatalf("%d signatures hold, not 2", len(opened.Sigs))
		}
		old = now.Size
	}
	k.grow(1)
	newest := k.checkpoint(verifier)
	if _, status := w.add(old-1, k.consistency(old-1, newest.Size), k.get("/log/checkpoint")); status != http.StatusConflict {
		t.Errorf("a wrong old size: status %d", status)
	}
	other := serve(t, t.TempDir())
	other.grow(2000)
	if _, status := w.add(0, nil, other.get("/log/checkpoint")); status != http.StatusNotFound {
		t.Errorf("an unknown log: status %d", status)
	}
	wrong := k.consistency(old, newest.Size)
	wrong[0] = bytes.Repeat([]byte{7}, 32)
	if _, status := w.add(old, wrong, k.get("/log/checkpoint")); status != http.StatusUnprocessableEntity {
		t.Errorf("a wrong proof: status %d", status)
	}
}

func (k *kiln) consistency(old, size uint64) [][]byte {
	k.t.Helper()
	if old == 0 {
		return nil
	}
	builder, err := client.NewProofBuilder(context.Background(), size, k.fetcher().ReadTile)
	if err != nil {
		k.t.Fatal(err)
	}
	proof, err := builder.ConsistencyProof(context.Background(), old, size)
	if err != nil {
		k.t.Fatal(err)
	}
	return proof
}

// running is a `kiln witness`.
type running struct {
	t        *testing.T
	base     string
	verifier note.Verifier
}

func witness(t *testing.T, logKey string) *running {
	t.Helper()
	folder := t.TempDir()
	logs := filepath.Join(folder, "logs")
	write(t, logs, []byte("log "+strings.TrimSpace(logKey)+"\n"))
	cmd := exec.Command(program(t), "witness", "--listen", "127.0.0.1:0", "--name", "witness.example/w",
		"--state", filepath.Join(folder, "state"), "--key", filepath.Join(folder, "key.pem"), "--logs", logs)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	w := &running{t: t, base: address(t, out)}
	for line := range strings.SplitSeq(w.home(), "\n") {
		if verifier, err := formats.NewVerifierForCosignatureV1(strings.TrimSpace(line)); err == nil {
			w.verifier = verifier
			return w
		}
	}
	t.Fatal("the witness does not tell its key")
	return nil
}

func (w *running) home() string {
	w.t.Helper()
	answer, err := http.Get(w.base + "/")
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(body)
}

// add submits a checkpoint as c2sp.org/tlog-witness says.
func (w *running) add(old uint64, proof [][]byte, checkpoint []byte) ([]byte, int) {
	w.t.Helper()
	var body bytes.Buffer
	fmt.Fprintf(&body, "old %d\n", old)
	for _, hash := range proof {
		fmt.Fprintln(&body, base64.StdEncoding.EncodeToString(hash))
	}
	fmt.Fprintf(&body, "\n%s", checkpoint)
	answer, err := http.Post(w.base+"/add-checkpoint", "text/plain", &body)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	lines, err := io.ReadAll(answer.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return lines, answer.StatusCode
}
