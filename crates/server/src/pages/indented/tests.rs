use super::*;

#[test]
fn tokens_stay_and_lines_come() {
    let json = br#"{"a":1.00,"b":[],"c":{ },"d":["x,{\"}",null],"e":{"f":-1e5}}"#;
    let lines = [
        "{",
        r#"  "a": 1.00,"#,
        r#"  "b": [],"#,
        r#"  "c": {},"#,
        r#"  "d": ["#,
        r#"    "x,{\"}","#,
        "    null",
        "  ],",
        r#"  "e": {"#,
        r#"    "f": -1e5"#,
        "  }",
        "}",
    ];
    assert_eq!(indented(json), lines.join("\n"));
}

#[test]
fn it_is_the_same_json() {
    let json = r#" { "ä" : [ 1 , [ [ ] ] , "\u00e4\\" , true ] , "b" : "" } "#;
    let parsed = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    let once = indented(json.as_bytes());
    assert_eq!(parsed(&once), parsed(json));
    assert_eq!(indented(once.as_bytes()), once);
}
