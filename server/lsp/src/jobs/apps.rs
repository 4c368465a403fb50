//! The apps that a project can be linked to.

use connector_boundary::AppId;
use connector_boundary::text::printable;
use connector_platform::{ErrorKind, Platform, PlatformError, RemoteApp};
use serde_json::{Value, json};

use super::job::{Done, Job};
use crate::advice::Advice;

/// So much of a name or a description is read in a list.
const MAX_SHOWN: usize = 120;

/// `base44.listApps`: the account's apps, or the one of this id. What is in the way is a part of the answer, as the
/// person can give an id without a list.
pub(crate) async fn list_apps(job: &Job, app: Option<&str>) -> Done {
    let (environment, root) = (job.environment.clone(), job.root().ok());
    let platform = match job.on_disk(move || Platform::connect(&environment, root.as_deref())).await? {
        Ok(platform) => platform,
        Err(error) => {
            let kind = if error.is_signed_out() { "signedOut" } else { "other" };
            return Ok(refused(kind, &Advice::from(&error)));
        }
    };
    let app = match app.map(AppId::new).transpose() {
        Ok(app) => app,
        Err(error) => return Ok(refused("notFound", &Advice::from(&error))),
    };
    let told = job.asking(async move {
        match app {
            Some(app) => platform.app(&app).await.map(|app| vec![app]),
            None => platform.apps().await,
        }
    });
    Ok(match told.await? {
        Ok(apps) => json!({"apps": apps.iter().map(told_of).collect::<Vec<_>>(), "problem": null}),
        Err(error) => refused(kind_of(&error), &Advice::from(&error)),
    })
}

/// What stands in the way, as far as a client does something else about it.
fn kind_of(error: &PlatformError) -> &'static str {
    match error.kind() {
        ErrorKind::SignedOut => "signedOut",
        ErrorKind::NotFound | ErrorKind::Forbidden => "notFound",
        _ => "other",
    }
}

fn told_of(app: &RemoteApp) -> Value {
    json!({
        "id": app.id.as_str(),
        "name": printable(&app.name, MAX_SHOWN),
        "description": printable(&app.description, MAX_SHOWN),
    })
}

fn refused(kind: &str, advice: &Advice) -> Value {
    json!({"apps": [], "problem": {"kind": kind, "message": advice.message}})
}
