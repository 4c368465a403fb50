//! The connections: certificates and proxies as the system has them.

use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use reqwest::{Certificate, Client, NoProxy, Proxy};

use crate::host::Base;
use crate::patience::Patience;
use crate::secret::mask;
use crate::{SetupError, Surroundings};

/// The variables that name more certificates, in PEM.
const CERTIFICATES: [&str; 3] = ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE"];
/// A certificate file larger than this, in bytes, is none.
const LARGEST_BUNDLE: u64 = 16 * 1024 * 1024;

/// Connections to one platform. They are made at the first call.
pub(crate) struct Http {
    pub base: Base,
    pub patience: Patience,
    surroundings: Surroundings,
    client: OnceLock<Result<Client, SetupError>>,
}

impl Http {
    pub(crate) fn new(base: Base, surroundings: &Surroundings) -> Http {
        Http {
            base,
            patience: Patience::of(surroundings),
            surroundings: surroundings.clone(),
            client: OnceLock::new(),
        }
    }

    pub(crate) fn client(&self) -> Result<&Client, SetupError> {
        self.client.get_or_init(|| self.build()).as_ref().map_err(Clone::clone)
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
            .connect_timeout(self.patience.connect)
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
            let Some(path) = self.surroundings.variable(name) else {
                continue;
            };
            let pem = read_bundle(Path::new(path))
                .map_err(|error| SetupError::Connection(format!("{name} names {path}: {error}")))?;
            let certificates = Certificate::from_pem_bundle(&pem).map_err(|_| {
                SetupError::Connection(format!("{name} names {path}, which holds no PEM certificates"))
            })?;
            all.extend(certificates);
        }
        Ok(all)
    }

    /// The proxies of the environment; none on the way to this machine itself.
    fn proxies(&self) -> Result<Vec<Proxy>, SetupError> {
        if self.base.is_loopback() {
            return Ok(Vec::new());
        }
        let either = |name: &str| {
            let lower = name.to_lowercase();
            self.surroundings.variable(&lower).or_else(|| self.surroundings.variable(name))
        };
        let except = either("NO_PROXY").and_then(NoProxy::from_string);
        let named = either("HTTPS_PROXY").or_else(|| either("ALL_PROXY"));
        let Some(address) = named else {
            return Ok(Vec::new());
        };
        let proxy = Proxy::all(address).map_err(|_| {
            SetupError::Connection(format!("the proxy '{}' is no URL; write http://host:port", mask(address)))
        })?;
        Ok(vec![proxy.no_proxy(except)])
    }
}

fn read_bundle(path: &Path) -> Result<Vec<u8>, String> {
    let metadata = path.metadata().map_err(|error| error.to_string())?;
    if !metadata.is_file() || metadata.len() > LARGEST_BUNDLE {
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
