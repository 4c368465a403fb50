//! Signing in and out, and asking the platform at once.

use connector_platform::Notice;
use connector_platform::login::{self, LoginError};
use serde_json::{Value, json};
use tower_lsp::ls_types::MessageType;

use super::job::{Done, Job, Stop};
use super::links::EditorOpener;
use super::push::with_hint;

/// `base44.signIn`: shows a code, opens the page that takes it, and waits.
pub(crate) async fn sign_in(job: &Job) -> Done {
    let environment = job.environment.clone();
    job.progress.report("asking for a code");
    let code = job
        .asking(async move { login::start(&environment).await })
        .await?
        .map_err(|error| Stop::error(login_failure(&error)))?;
    let sentence = format!("Enter the code {} at {} to sign in.", code.user_code, code.verification_uri);
    job.progress.report(&sentence);
    job.show(MessageType::INFO, sentence);
    let page = code.verification_uri_complete.as_ref().unwrap_or(&code.verification_uri).clone();
    let opener = EditorOpener::new(job);
    job.asking(async move { opener.show(&page, "The page to sign in is").await }).await?;
    let reporter = job.progress.reporter();
    let notice = move |notice: Notice| reporter.report(&notice.to_text(), None);
    let account = job
        .asking(async move { code.finish(notice).await })
        .await?
        .map_err(|error| Stop::error(login_failure(&error)))?;
    let who = crate::status::account_name(&account);
    job.world(|world| world.reopen_platforms()).await?;
    job.conclude(MessageType::INFO, format!("Signed in as {who}."));
    Ok(json!({"account": who}))
}

fn login_failure(error: &LoginError) -> String {
    match error {
        LoginError::Platform(error) => with_hint(error),
        error => error.to_string(),
    }
}

/// `base44.signOut`.
pub(crate) async fn sign_out(job: &Job) -> Done {
    let environment = job.environment.clone();
    job.network(async move { login::sign_out(&environment).await })
        .await?
        .map_err(|error| Stop::error(error.to_string()))?;
    job.world(|world| world.reopen_platforms()).await?;
    job.conclude(MessageType::INFO, "Signed out of Base44.");
    Ok(Value::Null)
}

/// `base44.refresh`: asks now, and says what is wrong where the background only keeps it.
pub(crate) async fn refresh(job: &Job) -> Done {
    let engine = job.engine().await?;
    let run = job.run(connector_sync::Events::none());
    let answer = job.asking(async move {
        let answer = engine.snapshot(&run).await;
        let _ = engine.available(&run).await;
        answer
    });
    let result = answer.await?;
    let root = job.root()?;
    let problem = result.as_ref().err().map(with_hint);
    job.world(move |world| world.refreshed_by_hand(&root, result.err())).await?;
    match problem {
        Some(message) => Err(Stop::error(message)),
        None => Ok(Value::Null),
    }
}
