//! Clients that show certificates: whose are taken, and who their holders are.
use crate::{
    identified,
    server::{Server, open},
    tls_client::{Authority, Client, Identity},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kiln_identity::{CertificateRule, CertificateRules, Holder, Role, TenantId, Thumbprint};
use kiln_server::{
    App, ClientCertificates, IdentitySettings, Listeners, Settings, Tenant, Tls, TlsMaterial,
};
use kiln_store::{
    clock::SystemClock,
    disk::{Disk, RealDisk},
};
use serde_json::json;
use std::sync::Arc;
use tempfile::TempDir;

/// A server whose clients show certificates, and who they are.
struct Known {
    server: Server,
    authority: Authority,
    /// Trusted by itself.
    alone: Identity,
    /// The same, and its time is over.
    late: Identity,
    /// Of the issuer.
    _keys: TempDir,
}

impl Known {
    async fn start(clients: ClientCertificates) -> Self {
        let keys = tempfile::tempdir().unwrap();
        let (authority, alone) = (Authority::new(), Identity::alone("alone"));
        let late = Identity::alone_expired("late");
        let rule = |holder, sender: &str, role| CertificateRule {
            holder,
            sender: sender.to_owned(),
            tenant: TenantId::default(),
            role,
        };
        let by_itself = |it: &Identity| Holder::Thumbprint(Thumbprint(it.thumbprint()));
        let certificates = CertificateRules::new(vec![
            rule(Holder::Subject("CN=reader".to_owned()), "reader", Role::Reader),
            rule(by_itself(&alone), "alone", Role::Reader),
            rule(by_itself(&late), "late", Role::Reader),
        ]);
        let thumbprints = certificates.thumbprints().map(|it| it.0).collect();
        let tls = Tls::new(&TlsMaterial {
            clients,
            client_authorities: authority.certificate.pem().into_bytes(),
            client_thumbprints: thumbprints,
            ..material(&authority.issue("server"))
        });
        let identity = IdentitySettings {
            certificates,
            asks_certificates: true,
            ..identified::by_issuer(keys.path())
        };
        let server = serve(identity, Arc::new(tls.unwrap())).await;
        Self { server, authority, alone, late, _keys: keys }
    }

    fn client(&self, shows: Option<&Identity>) -> Client {
        Client::new(self.server.port, &self.authority, shows)
    }

    /// The status, or none where the handshake failed.
    async fn status(&self, shows: Option<&Identity>) -> Option<u16> {
        self.ask(shows, "").await
    }

    async fn ask(&self, shows: Option<&Identity>, fields: &str) -> Option<u16> {
        let asked = self.client(shows).ask("/fhir/r4/AuditEvent", fields).await;
        asked.ok().map(|reply| reply.status)
    }
}

fn material(server: &Identity) -> TlsMaterial {
    TlsMaterial {
        certificates: server.certificate.pem().into_bytes(),
        key: server.key.serialize_pem().into_bytes(),
        ..TlsMaterial::default()
    }
}

async fn serve(identity: IdentitySettings, tls: Arc<Tls>) -> Server {
    let (folder, settings) = (tempfile::tempdir().unwrap(), Settings::default());
    let store = Arc::new(open(&folder.path().join("tenants/default"), [1; 32]));
    let tenant = Tenant::new(TenantId::default(), Arc::clone(&store), &settings).unwrap();
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let app = App::new(tenant, settings, Arc::new(SystemClock)).unwrap();
    let app = app.with_identity(identity, &disk).unwrap();
    Server::listening(folder, store, app, |main| Listeners::from(main).with_tls(tls)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_good_certificates_come_in_where_they_are_required() {
    let known = Known::start(ClientCertificates::Required).await;
    assert_eq!(known.status(Some(&known.authority.issue("reader"))).await, Some(200));
    assert_eq!(known.status(Some(&known.alone)).await, Some(200));
    assert_eq!(known.status(None).await, None, "none was shown");
    let foreign = Authority::new().issue("reader");
    assert_eq!(known.status(Some(&foreign)).await, None, "another authority's");
    let expired = known.authority.issue_expired("reader");
    assert_eq!(known.status(Some(&expired)).await, None, "its time is over");
    assert_eq!(known.status(Some(&known.late)).await, None, "trusted, but its time is over");
    let unknown = Identity::alone("alone");
    assert_eq!(known.status(Some(&unknown)).await, None, "of a trusted one's name");
    known.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_certificate_that_nobody_named_is_nobodys() {
    let known = Known::start(ClientCertificates::Required).await;
    let somebody = known.authority.issue("somebody");
    assert_eq!(known.status(Some(&somebody)).await, Some(401));
    known.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_certificates_are_optional_a_bad_one_is_refused_all_the_same() {
    let known = Known::start(ClientCertificates::Optional).await;
    assert_eq!(known.status(None).await, Some(401));
    assert_eq!(known.status(Some(&known.authority.issue("reader"))).await, Some(200));
    assert_eq!(known.status(Some(&Authority::new().issue("reader"))).await, None);
    known.server.stop().await;
}

/// RFC 8705 §3: who has stolen the token alone has nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_bound_to_a_certificate_is_good_with_that_one_alone() {
    let known = Known::start(ClientCertificates::Optional).await;
    let (holder, thief) = (known.authority.issue("nobody"), known.authority.issue("nobody"));
    let x5t = URL_SAFE_NO_PAD.encode(holder.thumbprint());
    let claims = json!({ "roles": ["reader"], "cnf": { "x5t#S256": x5t } });
    let bound = format!("authorization: Bearer {}\r\n", identified::token("default", &claims));
    assert_eq!(known.ask(Some(&holder), &bound).await, Some(200));
    assert_eq!(known.ask(Some(&thief), &bound).await, Some(401));
    assert_eq!(known.ask(None, &bound).await, Some(401));
    let reader = known.authority.issue("reader");
    assert_eq!(known.ask(Some(&reader), &bound).await, Some(401), "though its holder may read");
    let claims = json!({ "roles": ["reader"] });
    let free = format!("authorization: Bearer {}\r\n", identified::token("default", &claims));
    assert_eq!(known.ask(Some(&thief), &free).await, Some(200), "an unbound one is anybody's");
    known.server.stop().await;
}

#[tokio::test]
async fn nobody_is_asked_for_what_nobody_could_show() {
    let server = Authority::new().issue("server");
    let none = TlsMaterial { clients: ClientCertificates::Required, ..material(&server) };
    assert!(Tls::new(&none).is_err());
    let broken = TlsMaterial { client_authorities: b"no pem".to_vec(), ..none };
    assert!(Tls::new(&broken).is_err());
}
