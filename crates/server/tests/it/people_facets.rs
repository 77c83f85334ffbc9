//! What a search could be narrowed to: a list that is cut says so, and leads to all of it.
use crate::{
    events,
    identified::Identified,
    people::{FORM, HTML, event, page, searched},
    server::Server,
};
use kiln_server::Settings;
use serde_json::{Value, json};

/// The part of the page about values of this kind.
fn facet<'b>(body: &'b str, name: &str) -> &'b str {
    let part = body.split(&format!("id=\"values-{name}\"")).nth(1);
    part.unwrap_or_else(|| panic!("no {name}: {body}")).split("</section>").next().unwrap()
}

/// How many values it shows.
fn values(facet: &str) -> usize {
    facet.matches("class=\"facet\"").count()
}

/// Where all of them are, or few again.
fn other(facet: &str) -> &str {
    facet.split("<a href=\"").nth(1).unwrap().split('#').next().unwrap()
}

#[tokio::test]
async fn a_list_of_ten_says_of_how_many_and_leads_to_all() {
    let server = Server::start().await;
    for user in 0..14 {
        server.post("/fhir/r4/AuditEvent", &event("a", &format!("user{user}"), "0")).await;
    }
    let body = page(&server, "/").await.body;
    let who = facet(&body, "agent");
    assert!(values(who) == 10 && who.contains("The 10 most frequent of 14."), "{who}");
    assert!(!facet(&body, "source").contains("<a "), "the one source is all there is");
    let all = page(&server, other(who)).await.body;
    let who = facet(&all, "agent");
    assert!(values(who) == 14 && !who.contains("most frequent of"), "{who}");
    assert!(who.contains("Every event has at least one of these."), "{who}");
    let few = page(&server, other(who)).await.body;
    assert_eq!(values(facet(&few, "agent")), 10);
    server.stop().await;
}

#[tokio::test]
async fn a_list_from_a_sample_says_that_there_may_be_more_and_all_finds_them() {
    let server = Server::start().await;
    for user in 0..70 {
        server.post("/fhir/r4/AuditEvent", &event("a", &format!("user{user}"), "0")).await;
    }
    let body = page(&server, "/").await.body;
    let who = facet(&body, "agent");
    let says = "The 10 most frequent of 60 found in 60 events; there may be more.";
    assert!(values(who) == 10 && who.contains(says), "{who}");
    // Nobody says that there is one source alone, where not every event was looked at.
    let says = "Those found in 60 events; there may be more.";
    assert!(facet(&body, "source").contains(says), "{body}");
    assert!(!facet(&body, "outcome").contains("there may be more"), "all codes are counted");
    let all = page(&server, other(who)).await.body;
    assert_eq!(values(facet(&all, "agent")), 70);
    server.stop().await;
}

/// Whoever looked once among thousands is in no sample, and in the list of all.
#[tokio::test]
async fn all_finds_who_is_in_no_sample() {
    let server = Server::start().await;
    server.post("/fhir/r4/AuditEvent", &event("a", "rare", "0")).await;
    let usual: Vec<String> = (0..100).map(|_| events::post(&event("a", "usual", "0"))).collect();
    let bundle = events::bundle("batch", &usual);
    // More than all samples together, and all of them later than the rare one.
    for _ in 0..14 {
        assert_eq!(server.post("/fhir/r4", &bundle).await.status, 200);
    }
    let body = page(&server, "/").await.body;
    let who = facet(&body, "agent");
    assert!(!who.contains("Dr rare") && who.contains("there may be more"), "{who}");
    let all = page(&server, other(who)).await.body;
    let who = facet(&all, "agent");
    assert!(who.contains("Dr rare") && who.contains("Every event has at least one"), "{who}");
    server.stop().await;
}

#[tokio::test]
async fn events_without_a_purpose_are_counted_and_found_by_a_click() {
    let server = Server::start().await;
    for (user, purposes) in [("stated", true), ("silent", false), ("silent", false)] {
        let mut sent: Value = serde_json::from_str(&event("a", user, "0")).unwrap();
        if purposes {
            sent["purposeOfEvent"] = json!([{ "coding": [{ "code": "TREAT" }] }]);
        }
        server.post("/fhir/r4/AuditEvent", &sent.to_string()).await;
    }
    let body = page(&server, "/").await.body;
    let purposes = facet(&body, "purpose");
    let row = purposes.split("<li>").find(|row| row.contains("not stated")).unwrap();
    assert!(row.contains(">2</span>"), "{purposes}");
    let words = row.split("value=\"").nth(1).unwrap().split('"').next().unwrap();
    let found = page(&server, &searched(&server, words).await).await.body;
    assert!(found.contains(">2 events<") && !found.contains("Dr stated"), "{found}");
    let german = server.ask("GET", "/", &format!("{HTML}accept-language: de\r\n"), "").await;
    assert!(facet(&german.body, "purpose").contains("nicht angegeben"), "{}", german.body);
    server.stop().await;
}

#[tokio::test]
async fn all_values_of_a_patient_are_of_their_own_events() {
    let kiln = Identified::start(Settings::default()).await;
    let admin = kiln.admin("default");
    for user in 0..12 {
        for (patient, agent) in
            [("mine", format!("seen{user}")), ("other", format!("canary{user}"))]
        {
            kiln.post(&admin, "/fhir/r4/AuditEvent", &event(patient, &agent, "0")).await;
        }
    }
    let patient = kiln.patient("default", "mine");
    let first = kiln.ask(&patient, "GET", "/", HTML, "").await.body;
    let who = facet(&first, "agent");
    assert!(who.contains("The 10 most frequent of 12."), "{who}");
    let all = kiln.ask(&patient, "GET", other(who), HTML, "").await.body;
    assert_eq!(values(facet(&all, "agent")), 12, "{all}");
    assert!(!all.contains("canary"), "{all}");
    // Theirs is sealed for them: nobody else's page is shown by it.
    let officer = kiln.token("default", &json!({ "roles": ["admin"], "sub": "vera" }));
    let reply = kiln.ask(&officer, "GET", other(who), HTML, "").await;
    assert_eq!(reply.status, 404);
    let body = "line=who:Practitioner/canary1";
    let reply = kiln.ask(&patient, "POST", "/search", FORM, body).await;
    let found = kiln.ask(&patient, "GET", reply.field("location").unwrap(), HTML, "").await.body;
    assert!(found.contains(">0 events<"), "{found}");
    kiln.server.stop().await;
}
