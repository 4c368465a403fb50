//! Proxies and certificates as the system has them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use connector_platform::{ErrorKind, Platform, PlatformError};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::support::World;

/// A platform behind TLS whose certificate a company signed.
struct Company {
    port: u16,
    certificate: String,
    connections: Arc<AtomicUsize>,
}

impl Company {
    async fn start() -> Company {
        let authority_key = KeyPair::generate().unwrap();
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = authority.self_signed(&authority_key).unwrap().pem();
        let issuer = Issuer::new(authority, authority_key);
        let key = KeyPair::generate().unwrap();
        let names = ["localhost", "app.base44.invalid"].map(str::to_owned);
        let leaf = CertificateParams::new(names).unwrap().signed_by(&key, &issuer).unwrap();
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let seen = connections.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                seen.fetch_add(1, Ordering::Relaxed);
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    continue;
                };
                let _ = stream.read(&mut [0; 4096]).await;
                let answer = "HTTP/1.1 200 OK\r\ncontent-length: 19\r\n\r\n{\"integrations\":[]}";
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Company { port, certificate, connections }
    }
}

async fn list(world: &World, url: &str, variables: &[(&str, &str)]) -> Result<usize, PlatformError> {
    let mut all = vec![("BASE44_CONNECTORS_TIMEOUT", "10")];
    all.extend(variables);
    let environment = world.environment(&all).with_api_url(Some(url.to_owned()));
    let platform = Platform::connect(&environment, None).unwrap();
    platform.list(&world.app).await.map(|list| list.connectors.len())
}

#[tokio::test]
async fn a_companys_certificate_is_trusted_once_it_is_named() {
    let world = World::signed_in().await;
    let company = Company::start().await;
    let url = format!("https://localhost:{}", company.port);
    let file = world.home().join("company.pem");
    std::fs::write(&file, &company.certificate).unwrap();
    let file = file.to_str().unwrap();
    for name in ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"] {
        assert_eq!(list(&world, &url, &[(name, file)]).await.unwrap(), 0, "{name}");
    }

    let before = company.connections.load(Ordering::Relaxed);
    let error = list(&world, &url, &[]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Network);
    assert!(
        error.reason().starts_with(&format!("the certificate of localhost:{} is not trusted", company.port))
    );
    assert!(error.hint().contains("SSL_CERT_FILE") && error.hint().contains("NODE_EXTRA_CA_CERTS"));
    assert_eq!(
        company.connections.load(Ordering::Relaxed) - before,
        1,
        "that does not change by trying again"
    );
}

#[tokio::test]
async fn a_file_that_holds_no_certificate_is_named() {
    let world = World::signed_in().await;
    let login = world.login_path();
    let missing = std::fs::read("/no/such/file").unwrap_err().to_string();
    for (path, why) in [("/no/such/file", missing.as_str()), (login.to_str().unwrap(), "no PEM certificates")]
    {
        let error = list(&world, "https://localhost:1", &[("NODE_EXTRA_CA_CERTS", path)]).await.unwrap_err();
        assert!(error.reason().contains("NODE_EXTRA_CA_CERTS") && error.reason().contains(why), "{error}");
    }
}

/// A proxy that lets nobody through, and what it was asked.
async fn proxy() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = asked.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut bytes = [0; 4096];
            let count = stream.read(&mut bytes).await.unwrap_or(0);
            seen.lock().unwrap().push(String::from_utf8_lossy(&bytes[..count]).into_owned());
            let _ = stream.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n").await;
        }
    });
    (address.to_string(), asked)
}

#[tokio::test]
async fn the_proxy_of_the_environment_is_asked_and_never_given_the_login() {
    let world = World::signed_in().await;
    let (address, asked) = proxy().await;
    let named = format!("http://me:hunter2@{address}");
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        asked.lock().unwrap().clear();
        let error = list(&world, "https://app.base44.invalid", &[(name, &named)]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Network);
        assert!(!error.to_string().contains("hunter2"), "{error}");
        assert!(error.reason().contains("app.base44.invalid, or the proxy 127.0.0.1 before it,"), "{error}");
        let asked = asked.lock().unwrap();
        assert!(asked[0].starts_with("CONNECT app.base44.invalid:443 HTTP/1.1\r\n"), "{name}: {asked:?}");
        assert!(asked[0].to_lowercase().contains("proxy-authorization: basic "));
        assert!(!asked.join("").contains(&world.sandbox.login().access_token));
    }
}

#[tokio::test]
async fn no_proxy_stands_before_the_platform_where_that_is_said_and_never_before_this_machine() {
    let world = World::signed_in().await;
    let (address, asked) = proxy().await;
    let named = format!("http://{address}");
    let variables = [("HTTPS_PROXY", named.as_str()), ("NO_PROXY", "localhost,.base44.invalid")];
    assert!(list(&world, "https://app.base44.invalid", &variables).await.is_err());
    list(&world, world.sandbox.url(), &[("HTTPS_PROXY", &named), ("HTTP_PROXY", &named)]).await.unwrap();
    assert!(asked.lock().unwrap().is_empty());
}

/// A SOCKS proxy that leads every connection to this port, and the names that it was asked for.
async fn socks_proxy(port: u16) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = asked.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            // The greeting: version, methods; then the request: version, command, 0, 3 (a name), its length, it, port.
            let mut greeting = [0; 2];
            stream.read_exact(&mut greeting).await.unwrap();
            stream.read_exact(&mut vec![0; usize::from(greeting[1])]).await.unwrap();
            stream.write_all(&[5, 0]).await.unwrap();
            let mut request = [0; 5];
            stream.read_exact(&mut request).await.unwrap();
            assert_eq!(request[..4], [5, 1, 0, 3]);
            let mut name = vec![0; usize::from(request[4]) + 2];
            stream.read_exact(&mut name).await.unwrap();
            name.truncate(name.len() - 2);
            seen.lock().unwrap().push(String::from_utf8(name).unwrap());
            stream.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 80]).await.unwrap();
            let mut platform = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            let _ = tokio::io::copy_bidirectional(&mut stream, &mut platform).await;
        }
    });
    (address.to_string(), asked)
}

#[tokio::test]
async fn a_socks_proxy_leads_to_the_platform() {
    let world = World::signed_in().await;
    let company = Company::start().await;
    let file = world.home().join("company.pem");
    std::fs::write(&file, &company.certificate).unwrap();
    let (address, asked) = socks_proxy(company.port).await;
    let named = format!("socks5h://{address}");
    let variables = [("ALL_PROXY", named.as_str()), ("SSL_CERT_FILE", file.to_str().unwrap())];
    assert_eq!(list(&world, "https://app.base44.invalid", &variables).await.unwrap(), 0);
    assert_eq!(*asked.lock().unwrap(), ["app.base44.invalid"]);
}

#[tokio::test]
async fn a_proxy_that_nothing_here_speaks_to_is_named_with_what_works() {
    let world = World::signed_in().await;
    let variables = [("ALL_PROXY", "socks://me:hunter2@127.0.0.1:1080/")];
    let error = list(&world, "https://app.base44.invalid", &variables).await.unwrap_err();
    assert!(error.reason().contains("begins with socks, which nothing here speaks"), "{error}");
    assert!(
        error.reason().contains("socks5://host:port") && !error.to_string().contains("hunter2"),
        "{error}"
    );
}
