use super::*;

/// RFC 8410 §10.3, in the form that `openssl genpkey -algorithm ed25519` writes.
const PEM: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
-----END PRIVATE KEY-----
";

/// RFC 8410 §10.3: the same key with an attribute and its public key.
const PEM_WITH_PUBLIC_KEY: &str = "-----BEGIN PRIVATE KEY-----
MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB
Z9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PRIVATE KEY-----
";

/// RFC 8410 §10.1: its public key; the last 32 bytes of the SPKI.
const PUBLIC_KEY: &str = "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";

fn bytes(hex: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    (0..hex.len()).step_by(2).map(byte).collect()
}

#[test]
fn the_key_file_of_openssl_is_read_and_written() {
    let signer = Ed25519Signer::from_pkcs8_pem(PEM).unwrap();
    assert_eq!(signer.public_key().as_slice(), bytes(PUBLIC_KEY));
    assert_eq!(signer.to_pkcs8_pem().as_str(), PEM);
    let same = Ed25519Signer::from_pkcs8_pem(PEM_WITH_PUBLIC_KEY).unwrap();
    assert_eq!(same.public_key(), signer.public_key());
}

#[test]
fn other_files_are_refused_without_showing_them() {
    // X25519 (1.3.101.110) instead of Ed25519 (1.3.101.112).
    let x25519 = PEM.replace("BQYDK2Vw", "BQYDK2Vu");
    let cut = PEM.replace("EdVhC", "EdVh");
    let public = PEM.replace("PRIVATE", "PUBLIC");
    for text in ["", "no key", &x25519, &cut, &public] {
        let error = Ed25519Signer::from_pkcs8_pem(text).unwrap_err();
        assert_eq!(error, PemError::Form, "{text}");
        assert!(!error.to_string().contains("INTu"));
    }
    let mixed = PEM_WITH_PUBLIC_KEY.replace("AxZuE=", "AxZuI=");
    assert_eq!(Ed25519Signer::from_pkcs8_pem(&mixed).unwrap_err(), PemError::Mismatch);
}

/// RFC 8032 §7.1, tests 1 to 3.
#[test]
fn signatures_are_those_of_the_standard() {
    let tests = [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac\
             c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e\
             458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290\
             ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ];
    for (seed, public, message, signature) in tests {
        let signer = Ed25519Signer::from_seed(bytes(seed).try_into().unwrap());
        assert_eq!(signer.public_key().as_slice(), bytes(public));
        assert_eq!(signer.sign(&bytes(message)).unwrap().as_slice(), bytes(signature));
    }
}

#[test]
fn no_print_shows_the_seed() {
    let signer = Ed25519Signer::from_pkcs8_pem(PEM).unwrap();
    let shown = format!("{signer:?}");
    // The seed's first bytes, in decimal and in hex.
    assert!(
        !shown.contains("212, 238, 114") && !shown.to_lowercase().contains("d4ee72"),
        "{shown}"
    );
}
