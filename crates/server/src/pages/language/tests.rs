use super::*;
use hyper::header::HeaderValue;

fn asked(fields: &[&'static str]) -> Language {
    let mut headers = HeaderMap::new();
    for field in fields {
        headers.append(header::ACCEPT_LANGUAGE, HeaderValue::from_static(field));
    }
    of(&Pages::default(), &headers)
}

#[test]
fn the_browsers_first_choice_of_ours_is_taken() {
    assert_eq!(asked(&[]), Language::En);
    assert_eq!(asked(&["de"]), Language::De);
    assert_eq!(asked(&["de-AT,de;q=0.9,en;q=0.8"]), Language::De);
    assert_eq!(asked(&["fr, en;q=0.3, de;q=0.7"]), Language::De);
    assert_eq!(asked(&["fr", "de;q=0.1"]), Language::De);
    assert_eq!(asked(&["en, de"]), Language::En);
    assert_eq!(asked(&["de;q=0, fr"]), Language::En);
    assert_eq!(asked(&["de;q=x"]), Language::En);
}

#[test]
fn the_settings_stand_above_the_browser() {
    let settings = Pages { language: Some(Language::De), ..Pages::default() };
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static("en"));
    assert_eq!(of(&settings, &headers), Language::De);
}
