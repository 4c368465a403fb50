//! The calls of the platform.

use std::path::Path;
use std::sync::Arc;

use connector_boundary::AppId;
use connector_boundary::text::{printable, printable_name};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::credentials::{Credentials, Observer, choose};
use crate::http::{Answer, Attempts, Authorization, Body, Call, Http};
use crate::timeouts::whole;
use crate::wire::{
    AuthorizationStatus, AvailableAnswer, AvailableList, ListAnswer, OfAnswer, RemoteApp, RemoteList,
    RemoveAnswer, SetAnswer, SetReply, StatusAnswer, StripeInstall, StripeInstallAnswer, StripeRemoveAnswer,
    StripeStatus, StripeStatusAnswer,
};
use crate::{Account, Environment, ErrorKind, Notice, PlatformError, SetupError};

/// What stays as it is in a part of a path or query. A dot does not: `..` would lead elsewhere.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');
/// A type longer than this is none.
const MAX_TYPE_BYTES: usize = 128;

/// So many apps are listed, the last changed first: nobody reads on to more.
const MAX_APPS: usize = 50;

/// What works where the platform does not let a workspace key do something, as it does not with connectors.
const KEY_REFUSED: &str = "Base44 lets no workspace key (BASE44_API_KEY) do this. Without a person at hand, set BASE44_ACCESS_TOKEN and BASE44_REFRESH_TOKEN to a login instead.";

/// The platform as one user. Cheap to clone; clones share connections and the login.
#[derive(Clone)]
pub struct Platform {
    shared: Arc<Shared>,
    observer: Observer,
}

struct Shared {
    http: Arc<Http>,
    credentials: Credentials,
    account: Account,
}

impl Platform {
    /// Decides where the platform is and as whom to speak to it. Nothing is sent.
    ///
    /// # Errors
    /// [`SetupError`], which says what to do.
    pub fn connect(environment: &Environment, project_root: Option<&Path>) -> Result<Platform, SetupError> {
        let (base, credentials, account) = choose(environment, project_root)?;
        let http = Arc::new(Http::new(base, environment));
        Ok(Platform { shared: Arc::new(Shared { http, credentials, account }), observer: Arc::new(|_| {}) })
    }

    /// The same, telling `notice` of waits and repeats.
    #[must_use]
    pub fn observed(&self, notice: impl Fn(Notice) + Send + Sync + 'static) -> Platform {
        Platform { observer: Arc::new(notice), shared: self.shared.clone() }
    }

    /// The platform's address, without a slash at its end.
    pub fn base_url(&self) -> &str {
        self.shared.http.base.as_str()
    }

    /// As whom the platform is spoken to.
    pub fn account(&self) -> Account {
        self.shared.account.clone()
    }

    /// The account's apps, the last changed first, and not more than are read.
    ///
    /// # Errors
    /// [`PlatformError`].
    pub async fn apps(&self) -> Result<Vec<RemoteApp>, PlatformError> {
        let query = format!("?sort=-updated_date&fields=id,name,user_description&limit={MAX_APPS}");
        let call = self.read_apps(&query, "reading your apps");
        let (answer, id) = self.answer(&call).await?;
        let apps = answer.read_list(&call, &id)?;
        Ok(apps.iter().filter_map(|app| RemoteApp::read(app)).take(MAX_APPS).collect())
    }

    /// One of the account's apps.
    ///
    /// # Errors
    /// [`PlatformError`]; of the kind [`ErrorKind::NotFound`] or [`ErrorKind::Forbidden`] where the account has no such app.
    pub async fn app(&self, app: &AppId) -> Result<RemoteApp, PlatformError> {
        let call = self.read_apps(&format!("/{app}?fields=id,name"), "looking for the app");
        let (answer, id) = self.answer(&call).await?;
        let entry: Box<RawValue> = answer.read(&call, &id)?;
        let why = "Base44's answer does not say which app it is about";
        RemoteApp::read(&entry).ok_or_else(|| answer.malformed(&call, &id, why))
    }

    /// The app's connectors. Stripe is never among them.
    ///
    /// # Errors
    /// [`PlatformError`].
    pub async fn list(&self, app: &AppId) -> Result<RemoteList, PlatformError> {
        let call = self.read(app, "/external-auth/list", "", "reading the app's connectors");
        self.listed::<ListAnswer>(app, &call).await.map(Into::into)
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
        let doing = format!("setting the scopes of {}", printable_name(type_name));
        check_type(type_name, &doing)?;
        let call = Call {
            path: format!("/api/apps/{app}/external-auth/integrations/{}", encoded(type_name)),
            template: "/external-auth/integrations/{type}",
            body: Body::Json(serde_json::json!({ "scopes": scopes }).to_string()),
            ..self.change(Method::PUT, doing)
        };
        let (answer, id) = self.answer(&call).await?;
        let reply: SetReply = answer.read(&call, &id)?;
        if !reply.is_one() {
            let why = "Base44's answer does not say whether the connector is authorized";
            return Err(answer.malformed(&call, &id, why));
        }
        reply.answer().map_err(|error| {
            answer.malformed(&call, &id, &format!("Base44's authorization link {error}")).with_hint(
                "Nothing was opened. Check that BASE44_API_URL leads to Base44, and tell its support.",
            )
        })
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
        let query =
            format!("?integration_type={}&connection_id={}", encoded(type_name), encoded(connection_id));
        let doing = format!("asking for the authorization of {}", printable_name(type_name));
        let call = self.read(app, "/external-auth/status", &query, &doing);
        self.data::<StatusAnswer>(&call).await.map(Into::into)
    }

    /// Removes a connector from the app.
    ///
    /// # Errors
    /// [`PlatformError`].
    pub async fn remove(&self, app: &AppId, type_name: &str) -> Result<(), PlatformError> {
        let doing = format!("removing {}", printable_name(type_name));
        check_type(type_name, &doing)?;
        let call = Call {
            path: format!("/api/apps/{app}/external-auth/integrations/{}/remove", encoded(type_name)),
            template: "/external-auth/integrations/{type}/remove",
            ..self.change(Method::DELETE, doing)
        };
        let (answer, id) = self.answer(&call).await?;
        let removed: RemoveAnswer = answer.read(&call, &id)?;
        if removed.status.eq_ignore_ascii_case("removed") {
            return Ok(());
        }
        let why = format!("Base44 answered '{}' instead of 'removed'", printable(&removed.status, 60));
        Err(answer.malformed(&call, &id, &why))
    }

    /// The types that the platform offers this app. Stripe is never among them.
    ///
    /// # Errors
    /// [`PlatformError`].
    pub async fn available(&self, app: &AppId) -> Result<AvailableList, PlatformError> {
        let call =
            self.read(app, "/external-auth/available-integrations", "", "reading what can be connected");
        self.listed::<AvailableAnswer>(app, &call).await.map(Into::into)
    }

    /// How Stripe stands. May take a minute.
    ///
    /// # Errors
    /// [`PlatformError`].
    pub async fn stripe_status(&self, app: &AppId) -> Result<StripeStatus, PlatformError> {
        let call = self.read(app, "/payments/stripe/status", "", "asking for Stripe's state");
        self.data::<StripeStatusAnswer>(&self.slow(call)).await.map(Into::into)
    }

    /// Installs a Stripe sandbox. May take a minute.
    ///
    /// # Errors
    /// [`PlatformError`].
    pub async fn stripe_install(&self, app: &AppId) -> Result<StripeInstall, PlatformError> {
        let call = self.slow(Call {
            path: format!("/api/apps/{app}/payments/stripe/install"),
            template: "/payments/stripe/install",
            ..self.change(Method::POST, "installing Stripe".to_owned())
        });
        self.data::<StripeInstallAnswer>(&call).await.map(Into::into)
    }

    /// Removes Stripe from the app. May take a minute.
    ///
    /// # Errors
    /// [`PlatformError`].
    pub async fn stripe_remove(&self, app: &AppId) -> Result<(), PlatformError> {
        let call = self.slow(Call {
            path: format!("/api/apps/{app}/payments/stripe"),
            template: "/payments/stripe",
            ..self.change(Method::DELETE, "removing Stripe".to_owned())
        });
        let (answer, id) = self.answer(&call).await?;
        let removed: StripeRemoveAnswer = answer.read(&call, &id)?;
        if removed.success {
            return Ok(());
        }
        Err(answer.malformed(&call, &id, "Base44 says that it did not succeed"))
    }

    /// Waits until a renewal of the login that is under way has been kept. To be awaited before the process
    /// ends early, as by Ctrl-C; bounded by the renewal's own bound.
    pub async fn settle(&self) {
        if let Credentials::Tokens(keeper) = &self.shared.credentials {
            keeper.settle().await;
        }
    }

    /// The app's dashboard, for a person.
    pub fn dashboard_url(&self, app: &AppId) -> String {
        format!("{}/apps/{app}/editor/workspace/overview", self.base_url())
    }

    /// The app's connectors in its dashboard, for a person.
    pub fn connectors_url(&self, app: &AppId) -> String {
        format!("{}/apps/{app}/editor/workspace/app-connections", self.base_url())
    }

    pub(crate) async fn userinfo(&self) -> Result<crate::login::Person, PlatformError> {
        let call = Call {
            path: "/oauth/userinfo".to_owned(),
            template: "/oauth/userinfo",
            repeatable: true,
            ..self.change(Method::GET, "asking who is signed in".to_owned())
        };
        self.data(&call).await
    }

    fn read(&self, app: &AppId, template: &'static str, query: &str, doing: &str) -> Call {
        Call {
            path: format!("/api/apps/{app}{template}{query}"),
            template,
            repeatable: true,
            ..self.change(Method::GET, doing.to_owned())
        }
    }

    /// A call about apps as such: `rest` is what stands behind their address.
    fn read_apps(&self, rest: &str, doing: &str) -> Call {
        Call {
            path: format!("/api/apps{rest}"),
            template: "/api/apps",
            repeatable: true,
            ..self.change(Method::GET, doing.to_owned())
        }
    }

    fn change(&self, method: Method, doing: String) -> Call {
        let bound = self.shared.http.timeouts.call;
        Call {
            method,
            path: String::new(),
            template: "",
            doing,
            body: Body::None,
            bound,
            whole: whole(bound),
            repeatable: false,
        }
    }

    fn slow(&self, call: Call) -> Call {
        let bound = self.shared.http.timeouts.stripe;
        Call { bound, whole: whole(bound), ..call }
    }

    async fn data<T: DeserializeOwned>(&self, call: &Call) -> Result<T, PlatformError> {
        let (answer, id) = self.answer(call).await?;
        answer.read(call, &id)
    }

    /// The same of a list: the head of the answer may say that it is a part. One of another app is none.
    async fn listed<T: DeserializeOwned + OfAnswer>(
        &self,
        app: &AppId,
        call: &Call,
    ) -> Result<T, PlatformError> {
        let (answer, id) = self.answer(call).await?;
        let list: T = answer.read(call, &id)?;
        if let Some(other) = list.another_app(app) {
            let why = format!("Base44's answer is about another app, {}", printable_name(other));
            return Err(answer.malformed(call, &id, &why));
        }
        Ok(list.of_answer(answer.status, &answer.about))
    }

    /// The answer to a call, of any status but 401, and the call's id. The login is renewed before where it is
    /// about to end, and once after a 401.
    async fn answer(&self, call: &Call) -> Result<(Answer, String), PlatformError> {
        let Shared { http, credentials, .. } = &*self.shared;
        let mut attempts = Attempts::new(call);
        let notice = &*self.observer;
        let answer = match credentials {
            Credentials::Key(key) => {
                http.send(call, Some(&Authorization::Key(key.clone())), &mut attempts, notice).await?
            }
            Credentials::Tokens(keeper) => {
                let tokens = keeper.tokens(http, &self.observer).await.map_err(|error| error.during(call))?;
                let answer = http.send(call, Some(&(&tokens).into()), &mut attempts, notice).await?;
                if answer.status == 401 {
                    let tokens = keeper
                        .renew(&tokens, http, &self.observer)
                        .await
                        .map_err(|error| error.during(call))?;
                    http.send(call, Some(&(&tokens).into()), &mut attempts, notice).await?
                } else {
                    answer
                }
            }
        };
        let id = attempts.request_id;
        if answer.status == 403 && matches!(credentials, Credentials::Key(_)) {
            return Err(answer.error(call, &id).with_hint(KEY_REFUSED).with_variable(credentials.variable()));
        }
        if answer.status != 401 {
            return Ok((answer, id));
        }
        let reason = format!("Base44 does not accept {}", credentials.name());
        Err(PlatformError::new(ErrorKind::SignedOut, &call.doing, reason)
            .with_hint(credentials.remedy())
            .with_variable(credentials.variable())
            .with_status(401)
            .with_request_id(&id))
    }
}

/// A type is put into a path: one that cannot be a type is not.
fn check_type(type_name: &str, doing: &str) -> Result<(), PlatformError> {
    let fits = !type_name.is_empty()
        && type_name.len() <= MAX_TYPE_BYTES
        && type_name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if fits {
        return Ok(());
    }
    let reason = format!(
        "'{}' is no connector type: it has letters, digits, '-' and '_' only",
        printable_name(type_name)
    );
    Err(PlatformError::new(ErrorKind::Invalid, doing, reason))
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}
