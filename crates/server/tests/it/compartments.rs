//! What is about one patient, practitioner or device, at the doors of all releases.
use crate::{
    dialects::{ALL, check, text, url},
    server::Server,
};
use kiln_fhir::{MediaType::Json, Release};

#[tokio::test(flavor = "multi_thread")]
async fn a_compartment_holds_the_events_of_every_release() {
    let server = Server::start().await;
    for release in ALL {
        for patient in ["in.side-1", "outside"] {
            let fields = "content-type: application/json\r\n";
            let body = text(release, Json, patient);
            let reply = server.ask("POST", &url(release), fields, &body).await;
            assert_eq!(reply.status, 201, "{}", reply.body);
        }
    }
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    for door in Release::SERVED {
        let base = format!("/fhir/{}", door.path());
        for (place, total) in [
            ("Patient/in.side-1", 7),
            ("Patient/nobody", 0),
            ("Practitioner/7", 14),
            ("Device/7", 0),
        ] {
            let at = format!("{base}/{place}/AuditEvent");
            let by_get = server.get(&format!("{at}?action=R")).await.json();
            assert_eq!(by_get["total"], total, "{at}: {by_get}");
            let by_post = server.ask("POST", &format!("{at}/_search"), form, "action=R").await;
            assert_eq!(by_post.json()["total"], total, "{at}");
            for entry in by_get["entry"].as_array().into_iter().flatten() {
                check(*door, &entry["resource"]);
            }
        }
        for other in ["RelatedPerson/7", "Encounter/1", "Organization/1", "Patient"] {
            let reply = server.get(&format!("{base}/{other}/AuditEvent")).await;
            assert_eq!(reply.status, 404, "{other}");
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_a_compartment_lead_to_its_own_next() {
    let server = Server::start().await;
    for _ in 0..3 {
        server.post("/fhir/r4/AuditEvent", &text(Release::R4, Json, "one")).await;
        server.post("/fhir/r4/AuditEvent", &text(Release::R4, Json, "two")).await;
    }
    let mut path = "/fhir/r4/Patient/one/AuditEvent?_count=2".to_owned();
    let mut found = 0;
    loop {
        let page = server.get(&path).await.json();
        found += page["entry"].as_array().unwrap().len();
        let links = page["link"].as_array().unwrap();
        let Some(next) = links.iter().find(|link| link["relation"] == "next") else { break };
        let (_, below) = next["url"].as_str().unwrap().split_once("/fhir").unwrap();
        path = format!("/fhir{below}");
        assert!(path.starts_with("/fhir/r4/Patient/one/AuditEvent?"), "{path}");
        let elsewhere = path.replace("/Patient/one/", "/Patient/two/");
        assert_eq!(server.get(&elsewhere).await.status, 400);
    }
    assert_eq!(found, 3);
    server.stop().await;
}
