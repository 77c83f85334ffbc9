package gotlog

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Tessera's hammer reads a log that grows meanwhile: each new checkpoint must be consistent with
// the one before, and what it reads of leaves must be in it. HAMMER names the program; hammer ends
// with 1 whenever its time is up, so its words are what counts (seen in its source at v1.0.4).
func TestHammerFollowsALiveLog(t *testing.T) {
	hammer := os.Getenv("HAMMER")
	if hammer == "" {
		t.Fatal("HAMMER names Tessera's hammer: run `cargo xtask strangers`")
	}
	seconds := os.Getenv("KILN_HAMMER_SECONDS")
	if seconds == "" {
		seconds = "20"
	}
	k := serve(t, t.TempDir())
	k.grow(1000)
	key := filepath.Join(t.TempDir(), "key")
	write(t, key, bytes.TrimSpace(k.get("/log/key")))
	done := make(chan struct{})
	go k.growUntil(done)
	output, err := exec.Command(hammer, "--log_url="+k.base+"/log/",
		"--log_public_key="+string(read(t, key)), "--max_read_ops=200", "--num_readers_random=4",
		"--num_readers_full=2", "--num_writers=0", "--max_write_ops=0",
		"--max_runtime="+seconds+"s", "--show_ui=false", "--v=1").CombinedOutput()
	close(done)
	told := string(output)
	if !strings.Contains(told, "Max runtime reached") {
		t.Fatalf("hammer ended early: %v\n%s", err, told)
	}
	for line := range strings.SplitSeq(told, "\n") {
		if bad.MatchString(line) && !strings.Contains(line, "Max runtime reached") {
			t.Errorf("hammer: %s", line)
		}
	}
	if now := k.checkpoint(k.verifier()); now.Size < 1500 {
		t.Errorf("the log has not grown meanwhile: %d", now.Size)
	}
	t.Logf("%s seconds", seconds)
}

// A line of hammer that tells of a fault, as klog marks them: E for errors, F for the end.
var bad = regexp.MustCompile(`^[EF]\d{4}|nconsisten`)

func (k *kiln) growUntil(done <-chan struct{}) {
	for {
		select {
		case <-done:
			return
		case <-time.After(100 * time.Millisecond):
			k.grow(50)
		}
	}
}
