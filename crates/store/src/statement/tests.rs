use super::*;

fn all() -> [(Statement, &'static str); 6] {
    let text = str::to_owned;
    [
        (
            Statement::Genesis { origin: text("o"), key: text("k"), version: text("1") },
            r#"{"statement":"genesis","origin":"o","key":"k","version":"1"}"#,
        ),
        (Statement::Start { version: text("1") }, r#"{"statement":"start","version":"1"}"#),
        (Statement::Stop, r#"{"statement":"stop"}"#),
        (
            Statement::KeyChange { old: text("a"), new: text("b") },
            r#"{"statement":"key-change","old":"a","new":"b"}"#,
        ),
        (
            Statement::Anchor { checkpoint: text("c"), note: text("n\n") },
            r#"{"statement":"anchor","checkpoint":"c","note":"n\n"}"#,
        ),
        (
            Statement::AdoptRestore {
                origin: text("o"),
                key: text("k"),
                lost_from: 1,
                known: 2,
                root: text("r"),
            },
            concat!(
                r#"{"statement":"adopt-restore","origin":"o","key":"k","#,
                r#""lostFrom":1,"known":2,"root":"r"}"#
            ),
        ),
    ]
}

#[test]
fn statements_are_the_json_that_is_written_down() {
    for (statement, json) in all() {
        assert_eq!(String::from_utf8(statement.to_json()).unwrap(), json);
        assert_eq!(Statement::from_json(json.as_bytes()), Some(statement));
    }
    assert_eq!(Statement::from_json(br#"{"statement":"of a later Kiln"}"#), None);
}
