//! Authorizations at the terminal: pages opened one after the other, all watched, Esc to pass one over.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use clap::Args;
use connector_platform::SafeLink;
use connector_sync::{
    Event, Events, Opened, Opener, Opening, Outcome, OutcomeStatus, PendingAuthorization, Run, browser, words,
};
use tokio::sync::Notify;

use crate::session::{Session, ask};
use crate::terminal::{Answer, Key, Keys, Paint, Progress, Terminal};

/// How the pages come up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pages {
    /// In a browser, one after the other.
    InBrowser,
    /// The person opens the links that are shown.
    ByHand,
}

impl Pages {
    /// Whether a browser is wanted or not.
    pub(crate) fn of(no_open: bool) -> Self {
        if no_open { Pages::ByHand } else { Pages::InBrowser }
    }
}

/// How authorizations are waited for, and what it means that some are not given.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ConsentOptions {
    /// Open no browser: show the links, and wait until they have been opened by hand.
    #[arg(long)]
    pub(crate) no_open: bool,
    /// Exit with 3 where authorizations are still pending.
    #[arg(long)]
    pub(crate) fail_on_pending: bool,
    /// How long each authorization is waited for, in seconds [default: 120].
    #[arg(long, value_name = "SECONDS")]
    pub(crate) wait: Option<u64>,
}

impl ConsentOptions {
    /// How the pages come up.
    pub(crate) fn pages(&self) -> Pages {
        Pages::of(self.no_open)
    }
}

/// Approves an authorization, by its connection id, without a person.
pub(crate) type Approve = Arc<dyn Fn(&str) + Send + Sync>;

/// Says which connectors wait, and their links.
pub(crate) fn show_links(terminal: &Terminal, pending: &[PendingAuthorization]) {
    let paint = |link: &str| terminal.paint(Paint::Link, link);
    terminal.say(&format!("\n{}", words::requires_authorization(pending, paint).join("\n")));
}

/// Has a person authorize; what timed out, was refused or belongs to somebody else is offered again.
pub(crate) async fn authorize(
    session: &Session,
    terminal: &Terminal,
    wanted: &[PendingAuthorization],
    pages: Pages,
    ask_again: bool,
    run: &Run,
) -> Vec<Outcome> {
    let mut outcomes = once(session, terminal, wanted, pages, run).await;
    loop {
        let again: Vec<String> = outcomes
            .iter()
            .filter(|outcome| matches!(outcome.status, OutcomeStatus::TimedOut | OutcomeStatus::Denied))
            .map(|outcome| outcome.type_name.clone())
            .collect();
        if again.is_empty() || !ask_again || !terminal.asks() || run.cancel.is_cancelled() {
            return outcomes;
        }
        terminal.say("");
        let question = format!("Try again to authorize {}?", again.join(", "));
        if ask(terminal, &run.cancel, &question, false).await != Answer::Yes {
            return outcomes;
        }
        let prepared = session.engine.pending_for(&again, &session.connectors, run).await;
        if !prepared.pending.is_empty() {
            show_links(terminal, &prepared.pending);
        }
        let mut later = prepared.outcomes;
        later.extend(once(session, terminal, &prepared.pending, pages, run).await);
        for outcome in later {
            if let Some(place) = outcomes.iter_mut().find(|before| before.type_name == outcome.type_name) {
                *place = outcome;
            }
        }
    }
}

/// Has every authorization approved without a person.
pub(crate) async fn approved(
    session: &Session,
    terminal: &Terminal,
    wanted: &[PendingAuthorization],
    approve: Approve,
    run: &Run,
) -> Vec<Outcome> {
    let said = terminal.clone();
    let events = Events::to(move |event| {
        if let Event::Finished { outcome, .. } = event {
            said.say_marked(&words::authorized(&outcome.type_name, &outcome.status));
        }
    });
    let opener = ApprovingOpener { terminal: terminal.clone(), wanted: wanted.to_vec(), approve };
    session.engine.authorize(wanted, &opener, &Run { events, cancel: run.cancel.clone() }).await
}

struct ApprovingOpener {
    terminal: Terminal,
    wanted: Vec<PendingAuthorization>,
    approve: Approve,
}

impl Opener for ApprovingOpener {
    fn open<'a>(
        &'a self,
        type_name: &'a str,
        _link: &'a SafeLink,
    ) -> Pin<Box<dyn Future<Output = Opened> + Send + 'a>> {
        Box::pin(async move {
            self.terminal.say(&format!("Approving {type_name}..."));
            let known = self.wanted.iter().find(|pending| pending.type_name == type_name);
            if let Some(id) = known.and_then(|pending| pending.connection_id.as_deref()) {
                (self.approve)(id);
            }
            Opened::Yes
        })
    }
}

async fn once(
    session: &Session,
    terminal: &Terminal,
    wanted: &[PendingAuthorization],
    pages: Pages,
    run: &Run,
) -> Vec<Outcome> {
    watched(terminal, wanted, pages, run, async |opener, run| {
        session.engine.authorize(wanted, opener, run).await
    })
    .await
}

/// Gives work an opener of this terminal, says how each authorization ends, and reads Esc and Ctrl-C meanwhile.
pub(crate) async fn watched<T>(
    terminal: &Terminal,
    wanted: &[PendingAuthorization],
    pages: Pages,
    run: &Run,
    work: impl AsyncFnOnce(&dyn Opener, &Run) -> T,
) -> T {
    let progress: Moving = Arc::default();
    let opener = TerminalOpener {
        terminal: terminal.clone(),
        pages,
        wanted: wanted.to_vec(),
        progress: progress.clone(),
        skip: Arc::new(Notify::new()),
    };
    let mut keys = Keys::watch(terminal);
    let skip = opener.skip.clone();
    let cancel = run.cancel.clone();
    let reading = async {
        loop {
            match keys.next().await {
                Key::Skip => skip.notify_waiters(),
                Key::Interrupt => cancel.cancel(),
            }
        }
    };
    let (before, said) = (run.events.clone(), terminal.clone());
    let shown = progress.clone();
    let events = Events::to(move |event| {
        before.pass(event);
        if let Event::Finished { outcome, .. } = event {
            // While another is waited for, the line about that one stays.
            lock(&shown).take_if(|(of, _)| *of == outcome.type_name);
            let nobody_there = !said.asks() && matches!(outcome.status, OutcomeStatus::Skipped);
            if !nobody_there {
                said.say_marked(&words::authorized(&outcome.type_name, &outcome.status));
            }
        }
    });
    let told = Run { events, cancel: run.cancel.clone() };
    let result = tokio::select! {
        result = work(&opener, &told) => result,
        never = reading => never,
    };
    lock(&progress).take();
    result
}

/// A link that nobody has been shown yet.
fn link_alone(type_name: &str, link: &SafeLink) -> PendingAuthorization {
    PendingAuthorization {
        type_name: type_name.to_owned(),
        link: link.clone(),
        connection_id: None,
        since: 0,
        scopes: Vec::new(),
    }
}

/// The line that moves, and the type that it speaks of; none where it speaks of all.
type Moving = Arc<Mutex<Option<(String, Progress)>>>;

fn lock(moving: &Mutex<Option<(String, Progress)>>) -> MutexGuard<'_, Option<(String, Progress)>> {
    moving.lock().unwrap_or_else(PoisonError::into_inner)
}

struct TerminalOpener {
    terminal: Terminal,
    pages: Pages,
    wanted: Vec<PendingAuthorization>,
    progress: Moving,
    skip: Arc<Notify>,
}

impl TerminalOpener {
    fn open_now(&self, type_name: &str, link: &SafeLink) -> Opened {
        let known = self.wanted.iter().find(|pending| pending.type_name == type_name);
        let opened = match self.pages {
            Pages::ByHand => {
                if known.is_none() {
                    show_links(&self.terminal, &[link_alone(type_name, link)]);
                }
                Opened::Yes
            }
            Pages::InBrowser => {
                if known.is_none() {
                    // It may open where the person is not.
                    show_links(&self.terminal, &[link_alone(type_name, link)]);
                }
                self.terminal.say(&format!("\n{}", words::opening(type_name)));
                match browser::open(link) {
                    Ok(()) => Opened::Yes,
                    Err(error) => Opened::Failed(error.to_string()),
                }
            }
        };
        if let Opened::Failed(_) = &opened {
            self.terminal.say(&format!(
                "The browser did not open. Open this link yourself: {}",
                self.terminal.paint(Paint::Link, link.as_str())
            ));
        }
        let (of, said) = match self.pages {
            Pages::InBrowser => (type_name, words::waiting(type_name)),
            Pages::ByHand => ("", "Waiting for the authorizations... (Esc to skip)".to_owned()),
        };
        let mut moving = lock(&self.progress);
        match moving.as_mut() {
            Some((now, progress)) => {
                *now = of.to_owned();
                progress.set(&said);
            }
            None => *moving = Some((of.to_owned(), self.terminal.progress(&said))),
        }
        opened
    }
}

impl Opener for TerminalOpener {
    fn open<'a>(
        &'a self,
        type_name: &'a str,
        link: &'a SafeLink,
    ) -> Pin<Box<dyn Future<Output = Opened> + Send + 'a>> {
        Box::pin(async move {
            if !self.terminal.asks() && self.pages == Pages::InBrowser {
                // Nobody is there to act: the link is said, and what waits is kept.
                if !self.wanted.iter().any(|pending| pending.type_name == type_name) {
                    show_links(&self.terminal, &[link_alone(type_name, link)]);
                    self.terminal.say("");
                }
                return Opened::Skipped;
            }
            self.open_now(type_name, link)
        })
    }

    fn skipped<'a>(&'a self, _type_name: &'a str) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(self.skip.notified())
    }

    fn opening(&self) -> Opening {
        match self.pages {
            Pages::InBrowser => Opening::OneByOne,
            Pages::ByHand => Opening::AtOnce,
        }
    }
}
