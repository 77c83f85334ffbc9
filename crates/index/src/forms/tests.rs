use super::*;

#[test]
fn a_set_has_what_was_added_and_keeps_it_in_bytes() {
    let forms = |pairs: &[(u16, u8)]| {
        let mut set = Forms::default();
        for (field, kind) in pairs {
            set.add(Form::of(Field(*field), Kind::point(*kind)));
        }
        set
    };
    let mut set = forms(&[(1, 2), (25, 11), (u16::MAX, 127)]);
    set.extend(&forms(&[(18, 8)]));
    for (field, kind) in [(1, 2), (25, 11), (u16::MAX, 127), (18, 8)] {
        assert!(set.has(Form::of(Field(field), Kind::point(kind))));
    }
    for (field, kind) in [(1, 3), (2, 2), (18, 7), (u16::MAX, 1)] {
        assert!(!set.has(Form::of(Field(field), Kind::point(kind))));
    }
    let mut bytes = Vec::new();
    set.write(&mut bytes);
    assert_eq!(Forms::read(bytes.as_slice().try_into().expect("as many bytes")), set);
}
