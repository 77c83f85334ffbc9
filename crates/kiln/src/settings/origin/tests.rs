use super::{Said, Settings};

#[test]
fn each_setting_says_where_it_comes_from_and_the_text_is_a_settings_file() {
    let file = concat!(
        "listen = \"127.0.0.1:1\"\n[server]\nconnections_max = 7\n",
        "[[search.senders]]\nobserver = \"a\"\nbase_url = \"https://a.example\"\n",
        "[[search.senders]]\nobserver = \"b\"\nbase_url = \"https://b.example\"\n",
        "[[tenants]]\nname = \"one\"\n[[tenants]]\nname = \"two\"\nqueue_units_max = 16\n",
    );
    let mut settings = Settings::parse(file).unwrap();
    settings.data = "elsewhere".into();
    let said =
        Said { file: Some(("kiln.toml".to_owned(), file.parse().unwrap())), ..Said::default() };
    let text = said.and("data", "--data", true).and("listen", "--listen", false);
    let text = text.text(&settings).unwrap();
    let has = |line: &str| assert!(text.lines().any(|it| it == line), "{line}\n{text}");
    has("listen = \"127.0.0.1:1\" # kiln.toml");
    has("data = \"elsewhere\" # --data");
    has("connections_max = 7 # kiln.toml");
    has("searches_max = 16 # default");
    has("observer = \"b\" # kiln.toml");
    has("queue_units_max = 16 # kiln.toml");
    assert_eq!(Settings::parse(&text).unwrap(), settings);
}

#[test]
fn without_a_file_all_are_defaults() {
    let text = Said::by(None).unwrap().text(&Settings::default()).unwrap();
    let values = text.lines().filter(|line| line.contains(" = "));
    assert!(values.clone().count() > 40);
    assert!(values.clone().all(|line| line.ends_with(" # default")), "{text}");
}
