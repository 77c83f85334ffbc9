use super::*;

#[test]
fn a_language_is_known_by_its_tag() {
    assert_eq!(Language::of("de-CH"), Some(Language::De));
    assert_eq!(Language::of("EN"), Some(Language::En));
    assert_eq!(Language::of("fr"), None);
    for language in Language::ALL {
        assert_eq!(Language::of(language.tag()), Some(language));
    }
}

#[test]
fn numbers_have_the_separators_of_their_language() {
    assert_eq!((Language::En.texts().number)(1_234_567), "1,234,567");
    assert_eq!((Language::De.texts().number)(1_234_567), "1.234.567");
    assert_eq!((Language::En.texts().number)(999), "999");
    assert_eq!((Language::En.texts().number)(0), "0");
}
