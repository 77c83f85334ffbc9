//! Who asks.
use kiln_identity::{Agent, Means, Principal};

pub(crate) fn open() -> Principal {
    Principal::open()
}

/// A person at an application, by a token.
pub(crate) fn person() -> Principal {
    let text = |text: &str| Some(text.to_owned());
    Principal {
        who: "token:clinic:p-1".into(),
        means: Means::Token,
        agent: Agent {
            fhir_user: text("https://ehr.example/fhir/Practitioner/7"),
            issuer: text("https://idp.example"),
            subject: text("p-1"),
            name: text("Dr. Ada \"Q\" Lindgren"),
            client: text("viewer"),
            token_id: text("3f0c 51d2"),
            purposes: vec![
                "http://terminology.hl7.org/CodeSystem/v3-ActReason|HOPERAT".to_owned(),
                "TREAT".to_owned(),
            ],
        },
        ..open()
    }
}

/// A program by a token of its own, with nobody behind it.
pub(crate) fn service() -> Principal {
    let person = person();
    let subject = Some("viewer".to_owned());
    Principal { agent: Agent { fhir_user: None, subject, ..person.agent }, ..person }
}
