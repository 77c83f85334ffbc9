use super::*;

#[test]
fn a_thumbprint_is_the_sha_256_that_openssl_prints() {
    // SHA-256 of nothing (FIPS 180-4's example files).
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(Thumbprint::of(b"").to_string(), empty);
    assert_eq!(empty.parse(), Ok(Thumbprint::of(b"")));
    let pairs: Vec<String> = empty
        .to_uppercase()
        .as_bytes()
        .chunks(2)
        .map(|p| String::from_utf8_lossy(p).into())
        .collect();
    assert_eq!(pairs.join(":").parse(), Ok(Thumbprint::of(b"")));
}

#[test]
fn what_is_no_thumbprint_is_refused() {
    for text in ["", "e3", &"0".repeat(63), &"0".repeat(65), &"g".repeat(64), &"é".repeat(32)] {
        assert_eq!(text.parse::<Thumbprint>(), Err(InvalidThumbprint), "{text}");
    }
}
