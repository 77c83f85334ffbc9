use super::*;
use rcgen::{CertificateParams, DnType, KeyPair, PKCS_ECDSA_P256_SHA256, SanType};

/// Within the time that [`certificate`] is good for.
const NOW: UnixSeconds = UnixSeconds(1_800_000_000);

/// A certificate of ward 7, good from 2020 to 2030, as DER.
fn certificate(change: impl FnOnce(&mut CertificateParams)) -> Vec<u8> {
    let mut parameters = CertificateParams::default();
    parameters.not_before = rcgen::date_time_ymd(2020, 1, 1);
    parameters.not_after = rcgen::date_time_ymd(2030, 1, 1);
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    parameters.distinguished_name.push(DnType::CountryName, "DE");
    parameters.distinguished_name.push(DnType::OrganizationName, "Clinic, North");
    parameters.distinguished_name.push(DnType::CommonName, "ward-7");
    parameters.subject_alt_names = vec![
        SanType::DnsName("Ward-7.clinic.example".try_into().unwrap()),
        SanType::URI("urn:uuid:7".try_into().unwrap()),
        SanType::Rfc822Name("ward-7@clinic.example".try_into().unwrap()),
        SanType::IpAddress([127, 0, 0, 1].into()),
    ];
    change(&mut parameters);
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    parameters.self_signed(&key).unwrap().der().to_vec()
}

fn rule(holder: Holder) -> CertificateRule {
    let tenant = "ward-7".parse().unwrap();
    CertificateRule { holder, sender: "ward-7".to_owned(), tenant, role: Role::Writer }
}

fn found(holder: Holder, certificate: &Certificate) -> Result<Principal, CertificateError> {
    CertificateRules::new(vec![rule(holder)]).principal(certificate, NOW)
}

#[test]
fn a_certificate_names_its_holder() {
    let der = certificate(|_| {});
    let certificate = Certificate::parse(&der).unwrap();
    assert_eq!(certificate.thumbprint, Thumbprint::of(&der));
    assert_eq!(certificate.subject, r"CN=ward-7,O=Clinic\, North,C=DE");
    assert_eq!(certificate.dns_names, ["Ward-7.clinic.example"]);
    assert_eq!(certificate.uris, ["urn:uuid:7"]);
}

#[test]
fn a_rule_means_a_certificate_by_thumbprint_subject_or_alternative_name() {
    let certificate = Certificate::parse(&certificate(|_| {})).unwrap();
    let meant = [
        Holder::Thumbprint(certificate.thumbprint),
        Holder::Subject(certificate.subject.clone()),
        Holder::Dns("ward-7.CLINIC.example".to_owned()),
        Holder::Uri("urn:uuid:7".to_owned()),
    ];
    for holder in meant {
        let principal = found(holder.clone(), &certificate).unwrap();
        assert_eq!(&*principal.who, "certificate:ward-7", "{holder:?}");
        assert_eq!(principal.tenant.as_str(), "ward-7");
        assert_eq!(principal.scopes, Role::Writer.scopes());
        assert_eq!(principal.agent.subject.as_deref(), Some(certificate.subject.as_str()));
    }
    let others = [
        Holder::Thumbprint(Thumbprint([0; 32])),
        Holder::Subject("CN=ward-7".to_owned()),
        Holder::Subject("CN=WARD-7,O=Clinic\\, North,C=DE".to_owned()),
        Holder::Subject("CN=ward-7,O=Clinic, North,C=DE".to_owned()),
        Holder::Subject(String::new()),
        Holder::Dns("clinic.example".to_owned()),
        Holder::Dns("*.clinic.example".to_owned()),
        Holder::Dns("ward-7@clinic.example".to_owned()),
        Holder::Dns("127.0.0.1".to_owned()),
        Holder::Dns("ward-7".to_owned()),
        Holder::Uri("URN:UUID:7".to_owned()),
        Holder::Uri("urn:uuid:".to_owned()),
    ];
    for holder in others {
        let error = found(holder.clone(), &certificate).map(|_| ());
        assert_eq!(error, Err(CertificateError::Unknown), "{holder:?}");
    }
}

#[test]
fn no_name_can_be_written_so_that_it_reads_as_another() {
    let forged = certificate(|parameters| {
        parameters.distinguished_name = rcgen::DistinguishedName::new();
        parameters.distinguished_name.push(DnType::CommonName, r"ward-7,O=Clinic\, North,C=DE");
    });
    let forged = Certificate::parse(&forged).unwrap();
    let honest = Certificate::parse(&certificate(|_| {})).unwrap();
    assert_ne!(forged.subject, honest.subject);
    assert!(found(Holder::Subject(honest.subject), &forged).is_err());
}

#[test]
fn a_certificate_without_a_subject_is_meant_by_no_rule_of_one() {
    let nameless = certificate(|parameters| {
        parameters.distinguished_name = rcgen::DistinguishedName::new();
        parameters.subject_alt_names = Vec::new();
    });
    let nameless = Certificate::parse(&nameless).unwrap();
    assert_eq!((nameless.subject.as_str(), nameless.dns_names.len()), ("", 0));
    assert!(found(Holder::Subject(String::new()), &nameless).is_err());
    assert!(found(Holder::Thumbprint(nameless.thumbprint), &nameless).is_ok());
}

#[test]
fn a_thumbprint_goes_before_a_name_then_the_first_rule_counts() {
    let certificate = Certificate::parse(&certificate(|_| {})).unwrap();
    let named =
        |sender: &str, holder| CertificateRule { sender: sender.to_owned(), ..rule(holder) };
    let dns = || Holder::Dns("ward-7.clinic.example".to_owned());
    let thumbprint = Holder::Thumbprint(certificate.thumbprint);
    let rules = vec![named("a", dns()), named("b", dns()), named("c", thumbprint)];
    let rules = CertificateRules::new(rules);
    let principal = rules.principal(&certificate, NOW).unwrap();
    assert_eq!(&*principal.who, "certificate:c");
    assert_eq!(rules.thumbprints().collect::<Vec<_>>(), [certificate.thumbprint]);
    let rules = CertificateRules::new(vec![named("a", dns()), named("b", dns())]);
    let principal = rules.principal(&certificate, NOW).unwrap();
    assert_eq!(&*principal.who, "certificate:a");
    assert!(!rules.is_empty() && CertificateRules::default().is_empty());
}

#[test]
fn outside_its_time_a_certificate_says_nothing() {
    let certificate = Certificate::parse(&certificate(|_| {})).unwrap();
    let rules = CertificateRules::new(vec![rule(Holder::Thumbprint(certificate.thumbprint))]);
    let at = |seconds| rules.principal(&certificate, UnixSeconds(seconds)).map(|_| ());
    // 2020-01-01 and 2030-01-01.
    let (start, end) = (1_577_836_800, 1_893_456_000);
    assert_eq!(at(start - 1), Err(CertificateError::Time));
    assert_eq!((at(start), at(end)), (Ok(()), Ok(())));
    assert_eq!(at(end + 1), Err(CertificateError::Time));
}

#[test]
fn a_certificate_names_no_patient() {
    let certificate = Certificate::parse(&certificate(|_| {})).unwrap();
    let holder = Holder::Thumbprint(certificate.thumbprint);
    let rules =
        CertificateRules::new(vec![CertificateRule { role: Role::Patient, ..rule(holder) }]);
    assert_eq!(rules.principal(&certificate, NOW).unwrap().scopes, crate::Scopes::NONE);
}

#[test]
fn what_is_no_certificate_is_refused() {
    let der = certificate(|_| {});
    for cut in 0..der.len() {
        assert_eq!(Certificate::parse(&der[..cut]), Err(CertificateError::Form), "{cut}");
    }
    let longer = [&der[..], &[0]].concat();
    for bytes in [b"".as_slice(), b"-----BEGIN CERTIFICATE-----", &longer, &vec![0x30; 70_000]] {
        assert_eq!(Certificate::parse(bytes), Err(CertificateError::Form));
    }
}
