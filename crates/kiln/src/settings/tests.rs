use super::Settings;

fn error(text: &str) -> String {
    format!("{:#}", Settings::parse(text).unwrap_err())
}

#[test]
fn an_unknown_setting_is_refused_with_its_line_and_column() {
    let error = error("listen = \"127.0.0.1:8080\"\n\n[server]\n  conections_max = 5\n");
    assert!(error.contains("line 4, column 3"), "{error}");
    assert!(error.contains("unknown field `conections_max`"), "{error}");
}

#[test]
fn a_value_of_another_type_is_refused_with_its_line_and_column() {
    let error = error("[event]\nbody_bytes_max = \"much\"\n");
    assert!(error.contains("line 2, column 18"), "{error}");
}

#[test]
fn what_is_not_said_has_its_default() {
    let settings = Settings::parse("[search]\ncount_max = 2000\n").unwrap();
    assert_eq!(settings.search.count_max, 2000);
    assert_eq!(settings.search.count_default, kiln_search::Settings::default().count_default);
    assert_eq!(settings.server, Settings::default().server);
}

#[test]
fn the_printed_settings_are_read_back_as_the_same() {
    let mut settings = Settings::default();
    settings.server.connections_max = 7;
    let text = toml::to_string_pretty(&settings).unwrap();
    assert_eq!(Settings::parse(&text).unwrap(), settings);
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    assert!(error("[store]\ngroup_bytes_max = 1000\n").contains("store.group_bytes_max"));
    assert!(error("[search]\ncount_max = 10\n").contains("search.count_max"));
}

#[test]
fn a_sender_is_told_to_the_search() {
    let text = "[[search.senders]]\nobserver = \"Device/a\"\nbase_url = \"https://a.example\"\n";
    let search = Settings::parse(text).unwrap().server().search;
    assert_eq!(search.senders[0].base_url, "https://a.example");
}
