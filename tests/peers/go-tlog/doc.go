// Package gotlog has strangers check Kiln's log: Go's own checksum database
// code (x/mod), transparency-dev's merkle and formats, and Tessera's fsck and
// client read what a running kiln serves and what it leaves on disk. None of
// them knows Kiln.
//
// KILN_BIN names the program; `cargo xtask strangers` sets it.
package gotlog
