//! RFC 4180, and no formulas.
use crate::{
    Language,
    report::{Kind, Staff, tests},
};

#[test]
fn no_cell_is_a_formula_and_every_cell_is_read_back() {
    let names = [
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\tTab",
        "\rReturn",
        " =later",
        "＝full",
        "a \"quoted\", name\r\nwith lines",
        "plain",
    ];
    let events: Vec<_> = names
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let mut event = tests::event(at);
            event["agent"][0]["name"] = (*name).into();
            event
        })
        .collect();
    let report = tests::report_of(Kind::Access, Staff::Name, &events);
    let csv = report.to_csv(&tests::reader(Language::En));
    let rows = read(&csv);
    assert_eq!(rows.len(), names.len() + 1);
    assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{rows:?}");
    for (row, name) in rows[1..].iter().rev().zip(names) {
        let cell = &row[3];
        let is_plain = name.starts_with(['a', 'p']);
        assert_eq!(*cell, if is_plain { name.to_owned() } else { format!("'{name}") });
    }
    let starts = ['=', '+', '-', '@', '\t', '\r'];
    assert!(!rows.iter().flatten().any(|cell| cell.starts_with(starts)), "{rows:?}");
}

/// A reader by the grammar of RFC 4180 §2.
fn read(csv: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut letters = csv.chars().peekable();
    let mut is_quoted = false;
    while let Some(letter) = letters.next() {
        match (letter, is_quoted) {
            ('"', true) if letters.peek() == Some(&'"') => cell.extend(letters.next()),
            ('"', _) => is_quoted = !is_quoted,
            (',', false) => row.push(std::mem::take(&mut cell)),
            ('\r', false) => {
                assert_eq!(letters.next(), Some('\n'), "lines end in CR LF");
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            _ => cell.push(letter),
        }
    }
    assert!(row.is_empty() && cell.is_empty() && !is_quoted, "it ends with a line end");
    rows
}
