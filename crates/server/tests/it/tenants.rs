//! Each tenant has addresses, a log and page tokens of its own; logs open and close as they are
//! used.
use crate::{
    api::event,
    identified::{Identified, TENANTS},
};
use kiln_server::Settings;
use serde_json::Value;

const EVENT: &str = r#"{"resourceType":"AuditEvent","type":{"code":"x"},
    "recorded":"2024-06-15T08:30:00Z","agent":[{"requestor":true}],
    "source":{"observer":{"display":"d"}}}"#;

fn link(bundle: &Value, relation: &str) -> Option<String> {
    let links = bundle["link"].as_array().unwrap();
    let link = links.iter().find(|link| link["relation"] == relation)?;
    Some(link["url"].as_str().unwrap().to_owned())
}

fn path(url: &str) -> &str {
    &url[url.find("/t/").unwrap()..]
}

#[tokio::test]
async fn addresses_carry_the_tenant_everywhere() {
    let kiln = Identified::start(Settings::default()).await;
    let token = kiln.admin("ward-alpha");
    for _ in 0..3 {
        let created = kiln.post(&token, "/t/ward-alpha/fhir/r4/AuditEvent", EVENT).await;
        assert_eq!(created.status, 201, "{}", created.body);
        let location = created.field("location").unwrap();
        assert!(location.contains("/t/ward-alpha/fhir/r4/AuditEvent/"), "{location}");
        assert_eq!(kiln.get(&token, path(location)).await.status, 200);
    }
    let (fields, plain) = ("content-type: application/json\r\n", event("1", 1).to_string());
    let plain = kiln.ask(&token, "POST", "/t/ward-alpha/api/audit-events", fields, &plain).await;
    let location = plain.field("location").unwrap();
    assert!(location.contains("/t/ward-alpha/api/audit-events/"), "{location}");
    let found = kiln.get(&token, "/t/ward-alpha/fhir/r4/AuditEvent?_count=1").await.json();
    for relation in ["self", "next"] {
        let url = link(&found, relation).unwrap();
        assert!(url.contains("/t/ward-alpha/fhir/r4/AuditEvent?"), "{url}");
    }
    let full_url = found["entry"][0]["fullUrl"].as_str().unwrap();
    assert!(full_url.contains("/t/ward-alpha/fhir/r4/AuditEvent/"), "{full_url}");
    let next = link(&found, "next").unwrap();
    let next = kiln.get(&token, path(&next)).await;
    assert_eq!(next.json()["entry"].as_array().unwrap().len(), 1);
    let metadata = kiln.get(&token, "/t/ward-alpha/fhir/r4/metadata").await.json();
    let base = metadata["implementation"]["url"].as_str().unwrap();
    assert!(base.ends_with("/t/ward-alpha/fhir/r4"), "{base}");
    kiln.server.stop().await;
}

#[tokio::test]
async fn a_page_token_of_one_tenant_is_good_for_nothing_in_another() {
    let kiln = Identified::start(Settings::default()).await;
    let mut urls = Vec::new();
    for tenant in TENANTS {
        let token = kiln.admin(tenant);
        for _ in 0..2 {
            kiln.post(&token, &format!("/t/{tenant}/fhir/r4/AuditEvent"), EVENT).await;
        }
        let found = kiln.get(&token, &format!("/t/{tenant}/fhir/r4/AuditEvent?_count=1")).await;
        urls.push(link(&found.json(), "next").unwrap());
    }
    let [alpha, beta] = [path(&urls[0]), path(&urls[1])];
    let swapped = alpha.replace("ward-alpha", "ward-beta");
    let token = kiln.admin("ward-beta");
    assert_eq!(kiln.get(&token, beta).await.status, 200);
    let refused = kiln.get(&token, &swapped).await;
    assert_eq!(refused.status, 400, "{}", refused.body);
    kiln.server.stop().await;
}

#[tokio::test]
async fn each_log_has_a_name_and_a_key_of_its_own() {
    let kiln = Identified::start(Settings::default()).await;
    let mut keys = vec![kiln.get(&kiln.admin("default"), "/log/key").await.body];
    for tenant in TENANTS {
        let reply = kiln.get(&kiln.admin(tenant), &format!("/t/{tenant}/log/key")).await;
        assert_eq!(reply.status, 200);
        keys.push(reply.body);
    }
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 3);
    let nobody = kiln.server.get("/log/key").await;
    assert_eq!(nobody.status, 401, "the log is for auditors and witnesses");
    kiln.server.stop().await;
}

#[tokio::test]
async fn a_public_log_is_for_anybody_and_nothing_else_is() {
    let kiln = Identified::start(Settings { public_log: true, ..Settings::default() }).await;
    assert_eq!(kiln.server.get("/t/ward-alpha/log/checkpoint").await.status, 200);
    assert_eq!(kiln.server.get("/t/ward-gamma/log/checkpoint").await.status, 404);
    assert_eq!(kiln.server.get("/t/ward-alpha/fhir/r4/AuditEvent").await.status, 401);
    kiln.server.stop().await;
}

#[tokio::test]
async fn logs_are_closed_to_make_room_and_lose_nothing() {
    let kiln = Identified::start(Settings { tenants_open_max: 1, ..Settings::default() }).await;
    for round in 1..=3 {
        for tenant in TENANTS {
            let token = kiln.admin(tenant);
            let base = format!("/t/{tenant}/fhir/r4/AuditEvent");
            assert_eq!(kiln.post(&token, &base, EVENT).await.status, 201);
            let found = kiln.get(&token, &format!("{base}?_summary=count")).await;
            assert_eq!(found.json()["total"], round, "{tenant}");
        }
    }
    kiln.server.stop().await;
}

#[tokio::test]
async fn many_at_once_are_served_or_told_to_wait() {
    let kiln = Identified::start(Settings { tenants_open_max: 1, ..Settings::default() }).await;
    let tokens = TENANTS.map(|tenant| (tenant, kiln.admin(tenant)));
    let asked = (0..40).map(|number| {
        let (tenant, token) = &tokens[number % 2];
        let (kiln, path) = (&kiln, format!("/t/{tenant}/fhir/r4/AuditEvent"));
        async move { (*tenant, kiln.post(token, &path, EVENT).await.status) }
    });
    let answers = futures_join(asked).await;
    for (tenant, token) in &tokens {
        let stored = answers.iter().filter(|it| it.0 == *tenant && it.1 == 201).count();
        let path = format!("/t/{tenant}/fhir/r4/AuditEvent?_summary=count");
        let mut found = kiln.get(token, &path).await;
        for _ in 0..50 {
            if found.status != 503 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            found = kiln.get(token, &path).await;
        }
        assert_eq!(found.json()["total"], stored, "{tenant}: {}", found.body);
    }
    let others = answers.iter().filter(|(_, status)| !matches!(status, 201 | 503));
    assert_eq!(others.count(), 0, "{answers:?}");
    kiln.server.stop().await;
}

/// All of them, at once.
async fn futures_join<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut futures: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(move |context| {
        let mut is_pending = false;
        for (future, done) in &mut futures {
            if done.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *done = Some(value),
                    std::task::Poll::Pending => is_pending = true,
                }
            }
        }
        if is_pending {
            return std::task::Poll::Pending;
        }
        std::task::Poll::Ready(futures.drain(..).filter_map(|(_, done)| done).collect())
    })
    .await
}
