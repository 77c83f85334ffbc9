//! Every release at its own door and at every other, in JSON and in XML.
use crate::{
    dialects::{ALL, check, content_type, event, read, text, url},
    server::{Reply, Server},
};
use kiln_fhir::{
    MediaType::{self, Json, Xml},
    Release,
};
use kiln_server::Settings;
use serde_json::Value;

/// Stores an event of a release, as this form.
async fn create(server: &Server, release: Release, media: MediaType, patient: &str) -> Reply {
    let fields = format!("content-type: {}\r\n", content_type(release, media));
    let body = text(release, media, patient);
    let reply = server.ask("POST", &url(release), &fields, &body).await;
    assert_eq!(reply.status, 201, "{release:?} {media:?}: {}", reply.body);
    reply
}

/// Asks for a form.
async fn get(server: &Server, path: &str, release: Release, media: MediaType) -> Value {
    let accept = format!("accept: {}\r\n", content_type(release, media));
    let reply = server.ask("GET", path, &accept, "").await;
    let place = format!("{path} as {release:?} {media:?}: {}", reply.body);
    assert_eq!(reply.status, 200, "{place}");
    let answered = reply.field("content-type");
    assert_eq!(answered, Some(content_type(release, media).as_str()), "{place}");
    read(release, media, &reply.body)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_release_speaks_its_own_dialect_at_its_own_door() {
    let server = Server::start().await;
    for release in ALL {
        for media in [Json, Xml] {
            let patient = format!("{}{}", release.path(), media.number());
            let sent = text(release, media, &patient);
            let fields = format!(
                "content-type: {kind}\r\naccept: {kind}\r\n",
                kind = content_type(release, media)
            );
            let created = server.ask("POST", &url(release), &fields, &sent).await;
            let place = format!("{release:?} {media:?}: {}", created.body);
            assert_eq!(created.status, 201, "{place}");
            let id = created.id();
            let given = read(release, media, &created.body);
            check(release, &given);
            assert_eq!(given["id"], id.as_str(), "{place}");

            let one = format!("{}/{id}", url(release));
            assert_eq!(get(&server, &one, release, media).await, given);
            let version = format!("{one}/_history/1");
            assert_eq!(get(&server, &version, release, media).await, given);
            let history = get(&server, &format!("{one}/_history"), release, media).await;
            assert_eq!(history["entry"][0]["resource"], given, "{place}");
            assert_eq!((&history["type"], &history["total"]), (&"history".into(), &1.into()));
            let search = format!("{}?patient=Patient/{patient}", url(release));
            let found = get(&server, &search, release, media).await;
            assert_eq!(found["total"], 1, "{place}");
            assert_eq!(found["entry"][0]["resource"], given, "{place}");

            let original = server.get(&format!("{one}/$original")).await;
            assert_eq!(original.body, sent);
            let kind = content_type(release, media);
            assert_eq!(original.field("content-type"), Some(kind.as_str()));
            let head = server.ask("HEAD", &one, &fields, "").await;
            assert_eq!((head.status, head.body.as_str()), (200, ""));
            assert_eq!(head.field("content-type"), Some(kind.as_str()));
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_door_sees_every_event_in_its_own_release() {
    let server = Server::start().await;
    let mut ids = Vec::new();
    for release in ALL {
        for media in [Json, Xml] {
            ids.push(create(&server, release, media, "all").await.id());
        }
    }
    for door in ALL {
        for media in [Json, Xml] {
            for id in &ids {
                let read = get(&server, &format!("{}/{id}", url(door)), door, media).await;
                check(door, &read);
                assert_eq!(read["id"], id.as_str());
            }
            let search = format!("{}?patient=Patient/all&_sort=_lastUpdated", url(door));
            let found = get(&server, &search, door, media).await;
            let entries = found["entry"].as_array().unwrap();
            let found: Vec<&str> =
                entries.iter().map(|entry| entry["resource"]["id"].as_str().unwrap()).collect();
            assert_eq!(found, ids, "{door:?} {media:?}");
            for entry in entries {
                check(door, &entry["resource"]);
            }
            let history = format!("{}/_history?_sort=_lastUpdated", url(door));
            let history = get(&server, &history, door, media).await;
            assert_eq!(history["entry"].as_array().unwrap().len(), ids.len());
        }
    }
    for id in &ids {
        let plain = server.api_get(&format!("/api/audit-events/{id}")).await.data();
        assert_eq!(plain["type"], "rest", "{plain}");
        assert_eq!(plain["agent"][0]["who"], "Practitioner/7", "{plain}");
    }
    let all = server.api_get("/api/audit-events?patient=all").await.data();
    assert_eq!(all.as_array().unwrap().len(), ids.len());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_at_another_releases_door_is_told_where_to_go() {
    let server = Server::start().await;
    for release in ALL {
        for door in Release::SERVED {
            let own = if release == Release::R5Draft { Release::R5 } else { release };
            let same = matches!(
                (release, door),
                (Release::R4, Release::R4b) | (Release::R4b, Release::R4)
            );
            if own == *door || same {
                continue;
            }
            for media in [Json, Xml] {
                let kind = match media {
                    Json => "application/json",
                    Xml => "application/xml",
                };
                let fields = format!(
                    "content-type: {kind}\r\naccept: {kind}\r\nprefer: return=OperationOutcome\r\n"
                );
                let reply =
                    server.ask("POST", &url(*door), &fields, &text(release, media, "x")).await;
                let place = format!("{release:?} at {door:?}: {}", reply.body);
                assert_eq!(reply.status, 400, "{place}");
                assert_eq!(
                    reply.field("content-type"),
                    Some(content_type(*door, media).as_str()),
                    "{place}"
                );
                let outcome = read(*door, media, &reply.body);
                let says = outcome["issue"][0]["diagnostics"].as_str().unwrap();
                let family = if release == Release::R4b { Release::R4 } else { own };
                assert!(says.contains(&format!("/fhir/{}", family.path())), "{place}");
                let places = if *door == Release::Dstu2 { "location" } else { "expression" };
                assert!(outcome["issue"][0][places][0].is_string(), "{place}");
            }
        }
    }
    assert_eq!(server.total().await, 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_release_in_the_url_the_media_type_or_the_shape_says_which() {
    let server = Server::start().await;
    for release in ALL {
        for media in [Json, Xml] {
            let kind = content_type(release, media);
            let bare = kind.split(';').next().unwrap();
            let mut expected = vec![(kind.as_str(), release)];
            // R4B has R4's shape.
            let shape = if release == Release::R4b { Release::R4 } else { release };
            expected.push((bare, shape));
            for (content_type, expected) in expected {
                // DSTU2's types name no release.
                let fields = format!("content-type: {content_type}\r\n");
                let body = text(release, media, "open");
                let created = server.ask("POST", "/fhir/AuditEvent", &fields, &body).await;
                let place = format!("{release:?} {media:?} {content_type}: {}", created.body);
                assert_eq!(created.status, 201, "{place}");
                check(expected, &created.json());
                let original =
                    server.get(&format!("/fhir/AuditEvent/{}/$original", created.id())).await;
                let kept = self::content_type(expected, media);
                assert_eq!(original.field("content-type"), Some(kept.as_str()), "{place}");
                let read = server.get(&format!("/fhir/AuditEvent/{}", created.id())).await;
                check(Release::R4, &read.json());
            }
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_draft_of_r5_is_told_by_its_shape_and_rendered_on_request() {
    let server = Server::start().await;
    let fields = "content-type: application/fhir+json\r\n";
    let sent = text(Release::R5Draft, Json, "1");
    let created = server.ask("POST", "/fhir/r5/AuditEvent", fields, &sent).await;
    assert_eq!(created.status, 201, "{}", created.body);
    check(Release::R5, &created.json());
    let one = format!("/fhir/r5/AuditEvent/{}", created.id());
    let original = server.get(&format!("{one}/$original")).await;
    let kind = content_type(Release::R5Draft, Json);
    assert_eq!(original.field("content-type"), Some(kind.as_str()));
    let again = get(&server, &one, Release::R5Draft, Json).await;
    assert_eq!(again["outcome"], event(Release::R5Draft, "1")["outcome"]);
    // The draft that is shaped like R5 says the same of itself.
    let fields = "content-type: application/fhir+json; fhirVersion=4.6\r\n";
    let late = text(Release::R5, Json, "2");
    let late = server.ask("POST", "/fhir/r5/AuditEvent", fields, &late).await;
    assert_eq!(late.status, 201, "{}", late.body);
    check(Release::R5Draft, &late.json());
    let elsewhere = server.ask("POST", "/fhir/r4/AuditEvent", fields, &sent).await;
    assert_eq!(elsewhere.status, 415);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conditional_create_sees_events_of_every_release() {
    let server = Server::start().await;
    let first = create(&server, Release::Dstu2, Xml, "once").await.id();
    for release in ALL {
        for media in [Json, Xml] {
            let kind = content_type(release, media);
            let fields = format!(
                "content-type: {kind}\r\naccept: {kind}\r\nif-none-exist: patient=Patient/once\r\n"
            );
            let body = text(release, media, "once");
            let reply = server.ask("POST", &url(release), &fields, &body).await;
            assert_eq!(reply.status, 200, "{release:?} {media:?}: {}", reply.body);
            assert_eq!(reply.id(), first);
            check(release, &read(release, media, &reply.body));
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn large_events_are_converted_and_pages_of_them_end_early() {
    let settings = Settings { page_bytes_max: 300_000, ..Settings::default() };
    let server = Server::with(settings).await;
    let mut event = event(Release::R4, "large");
    event["outcomeDesc"] = "x".repeat(70_000).into();
    for _ in 0..3 {
        assert_eq!(server.post("/fhir/r4/AuditEvent", &event.to_string()).await.status, 201);
    }
    // As it stands all three have room; converted ones are taken to be four times as large.
    for (door, media, room) in
        [(Release::R4, Json, 3), (Release::R4, Xml, 1), (Release::R5, Json, 1)]
    {
        let page = get(&server, &url(door), door, media).await;
        let entries = page["entry"].as_array().unwrap();
        assert_eq!(entries.len(), room, "{door:?} {media:?}");
        let links = page["link"].as_array().unwrap();
        assert_eq!(links.iter().any(|link| link["relation"] == "next"), room < 3);
        let one = format!("{}/{}", url(door), entries[0]["resource"]["id"].as_str().unwrap());
        assert_eq!(get(&server, &one, door, media).await, entries[0]["resource"]);
        let history = get(&server, &format!("{one}/_history"), door, media).await;
        assert_eq!(history["entry"][0]["resource"], entries[0]["resource"]);
    }
    server.stop().await;
}
