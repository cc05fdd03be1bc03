//! TLS is verified: a certificate signed by nobody known, for another name, or expired ends the request before anything is
//! sent, and the error says that it is the certificate. A host's own authority can be added.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use medfeed::{Error, Fetch as _, FetchRequest, FetchResponse, HttpFetcher, HttpFetcherBuilder, Result};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use crate::support::limits;
use crate::support::names::Names;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate for that name and its key, signed by the authority; expired ones ended in 2001.
fn signed(authority: &Authority, name: &str, expired: bool) -> (rcgen::Certificate, KeyPair) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    if expired {
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(2001, 1, 1);
    }
    (params.signed_by(&key, authority).unwrap(), key)
}

struct TlsServer {
    port: u16,
    answered: Arc<AtomicUsize>,
}

impl TlsServer {
    /// Answers everything with a feed, under this certificate; asks for a client's certificate when there is an authority
    /// for them.
    async fn start((certificate, key): (rcgen::Certificate, KeyPair), clients: Option<&Authority>) -> Self {
        let chain: Vec<CertificateDer<'static>> = vec![certificate.der().clone()];
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = match clients {
            None => ServerConfig::builder().with_no_client_auth(),
            Some(authority) => {
                let mut roots = RootCertStore::empty();
                roots.add(authority.der().clone()).unwrap();
                let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap();
                ServerConfig::builder().with_client_cert_verifier(verifier)
            }
        };
        let acceptor = TlsAcceptor::from(Arc::new(config.with_single_cert(chain, key).unwrap()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let answered = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&answered);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, counter) = (acceptor.clone(), Arc::clone(&counter));
                tokio::spawn(async move {
                    let mut stream = acceptor.accept(stream).await.ok()?;
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        head.push(stream.read_u8().await.ok()?);
                    }
                    counter.fetch_add(1, Ordering::SeqCst);
                    let answer = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 6\r\n\r\n<rss/>";
                    stream.write_all(answer).await.ok()?;
                    stream.shutdown().await.ok()
                });
            }
        });
        Self { port, answered }
    }

    async fn get(&self, fetcher: &HttpFetcher, name: &str) -> Result<FetchResponse> {
        let url = format!("https://{name}:{}/feed", self.port).parse().unwrap();
        fetcher.fetch(FetchRequest::new(url)).await
    }
}

fn builder() -> HttpFetcherBuilder {
    HttpFetcher::builder()
        .allow_network("127.0.0.1")
        .resolver(Names::default())
        .limits(limits())
}

fn is_the_certificate(error: &Error) {
    assert!(
        error.is_certificate() && error.is_connect() && !error.is_timeout(),
        "{error:?}"
    );
    assert_eq!(error.requests(), 0);
    assert!(error.to_string().contains("certificate"), "{error}");
}

const NAME: &str = "feeds.example.org";

#[tokio::test]
async fn an_unknown_authority_is_refused_until_it_is_added() {
    let hospital = authority("Ward 7");
    let server = TlsServer::start(signed(&hospital, NAME, false), None).await;
    for fetcher in [
        builder(),
        builder().root_certificate_pem(authority("Ward 8").pem().as_bytes()),
        // A host's client that does not care is made to.
        builder().client(reqwest::Client::builder().tls_danger_accept_invalid_certs(true)),
    ] {
        is_the_certificate(&server.get(&fetcher.build().unwrap(), NAME).await.unwrap_err());
    }
    assert_eq!(server.answered.load(Ordering::SeqCst), 0);
    let both = format!("{}{}", authority("Ward 8").pem(), hospital.pem());
    let fetcher = builder().root_certificate_pem(both.as_bytes()).build().unwrap();
    assert_eq!(server.get(&fetcher, NAME).await.unwrap().body, b"<rss/>");
}

#[tokio::test]
async fn another_name_and_an_expired_certificate_are_refused() {
    let hospital = authority("Ward 7");
    let trusting = || builder().root_certificate_pem(hospital.pem().as_bytes());
    let server = TlsServer::start(signed(&hospital, NAME, false), None).await;
    is_the_certificate(
        &server
            .get(&trusting().build().unwrap(), "other.example.org")
            .await
            .unwrap_err(),
    );
    let careless = reqwest::Client::builder().tls_danger_accept_invalid_hostnames(true);
    let careless = trusting().client(careless).build().unwrap();
    is_the_certificate(&server.get(&careless, "other.example.org").await.unwrap_err());
    let expired = TlsServer::start(signed(&hospital, NAME, true), None).await;
    is_the_certificate(&expired.get(&trusting().build().unwrap(), NAME).await.unwrap_err());
    assert_eq!(
        server.answered.load(Ordering::SeqCst) + expired.answered.load(Ordering::SeqCst),
        0
    );
}

#[tokio::test]
async fn a_client_shows_its_certificate_when_asked() {
    let hospital = authority("Ward 7");
    let server = TlsServer::start(signed(&hospital, NAME, false), Some(&hospital)).await;
    let trusting = || builder().root_certificate_pem(hospital.pem().as_bytes());
    let error = server.get(&trusting().build().unwrap(), NAME).await.unwrap_err();
    assert!(error.is_connect() && !error.is_certificate(), "{error:?}");
    let (certificate, key) = signed(&hospital, "reader.example.org", false);
    let pem = format!("{}{}", key.serialize_pem(), certificate.pem());
    let fetcher = trusting().client_identity_pem(pem.as_bytes()).build().unwrap();
    assert_eq!(server.get(&fetcher, NAME).await.unwrap().body, b"<rss/>");
}

#[test]
fn certificates_without_sense_are_said_to_be() {
    for pem in [
        "",
        "no certificate",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        let error = builder().root_certificate_pem(pem.as_bytes()).build().unwrap_err();
        assert!(error.is_invalid(), "{pem}: {error:?}");
        let error = builder().client_identity_pem(pem.as_bytes()).build().unwrap_err();
        assert!(error.is_invalid(), "{pem}: {error:?}");
    }
}
