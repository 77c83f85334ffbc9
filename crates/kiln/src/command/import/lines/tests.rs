use super::{LineLimits, Lines, TooLong};

fn limits(line_bytes_max: usize) -> LineLimits {
    LineLimits { line_bytes_max, chunk_lines_max: 100 }
}

fn lines(text: &str, limit: usize) -> Vec<(u64, Result<String, TooLong>)> {
    let mut lines = Lines::new(text.as_bytes(), limits(limit));
    let mut all = Vec::new();
    while let Some(chunk) = lines.next_chunk().unwrap() {
        all.extend(chunk.lines().map(|(number, body)| {
            (number, body.map(|bytes| String::from_utf8(bytes.to_vec()).unwrap()))
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
    let mut read = 0;
    while let Some(chunk) = lines.next_chunk().unwrap() {
        sizes.push(chunk.lines().count());
        read += chunk.read_bytes;
    }
    assert_eq!(sizes, [100, 100, 1]);
    assert_eq!(read, text.len() as u64);
}
