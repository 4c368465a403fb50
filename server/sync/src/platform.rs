//! The calls of the platform.

use std::path::Path;
use std::sync::Arc;

use connector_model::project::AppId;

use crate::wire::{
    AuthorizationStatus, AvailableType, RemoteConnector, SetAnswer, StripeInstall, StripeStatus,
};
use crate::{Account, ErrorKind, Notice, PlatformError, SetupError, Surroundings};

/// The platform as one user. Cheap to clone; clones share connections and the login.
#[derive(Clone)]
pub struct Platform {
    base: String,
    account: Account,
    notice: Arc<dyn Fn(Notice) + Send + Sync>,
}

impl Platform {
    /// Decides where the platform is and as whom to speak to it. Nothing is sent.
    ///
    /// # Errors
    /// [`SetupError`], which says what to do.
    pub fn connect(surroundings: &Surroundings, project_root: Option<&Path>) -> Result<Platform, SetupError> {
        let _ = (surroundings, project_root);
        Err(SetupError::SignedOut(String::new()))
    }

    /// The same, telling `notice` of waits and repeats.
    #[must_use]
    pub fn observed(&self, notice: impl Fn(Notice) + Send + Sync + 'static) -> Platform {
        Platform { notice: Arc::new(notice), ..self.clone() }
    }

    /// The platform's address, without a slash at its end.
    pub fn base_url(&self) -> &str {
        &self.base
    }

    /// As whom the platform is spoken to.
    pub fn account(&self) -> Account {
        self.account.clone()
    }

    /// The app's connectors. Stripe is never among them.
    ///
    /// # Errors
    /// [`PlatformError`].
    pub async fn list(&self, app: &AppId) -> Result<Vec<RemoteConnector>, PlatformError> {
        let _ = app;
        Err(self.later())
    }

    /// Sets the scopes of a connector, which adds it where it is not there.
    ///
    /// # Errors
    /// [`PlatformError`].
    pub async fn set_scopes(
        &self,
        app: &AppId,
        type_name: &str,
        scopes: &[String],
    ) -> Result<SetAnswer, PlatformError> {
        let _ = (app, type_name, scopes);
        Err(self.later())
    }

    /// How the authorization of one connection stands.
    ///
    /// # Errors
    /// [`PlatformError`].
    pub async fn authorization_status(
        &self,
        app: &AppId,
        type_name: &str,
        connection_id: &str,
    ) -> Result<AuthorizationStatus, PlatformError> {
        let _ = (app, type_name, connection_id);
        Err(self.later())
    }

    /// Removes a connector from the app.
    ///
    /// # Errors
    /// [`PlatformError`].
    pub async fn remove(&self, app: &AppId, type_name: &str) -> Result<(), PlatformError> {
        let _ = (app, type_name);
        Err(self.later())
    }

    /// The types that the platform offers this app. Stripe is never among them.
    ///
    /// # Errors
    /// [`PlatformError`].
    pub async fn available(&self, app: &AppId) -> Result<Vec<AvailableType>, PlatformError> {
        let _ = app;
        Err(self.later())
    }

    /// How Stripe stands. May take a minute.
    ///
    /// # Errors
    /// [`PlatformError`].
    pub async fn stripe_status(&self, app: &AppId) -> Result<StripeStatus, PlatformError> {
        let _ = app;
        Err(self.later())
    }

    /// Installs a Stripe sandbox. May take a minute.
    ///
    /// # Errors
    /// [`PlatformError`].
    pub async fn stripe_install(&self, app: &AppId) -> Result<StripeInstall, PlatformError> {
        let _ = app;
        Err(self.later())
    }

    /// Removes Stripe from the app. May take a minute.
    ///
    /// # Errors
    /// [`PlatformError`].
    pub async fn stripe_remove(&self, app: &AppId) -> Result<(), PlatformError> {
        let _ = app;
        Err(self.later())
    }

    /// The app's dashboard, for a person.
    pub fn dashboard_url(&self, app: &AppId) -> String {
        format!("{}/apps/{app}/editor/workspace/overview", self.base)
    }

    /// The app's connectors in its dashboard, for a person.
    pub fn connectors_url(&self, app: &AppId) -> String {
        format!("{}/apps/{app}/editor/workspace/app-connections", self.base)
    }

    fn later(&self) -> PlatformError {
        (self.notice)(Notice::Refreshing);
        PlatformError::new(ErrorKind::Unavailable, "calling the platform", "not yet")
    }
}
