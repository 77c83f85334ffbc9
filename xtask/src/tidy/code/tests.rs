use super::only;

#[test]
fn comments_and_literals_are_blanked_and_code_stays() {
    let source =
        "let a = \"{ unsafe\"; // unsafe {\nlet b = r#\"dbg!(\"#; let c = '{'; let d = '\\'';\n";
    let code = only(source);
    assert_eq!(code.lines().count(), 2);
    assert!(!code.contains("unsafe") && !code.contains("dbg!") && !code.contains('{'));
    assert!(code.contains("let a =") && code.contains("let c =") && code.contains("let d ="));
}

#[test]
fn code_beside_literals_is_kept() {
    assert_eq!(only("unsafe { x(\"y\") }").trim(), "unsafe { x(   ) }");
    assert_eq!(only("fn f<'a>(r#type: &'a str) {}"), "fn f<'a>(r#type: &'a str) {}");
    assert_eq!(only("a /* x /* y */ z */ b"), format!("a{}b", " ".repeat(19)));
}

#[test]
fn columns_stay() {
    let source = "x(\"é…\", b\"q\", br#\"z\"#) // é\ny";
    assert_eq!(only(source).chars().count(), source.chars().count());
}
