package gotlog

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/transparency-dev/formats/log"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"
)

// kiln is a running server over a folder of the test.
type kiln struct {
	t    *testing.T
	data string
	base string
	cmd  *exec.Cmd
}

func program(t *testing.T) string {
	t.Helper()
	path := os.Getenv("KILN_BIN")
	if path == "" {
		t.Fatal("KILN_BIN names the built program: run `cargo xtask strangers`")
	}
	return path
}

// serve starts a server over a folder, and stops it when the test ends.
func serve(t *testing.T, data string, arguments ...string) *kiln {
	t.Helper()
	all := append([]string{"serve", "--data", data, "--listen", "127.0.0.1:0"}, arguments...)
	cmd := exec.Command(program(t), all...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	k := &kiln{t: t, data: data, cmd: cmd}
	t.Cleanup(k.stop)
	k.base = address(t, out)
	return k
}

// address reads the greeting for where the server listens; the rest of it is dropped.
func address(t *testing.T, out io.Reader) string {
	t.Helper()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if address, ok := strings.CutPrefix(lines.Text(), "listening on "); ok {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return address
		}
	}
	t.Fatal("the server has not said where it listens")
	return ""
}

// stop ends the server cleanly: what it leaves on disk is whole.
func (k *kiln) stop() {
	if k.cmd.ProcessState != nil {
		return
	}
	_ = k.cmd.Process.Signal(syscall.SIGTERM)
	if err := k.cmd.Wait(); err != nil {
		k.t.Errorf("the server did not stop cleanly: %v", err)
	}
}

// run runs a subcommand to its end and gives its standard output.
func run(t *testing.T, arguments ...string) []byte {
	t.Helper()
	cmd := exec.Command(program(t), arguments...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("kiln %s: %v\n%s", strings.Join(arguments, " "), err, &stderr)
	}
	return out
}

func (k *kiln) get(path string) []byte {
	k.t.Helper()
	answer, err := http.Get(k.base + path)
	if err != nil {
		k.t.Fatal(err)
	}
	return k.body(path, answer)
}

func (k *kiln) post(path string, body []byte) []byte {
	k.t.Helper()
	answer, err := http.Post(k.base+path, "application/fhir+json", bytes.NewReader(body))
	if err != nil {
		k.t.Fatal(err)
	}
	return k.body(path, answer)
}

func (k *kiln) body(path string, answer *http.Response) []byte {
	k.t.Helper()
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		k.t.Fatal(err)
	}
	if answer.StatusCode/100 != 2 {
		k.t.Fatalf("%s: %s\n%s", path, answer.Status, body)
	}
	return body
}

// event is an audit event of R4 that differs from every other one by its number.
func event(number uint64) map[string]any {
	return map[string]any{
		"resourceType": "AuditEvent",
		"type":         map[string]any{"code": "rest"},
		"recorded":     "2026-01-01T00:00:00Z",
		"agent":        []any{map[string]any{"name": fmt.Sprint(number), "requestor": true}},
		"source":       map[string]any{"observer": map[string]any{"display": "go-tlog"}},
	}
}

func encoded(t *testing.T, resource any) []byte {
	t.Helper()
	body, err := json.Marshal(resource)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// grow posts as many events, in Bundles of at most 500.
func (k *kiln) grow(count uint64) {
	k.t.Helper()
	for count > 0 {
		size := min(count, 500)
		entries := make([]any, size)
		for n := range entries {
			request := map[string]any{"method": "POST", "url": "AuditEvent"}
			entries[n] = map[string]any{"resource": event(uint64(n)), "request": request}
		}
		bundle := map[string]any{"resourceType": "Bundle", "type": "transaction", "entry": entries}
		k.post("/fhir/r4", encoded(k.t, bundle))
		count -= size
	}
}

// verifier is the log's key, as it says itself.
func (k *kiln) verifier() note.Verifier {
	k.t.Helper()
	verifier, err := note.NewVerifier(strings.TrimSpace(string(k.get("/log/key"))))
	if err != nil {
		k.t.Fatal(err)
	}
	return verifier
}

// checkpoint is the newest one, its signature checked. A log's origin is its key's name.
func (k *kiln) checkpoint(verifier note.Verifier) *log.Checkpoint {
	k.t.Helper()
	parsed, _, _, err := log.ParseCheckpoint(k.get("/log/checkpoint"), verifier.Name(), verifier)
	if err != nil {
		k.t.Fatal(err)
	}
	return parsed
}

// fetcher reads the served log.
func (k *kiln) fetcher() *client.HTTPFetcher {
	k.t.Helper()
	root, err := url.Parse(k.base + "/log/")
	if err != nil {
		k.t.Fatal(err)
	}
	fetcher, err := client.NewHTTPFetcher(root, nil)
	if err != nil {
		k.t.Fatal(err)
	}
	return fetcher
}

// files reads the log on disk.
func files(data string) client.FileFetcher {
	return client.FileFetcher{Root: filepath.Join(data, "tenants", "default", "tiles")}
}

// leaves hashes the entries of a bundle as RFC 6962 does.
func leaves(bundle []byte) ([][]byte, error) {
	var entries api.EntryBundle
	if err := entries.UnmarshalText(bundle); err != nil {
		return nil, err
	}
	hashes := make([][]byte, 0, len(entries.Entries))
	for _, entry := range entries.Entries {
		hashes = append(hashes, rfc6962.DefaultHasher.HashLeaf(entry))
	}
	return hashes, nil
}

// check has Tessera read the whole log anew, from its entries up to its checkpoint.
func check(verifier note.Verifier, fetcher fsck.Fetcher) error {
	options := fsck.Opts{N: 16}
	return fsck.New(verifier.Name(), verifier, fetcher, leaves, options).Check(context.Background())
}
