//! Every event is valid R4, and BALP's where BALP has a profile for it.
use super::*;
use crate::tests::{
    constraints::Profile,
    people::{open, person},
    valid,
};
use kiln_fhir::Release;
use kiln_identity::{Agent, Means, PatientContext, Principal};
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const ID: &str = "0197a3b4-0000-7000-8000-000000000001";
const ORIGIN: &str = "kiln-audit.org/log/0123456789abcdef0123456789abcdef";
const TRACEPARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";

fn using(r#use: Use, principal: Option<&Principal>) -> LogUse<'_> {
    LogUse {
        recorded: Instant { millis: 1_763_800_000_123 },
        r#use,
        outcome: Outcome::Success,
        says: None,
        client: Client { principal, address: Some(IpAddr::V4(Ipv4Addr::LOCALHOST)) },
        server: Server {
            tenant: "default",
            origin: ORIGIN,
            url: Some("http://localhost:8080/fhir/r4"),
        },
        log: ORIGIN,
        request: Request {
            query: Some(b"GET /fhir/r4/AuditEvent?patient=Patient/1"),
            id: Some("r-1"),
            traceparent: Some(TRACEPARENT),
        },
        seen: Seen { id: None, count: Some(3), size: Some(17) },
        patient: None,
        period: None,
    }
}

fn read(principal: &Principal) -> LogUse<'_> {
    let request = Request { query: None, id: Some("r-2"), traceparent: None };
    let seen = Seen { id: Some(ID), ..Seen::default() };
    LogUse { request, seen, ..using(Use::Read, Some(principal)) }
}

fn event(of: &LogUse<'_>) -> Value {
    let mut json = Vec::new();
    of.write(&mut json);
    valid(&json, Release::R4)
}

#[test]
fn a_search_is_itis_81_and_balps_query() {
    for principal in [open(), person()] {
        let event = event(&using(Use::Search, Some(&principal)));
        assert_eq!(event["type"]["code"], "110101");
        assert_eq!(event["subtype"][0]["code"], "search-type");
        assert_eq!(event["subtype"][1]["code"], "ITI-81");
        assert_eq!((&event["action"], &event["outcome"]), (&"E".into(), &"0".into()));
        assert_eq!(event["recorded"], "2025-11-22T08:26:40.123Z");
        let log = &event["entity"][0];
        assert_eq!(
            (&log["role"]["code"], &log["name"]),
            (&"13".into(), &"Security Audit Log".into())
        );
        assert_eq!(log["detail"][0]["valueString"], "3");
        assert_eq!(log["detail"][1]["valueString"], "17");
        let query = event["entity"][1]["query"].as_str().unwrap();
        assert_eq!(query, "R0VUIC9maGlyL3I0L0F1ZGl0RXZlbnQ/cGF0aWVudD1QYXRpZW50LzE=");
        Profile::named("Query").check(&event);
    }
}

#[test]
fn a_read_is_balps_read() {
    for principal in [open(), person()] {
        let event = event(&read(&principal));
        assert_eq!(event["action"], "R");
        assert_eq!(event["entity"][1]["what"]["reference"], format!("AuditEvent/{ID}"));
        Profile::named("Read").check(&event);
    }
}

#[test]
fn a_patients_view_names_the_patient() {
    let mut patient = person();
    patient.reach.patient = Some(PatientContext { id: "42".to_owned() });
    let search = LogUse { patient: Some("42"), ..using(Use::Search, Some(&patient)) };
    let searched = event(&search);
    Profile::named("Query").check(&searched);
    Profile::named("PatientQuery").check(&searched);
    let event = event(&LogUse { patient: Some("42"), ..read(&patient) });
    Profile::named("Read").check(&event);
    Profile::named("PatientRead").check(&event);
}

#[test]
fn a_token_is_named_by_its_id_and_issuer() {
    let principal = person();
    let event = event(&using(Use::Search, Some(&principal)));
    Profile::named("OAUTHaccessTokenUse.Minimal").check(&event);
    let [client, user] = [&event["agent"][0], &event["agent"][2]];
    assert_eq!(client["who"]["identifier"]["value"], "viewer");
    assert_eq!(client["altId"], "token:clinic:p-1");
    assert_eq!((&client["requestor"], &user["requestor"]), (&false.into(), &true.into()));
    assert_eq!(user["who"]["reference"], "https://ehr.example/fhir/Practitioner/7");
    assert_eq!(user["who"]["identifier"]["system"], "https://idp.example");
    assert_eq!(user["who"]["identifier"]["value"], "p-1");
    assert_eq!(user["name"], "Dr. Ada \"Q\" Lindgren");
    assert_eq!(user["policy"][0], "3f0c%2051d2");
    assert_eq!(user["purposeOfUse"][0]["coding"][0]["code"], "HOPERAT");
    assert_eq!(user["purposeOfUse"][1]["coding"][0]["code"], "TREAT");
}

#[test]
fn a_service_is_its_own_requestor() {
    let mut service = person();
    service.agent = Agent { fhir_user: None, subject: Some("viewer".to_owned()), ..service.agent };
    let event = event(&using(Use::Search, Some(&service)));
    assert_eq!(event["agent"].as_array().unwrap().len(), 2);
    assert_eq!(event["agent"][0]["requestor"], true);
    assert_eq!(event["agent"][0]["policy"][0], "3f0c%2051d2");
    Profile::named("Query").check(&event);
}

#[test]
fn keys_and_sockets_are_named_as_envelopes_name_them() {
    for (means, who) in [(Means::ApiKey, "key:abc"), (Means::Socket, "socket:1000")] {
        let principal = Principal { who: who.into(), means, ..open() };
        let client = Client { principal: Some(&principal), address: None };
        let server = Server { url: None, ..using(Use::Read, None).server };
        let used = LogUse { client, server, ..using(Use::Command("export"), None) };
        let event = event(&used);
        assert_eq!(event["agent"][0]["who"]["identifier"]["value"], who);
        assert_eq!(event["agent"][0]["altId"], who);
        assert_eq!(event["subtype"][0]["code"], "export");
    }
}

#[test]
fn what_was_refused_says_why_and_by_whom() {
    let says = Some("403 forbidden: this needs a scope that you do not have");
    let (outcome, period) = (Outcome::Serious, None);
    let mut used = LogUse { outcome, says, period, ..using(Use::Refused("create"), None) };
    let refused = event(&used);
    assert_eq!((&refused["action"], &refused["outcome"]), (&"C".into(), &"8".into()));
    assert_eq!(refused["agent"][0]["who"]["display"], "not authenticated");
    used.period =
        Some((Instant { millis: 1_763_800_000_000 }, Instant { millis: 1_763_800_060_000 }));
    used.r#use = Use::Unauthenticated;
    let counted = event(&used);
    assert_eq!(counted["period"]["end"], "2025-11-22T08:27:40.000Z");
    assert_eq!(counted["subtype"][0]["code"], "unauthenticated");
}

#[test]
fn every_use_is_valid_with_whatever_text() {
    let uses = [
        Use::Read,
        Use::Vread,
        Use::HistoryInstance,
        Use::HistoryType,
        Use::Search,
        Use::PlainSearch,
        Use::Operation("proof"),
        Use::Command("verify"),
        Use::Unauthenticated,
        Use::Refused("delete"),
        Use::Refused("patch"),
        Use::Refused("batch"),
    ];
    let odd = ["", "  ", "\u{1}\u{7f}\u{85}", "\"\\\n\u{ffff}", "é\u{2028}😀", " a  b ", "|", "a|"];
    for r#use in uses {
        for odd in odd {
            let text = Some(odd.to_owned());
            let mut principal = person();
            principal.who = odd.into();
            principal.agent = Agent {
                // The token's rules let only a reference through.
                fhir_user: None,
                issuer: text.clone(),
                subject: text.clone(),
                name: text.clone(),
                client: Some(format!("{odd}.")),
                token_id: text,
                purposes: vec![odd.to_owned(), "TREAT".to_owned()],
            };
            let request =
                Request { query: Some(odd.as_bytes()), id: Some(odd), traceparent: Some(odd) };
            let of = using(r#use, Some(&principal));
            let address = Some(IpAddr::V6(Ipv6Addr::LOCALHOST));
            let client = Client { address, ..of.client };
            event(&LogUse { request, client, says: Some(odd), patient: None, ..of });
        }
    }
}
