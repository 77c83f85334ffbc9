//! Text comes out as it went in, whatever it was wrapped in.
use super::*;
use flate2::{Compression, write::GzEncoder};
use std::io::Write as _;

/// Gives one byte at a time, as a slow pipe may.
struct Slow(Cursor<Vec<u8>>);

impl Read for Slow {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = into.len().min(1);
        self.0.read(&mut into[..most])
    }
}

fn text(bytes: Vec<u8>) -> io::Result<String> {
    let mut text = String::new();
    plain(Slow(Cursor::new(bytes)))?.read_to_string(&mut text)?;
    Ok(text)
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn zstd(text: &str) -> Vec<u8> {
    zstd::encode_all(text.as_bytes(), 1).unwrap()
}

#[test]
fn what_is_not_compressed_is_read_as_it_is() {
    for plain in ["", "{", "{\"a\":1}\n", "\u{1f}", "(\n"] {
        assert_eq!(text(plain.into()).unwrap(), plain);
    }
}

#[test]
fn several_members_and_frames_are_one_text() {
    assert_eq!(text([gzip("a\nb"), gzip(""), gzip("c\n")].concat()).unwrap(), "a\nbc\n");
    assert_eq!(text([zstd("a\nb"), zstd(""), zstd("c\n")].concat()).unwrap(), "a\nbc\n");
    let skipped = [&[0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9][..], &zstd("a")].concat();
    assert_eq!(text(skipped).unwrap(), "a");
}

#[test]
fn what_is_cut_off_is_an_error() {
    let long = "0123456789abcdef".repeat(64);
    for whole in [gzip(&long), zstd(&long)] {
        for cut in 5..whole.len() {
            let error = text(whole[..cut].to_vec()).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof, "{cut} of {}", whole.len());
        }
    }
    assert!(text([gzip("a"), b"rubbish".to_vec()].concat()).is_err());
}

#[test]
fn a_frame_that_wants_too_much_memory_is_refused() {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(WINDOW_LOG_MAX + 1).unwrap();
    encoder.write_all(&[b'a'; 4096]).unwrap();
    encoder.flush().unwrap();
    let error = text(encoder.finish().unwrap()).unwrap_err();
    assert!(error.to_string().contains("memory"), "{error}");
}
