use super::*;

#[test]
fn a_program_is_named_and_whoever_has_a_token_is_not() {
    for (principal, shown) in [
        ("key:lab", "key:lab"),
        ("certificate:lab.example", "certificate:lab.example"),
        ("open", "open"),
        ("token:idp:mara.lindqvist", "token:idp"),
        ("token:idp:urn:mara", "token:idp"),
        ("token:", "token:"),
    ] {
        assert_eq!(from(principal), shown);
    }
}
