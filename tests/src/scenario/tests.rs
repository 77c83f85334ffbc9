use super::{Action, parse};

fn error(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

#[test]
fn a_page_is_read_in_order() {
    let text = "# P\nprose\n## One\n```json given a at /x\n{}\n```\n```http\nGET /a\n```\n\
        it says\n```http\nHTTP/1.1 200\n\n{}\n```\n## Two\n| GET /x | finds |\n|---|---|\n\
        | `t=s\\|c` | a, b |\n| `u=1` | nothing |\n";
    let page = parse(text).unwrap();
    assert_eq!(page.scenarios.len(), 2);
    let one = &page.scenarios[0];
    assert_eq!((one.name.as_str(), one.steps.len()), ("One", 2));
    assert!(matches!(&one.steps[0].action, Action::Given { name, .. } if name == "a"));
    assert!(matches!(&one.steps[1].action, Action::Exchange { exact: false, .. }));
    let two = &page.scenarios[1];
    assert_eq!(two.steps.len(), 2);
    assert_eq!(two.steps[0].line, 19);
    let expected = ("/x".to_owned(), "t=s|c".to_owned(), "a, b".to_owned());
    let Action::Search { target, query, finds } = &two.steps[0].action else { panic!("no search") };
    assert_eq!((target.clone(), query.clone(), finds.clone()), expected);
}

#[test]
fn settings_stand_before_the_first_scenario() {
    let settings = "```toml settings\na = 1\n```\n";
    let page = parse(&format!("{settings}## A\n| GET /x | finds |\n|---|---|\n| `a=1` | b |\n"));
    assert_eq!(page.unwrap().settings.as_deref(), Some("a = 1"));
    assert!(parse(&format!("## A\n{settings}")).is_err());
}

#[test]
fn a_table_of_refusals_is_read() {
    let text = "## A\n| POST /x | answer |\n|---|---|\n| `{\"a\": 1}` | 400 A.a |\n";
    let page = parse(text).unwrap();
    let Action::Refused { target, body, answer } = &page.scenarios[0].steps[0].action else {
        panic!("no refusal")
    };
    assert_eq!((target.as_str(), body.as_str(), answer.as_str()), ("/x", "{\"a\": 1}", "400 A.a"));
}

#[test]
fn nothing_is_left_out_silently() {
    assert_eq!(error("## A\n```http\nGET /\n```\n"), "the last request has no response");
    let two = "## A\n```http\nGET /\n```\n```http\nGET /\n```\n";
    assert_eq!(error(two), "line 2: the request has no response");
    assert_eq!(
        error("## A\n```http\nHTTP/1.1 200\n```\n"),
        "line 2: a block that is no step: ```http"
    );
    assert_eq!(error("## A\n```sh\nls\n```\n"), "line 2: a block that is no step: ```sh");
    assert_eq!(error("## A\nprose\n"), "scenario `A` checks nothing");
    assert_eq!(error("prose\n"), "a page without scenarios");
    assert_eq!(error("## A\n| a | b |\n"), "line 2: a table that is no step");
}

#[test]
fn a_misspelt_name_is_found() {
    let text = "## A\n```http\nGET /\n```\n```http\nHTTP/1.1 200\nLocation: {{id}}\n```\n";
    assert_eq!(error(text), "`{{id}}` stands only once");
}
