//! Signing in and out, and asking the platform at once.

use connector_platform::login;
use connector_platform::{Notice, SafeLink};
use serde_json::{Value, json};
use tower_lsp::ls_types::{MessageType, ProgressToken};

use super::job::{Done, Job, Stop};
use super::links::EditorOpener;
use crate::advice::Advice;
use crate::outbox::Outbox;

/// `base44.signIn`: shows a code, opens the page that takes it, and waits.
pub(crate) async fn sign_in(job: &Job) -> Done {
    let environment = job.environment.clone();
    job.progress.report("asking for a code");
    let code = job
        .asking(async move {
            login::check_home(&environment)?;
            login::start(&environment).await
        })
        .await?
        .map_err(|error| Stop::advised(&error))?;
    let sentence = format!("Enter the code {} at {} to sign in.", code.user_code, code.verification_uri);
    job.progress.report(&sentence);
    let page = code.verification_uri_complete.as_ref().unwrap_or(&code.verification_uri).clone();
    let _shown = match &job.token {
        Some(token) if job.has_views => Some(SigningIn::new(job, &code.user_code, &page, token)),
        _ => {
            job.show(MessageType::INFO, sentence);
            None
        }
    };
    let opener = EditorOpener::new(job);
    job.asking(async move { opener.show(&page, "The page to sign in is").await }).await?;
    let reporter = job.progress.reporter();
    let notice = move |notice: Notice| reporter.report(&notice.to_text(), None);
    let account =
        job.asking(async move { code.finish(notice).await }).await?.map_err(|error| Stop::advised(&error))?;
    let who = crate::status::account_name(&account);
    job.world(|world| world.reopen_platforms()).await?;
    job.conclude(MessageType::INFO, format!("Signed in as {who}."));
    Ok(json!({"account": who}))
}

/// What a client with views of its own shows while a sign-in waits; told that it is over however it ends.
struct SigningIn(Outbox);

impl SigningIn {
    fn new(job: &Job, code: &str, page: &SafeLink, token: &ProgressToken) -> Self {
        let params = json!({"code": code, "page": page.as_str(), "token": token});
        job.out.notify_raw("base44/signIn", params);
        Self(job.out.clone())
    }
}

impl Drop for SigningIn {
    fn drop(&mut self) {
        self.0.notify_raw("base44/signIn", Value::Null);
    }
}

/// `base44.signOut`: asks, and forgets the login of this machine.
pub(crate) async fn sign_out(job: &Job) -> Done {
    let environment = job.environment.clone();
    let account = job.on_disk(move || login::who(&environment, None).ok()).await?;
    let who =
        account.map_or(String::new(), |account| format!(" as {}", crate::status::account_name(&account)));
    let question =
        format!("Sign out of Base44{who}? Everything else of Base44 on this computer is signed out too.");
    job.confirm(MessageType::WARNING, question, "Sign Out").await?;
    let environment = job.environment.clone();
    job.network(async move { login::sign_out(&environment).await })
        .await?
        .map_err(|error| Stop::advised(&error))?;
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
    let problem = result.as_ref().err().map(Advice::from);
    job.world(move |world| world.refreshed_by_hand(&root, result.err())).await?;
    match problem {
        Some(advice) => Err(Stop::Advised(advice)),
        None => Ok(Value::Null),
    }
}
