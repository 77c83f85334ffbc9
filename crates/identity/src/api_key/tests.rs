use super::*;
use crate::Scopes;

#[test]
fn a_key_is_made_of_its_random_bytes_alone() {
    let key = NewKey::of(&[7; 32]);
    assert_eq!(key.text, NewKey::of(&[7; 32]).text);
    assert_eq!(key.text.len(), "kiln_".len() + 16 + 1 + 43);
    assert!(key.text.starts_with(&format!("kiln_{}_", key.id)));
    assert!(is_meant(&key.text) && !is_meant("eyJ"));
    assert_eq!(id_of(&key.text), Some(key.id.clone()));
    assert_ne!(NewKey::of(&[8; 32]).id, key.id);
    let secret = key.text.rsplit_once('_').unwrap().1;
    assert!(!format!("{key:?}").contains(secret), "a key's text is in no message");
}

#[test]
fn what_is_no_id_is_refused() {
    let long = "a".repeat(17);
    for id in ["", "a", "AAAAAAAAAAAAAAAA", "0aaaaaaaaaaaaaaa", "../aaaaaaaaaaaaa", &long] {
        assert_eq!(KeyId::parse(id), Err(InvalidKeyId), "{id}");
    }
    assert_eq!(KeyId::parse("abcdefghijklmn27").unwrap().as_str(), "abcdefghijklmn27");
}

#[test]
fn the_principal_of_a_key_is_its_role_in_its_tenant() {
    let (tenant, label) = ("ward-7".parse::<TenantId>().unwrap(), "the EHR".to_owned());
    let key = NewKey::of(&[7; 32]).kept(Role::Writer, tenant, UnixSeconds(1), None, label);
    let principal = key.principal();
    assert_eq!(&*principal.who, format!("key:{}", key.id));
    assert_eq!(principal.scopes, Role::Writer.scopes());
    assert_ne!(principal.scopes, Scopes::ALL);
    assert_eq!((principal.means, principal.tenant.as_str()), (Means::ApiKey, "ward-7"));
    assert_eq!(principal.agent.name.as_deref(), Some("the EHR"));
    assert!(!format!("{key:?}").contains(&crate::fingerprint::hex(&key.sha256)));
}
