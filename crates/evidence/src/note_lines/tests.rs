use super::*;
use proptest::prelude::*;

#[test]
fn a_number_has_one_form() {
    assert_eq!(decimal("0"), Some(0));
    assert_eq!(decimal("9223372036854775807"), Some(i64::MAX as u64));
    for text in ["", "00", "01", "+1", "-1", " 1", "1 ", "1e3", "0x1", "١", "9223372036854775808"]
    {
        assert_eq!(decimal(text), None, "{text:?}");
    }
}

#[test]
fn bytes_have_one_base64() {
    assert_eq!(base64("AAE="), Some(vec![0, 1]));
    for text in ["AAE", "AAE==", "AAF=", "AA E=", "AAE=\n", "-_8=", "A"] {
        assert_eq!(base64(text), None, "{text:?}");
    }
    assert_eq!(hash(&to_base64(&[7; 32])), Some(Hash([7; 32])));
    assert_eq!(hash(&to_base64(&[7; 31])), None);
    assert_eq!(hash(&to_base64(&[7; 33])), None);
}

proptest! {
    #[test]
    fn what_is_read_is_written_again(text in "[A-Za-z0-9+/=]{0,12}", digits in "[0-9]{1,20}") {
        if let Some(bytes) = base64(&text) {
            prop_assert_eq!(to_base64(&bytes), text);
        }
        if let Some(number) = decimal(&digits) {
            prop_assert_eq!(number.to_string(), digits);
        }
    }
}
