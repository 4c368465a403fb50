//! The connections: certificates and proxies as the system has them.

use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use connector_boundary::secret::mask;
use connector_boundary::text::printable;
use reqwest::{Certificate, Client, NoProxy, Proxy};

use crate::host::Base;
use crate::timeouts::Timeouts;
use crate::{Environment, SetupError};

/// The variables that name more certificates, in PEM.
const CERTIFICATES: [&str; 3] = ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE"];
/// How a proxy may be spoken to, as the beginning of its address says.
const PROXY_SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];
/// A certificate file larger than this, in bytes, is none.
const MAX_BUNDLE_BYTES: u64 = 16 * 1024 * 1024;

/// Connections to one platform. They are made at the first call.
pub(crate) struct Http {
    pub base: Base,
    pub timeouts: Timeouts,
    environment: Environment,
    client: OnceLock<Result<Client, SetupError>>,
}

impl Http {
    pub(crate) fn new(base: Base, environment: &Environment) -> Http {
        Http {
            base,
            timeouts: Timeouts::of(environment),
            environment: environment.clone(),
            client: OnceLock::new(),
        }
    }

    pub(crate) fn client(&self) -> Result<&Client, SetupError> {
        self.client.get_or_init(|| self.build()).as_ref().map_err(Clone::clone)
    }

    /// The platform's host, and the proxy before it, for what is said of a connection that failed.
    pub(super) fn far_end(&self) -> String {
        let host = self.base.host();
        let proxy = self.proxy_address().and_then(|address| url::Url::parse(address).ok());
        match proxy.as_ref().and_then(|proxy| proxy.host_str()) {
            Some(proxy) => format!("{host}, or the proxy {} before it,", printable(proxy, 80)),
            None => host,
        }
    }

    fn build(&self) -> Result<Client, SetupError> {
        // Another part of the process may have chosen one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .user_agent(concat!("base44-connectors/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .http1_only()
            .connect_timeout(self.timeouts.connect)
            .pool_idle_timeout(Duration::from_secs(30))
            .pool_max_idle_per_host(8);
        if self.base.is_private() {
            builder = builder.tls_certs_merge(self.certificates()?);
        } else {
            // Nothing is encrypted on the way to this machine itself: no certificates are read for it.
            builder = builder.tls_certs_only([]);
        }
        let proxies = self.proxies()?;
        // Where the environment is silent, macOS and Windows have settings of their own.
        let systems_own = cfg!(any(windows, target_os = "macos")) && proxies.is_empty();
        if self.base.is_loopback() || !systems_own {
            builder = builder.no_proxy();
        }
        for proxy in proxies {
            builder = builder.proxy(proxy);
        }
        builder.build().map_err(|error| SetupError::Connection(mask(&innermost(&error))))
    }

    fn certificates(&self) -> Result<Vec<Certificate>, SetupError> {
        let mut all = Vec::new();
        for name in CERTIFICATES {
            let Some(path) = self.environment.variable(name) else {
                continue;
            };
            let pem = read_bundle(Path::new(path))
                .map_err(|error| SetupError::Connection(format!("{name} names {path}: {error}")))?;
            let certificates = Certificate::from_pem_bundle(&pem).unwrap_or_default();
            if certificates.is_empty() {
                let why = format!("{name} names {path}, which holds no PEM certificates");
                return Err(SetupError::Connection(why));
            }
            all.extend(certificates);
        }
        Ok(all)
    }

    /// A variable by its name in small letters, as is usual for proxies, or in capitals.
    fn either(&self, name: &str) -> Option<&str> {
        self.environment.variable(&name.to_lowercase()).or_else(|| self.environment.variable(name))
    }

    /// The proxy of the environment; none on the way to this machine itself.
    fn proxy_address(&self) -> Option<&str> {
        let named = self.either("HTTPS_PROXY").or_else(|| self.either("ALL_PROXY"));
        named.filter(|_| !self.base.is_loopback())
    }

    fn proxies(&self) -> Result<Vec<Proxy>, SetupError> {
        let Some(address) = self.proxy_address() else {
            return Ok(Vec::new());
        };
        let except = self.either("NO_PROXY").and_then(NoProxy::from_string);
        let scheme = address.split_once("://").map(|(scheme, _)| scheme.to_lowercase());
        if let Some(scheme) = scheme.filter(|scheme| !PROXY_SCHEMES.contains(&scheme.as_str())) {
            return Err(SetupError::Connection(format!(
                "the proxy '{}' begins with {}, which nothing here speaks; write http://host:port, or \
                 socks5://host:port",
                mask(address),
                printable(&scheme, 20)
            )));
        }
        let proxy = Proxy::all(address).map_err(|_| {
            SetupError::Connection(format!("the proxy '{}' is no URL; write http://host:port", mask(address)))
        })?;
        Ok(vec![proxy.no_proxy(except)])
    }
}

fn read_bundle(path: &Path) -> Result<Vec<u8>, String> {
    let metadata = path.metadata().map_err(|error| error.to_string())?;
    if !metadata.is_file() || metadata.len() > MAX_BUNDLE_BYTES {
        return Err("it is no file of certificates".to_owned());
    }
    std::fs::read(path).map_err(|error| error.to_string())
}

/// The text of the error at the bottom, which says most.
pub(super) fn innermost(error: &dyn std::error::Error) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}
