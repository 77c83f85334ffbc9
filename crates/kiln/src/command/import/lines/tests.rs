use super::{LineLimits, Lines, TooLong};

fn limits(line_bytes_max: usize) -> LineLimits {
    LineLimits { line_bytes_max, chunk_lines_max: 100 }
}

fn lines(text: &str, limit: usize) -> Vec<(u64, Result<String, TooLong>)> {
    let mut lines = Lines::new(text.as_bytes(), limits(limit));
    let mut all = Vec::new();
    while let Some(chunk) = lines.next_chunk().unwrap() {
        all.extend(chunk.lines().map(|line| {
            (line.number, line.body.map(|bytes| String::from_utf8(bytes.to_vec()).unwrap()))
        }));
    }
    all
}

#[test]
fn lines_keep_their_numbers_and_blank_ones_are_left_out() {
    let read = lines("a\n\n  b \r\nc", 10);
    assert_eq!(read, [(1, Ok("a".into())), (3, Ok("b".into())), (4, Ok("c".into()))]);
}

#[test]
fn a_line_of_the_limit_is_read_and_a_longer_one_is_dropped_alone() {
    let read = lines("12345\r\n123456\n1234567890123\n12345\n", 5);
    let ok = || Ok("12345".to_owned());
    assert_eq!(read, [(1, ok()), (2, Err(TooLong)), (3, Err(TooLong)), (4, ok())]);
}

#[test]
fn a_last_line_without_an_end_that_is_too_long_is_told() {
    assert_eq!(lines("1234567890", 5), [(1, Err(TooLong))]);
}

#[test]
fn many_lines_come_in_several_chunks() {
    let text = "x\n".repeat(201);
    let mut lines = Lines::new(text.as_bytes(), limits(5));
    let mut sizes = Vec::new();
    let mut end = 0;
    while let Some(chunk) = lines.next_chunk().unwrap() {
        sizes.push(chunk.lines().count());
        end = chunk.lines().last().unwrap().end;
    }
    assert_eq!(sizes, [100, 100, 1]);
    assert_eq!(end, text.len() as u64);
}

#[test]
fn a_line_knows_where_the_next_one_begins() {
    let text = "a\n\n 123456789 \r\nb";
    let chunk = Lines::new(text.as_bytes(), limits(5)).next_chunk().unwrap().unwrap();
    let ends: Vec<u64> = chunk.lines().map(|line| line.end).collect();
    assert_eq!(ends, [2, 16, 17]);
    let behind: Vec<u64> = chunk.behind(2).lines().map(|line| line.number).collect();
    assert_eq!(behind, [3, 4]);
}

/// Gives its text, and then fails.
struct Torn(&'static [u8]);

impl std::io::Read for Torn {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.0.is_empty() {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        std::io::Read::read(&mut self.0, into)
    }
}

#[test]
fn whole_lines_before_an_error_come_and_the_torn_one_does_not() {
    let mut lines = Lines::new(Torn(b"a\nb\nto"), limits(5));
    let chunk = lines.next_chunk().unwrap().unwrap();
    let bodies: Vec<_> = chunk.lines().map(|line| line.body.unwrap()).collect();
    assert_eq!(bodies, ["a", "b"]);
    let error = lines.next_chunk().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::UnexpectedEof);
}
