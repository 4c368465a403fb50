//! The thread that reads and analyses the code of all projects, so that the loop never waits for it.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use connector_model::code::{CodeBase, CodeFolders, STACK, SharedCode};
use connector_model::project::Project;

use crate::event::Events;

/// A text that is open in the editor.
pub(crate) struct OpenText {
    pub(crate) path: PathBuf,
    pub(crate) version: i32,
    pub(crate) text: Arc<str>,
}

/// What is to be done for one project.
pub(crate) enum Order {
    /// Read all of it, with these texts over what is on disk.
    Read(Arc<Project>, Vec<OpenText>),
    /// A text was opened or changed.
    Text(OpenText),
    /// It was closed: the disk counts again.
    Close(PathBuf),
    /// Something happened at these places on disk.
    Look(Vec<PathBuf>),
    /// The project is gone.
    Forget,
}

/// What the code of a project is known to do.
pub(crate) struct Analysed {
    pub(crate) root: PathBuf,
    pub(crate) code: Option<SharedCode>,
    /// Where its code lies; none where nothing is known of it.
    pub(crate) folders: Option<CodeFolders>,
    /// Which version of each text it is.
    pub(crate) versions: Vec<(PathBuf, i32)>,
    /// The files that were closed or looked at: something else may be said of them, however little changed.
    pub(crate) touched: Vec<PathBuf>,
}

/// Gives orders to the thread, which starts with the first.
#[derive(Default)]
pub(crate) struct Desk {
    orders: Option<Sender<(PathBuf, Order)>>,
}

impl Desk {
    /// Gives an order for the project of a root; false where nobody takes it.
    pub(crate) fn give(&mut self, events: &Events, root: &Path, order: Order) -> bool {
        let orders = match &self.orders {
            Some(orders) => orders,
            None => match start(events.clone()) {
                Ok(orders) => self.orders.insert(orders),
                Err(error) => {
                    tracing::error!("the app's code is not looked at: {error}");
                    return false;
                }
            },
        };
        orders.send((root.to_owned(), order)).is_ok()
    }
}

fn start(events: Events) -> std::io::Result<Sender<(PathBuf, Order)>> {
    let (sender, receiver) = channel();
    let thread = std::thread::Builder::new().name("code".to_owned()).stack_size(STACK);
    thread.spawn(move || run(&receiver, &events))?;
    Ok(sender)
}

/// Works for as long as somebody can give orders. What has piled up is done at once: a burst of edits costs one
/// analysis.
fn run(orders: &Receiver<(PathBuf, Order)>, events: &Events) {
    let mut bases: HashMap<PathBuf, CodeBase> = HashMap::new();
    while let Ok(first) = orders.recv() {
        let mut waiting: Vec<(PathBuf, Vec<Order>)> = Vec::new();
        for (root, order) in std::iter::once(first).chain(orders.try_iter()) {
            match waiting.iter_mut().find(|(known, _)| *known == root) {
                Some((_, orders)) => orders.push(order),
                None => waiting.push((root, vec![order])),
            }
        }
        for (root, orders) in waiting {
            let base = bases.remove(&root);
            let mut analysed = Analysed {
                root: root.clone(),
                code: None,
                folders: None,
                versions: versions(&orders),
                touched: touched(&orders),
            };
            // What brings the analysis down is left alone until the project is read anew.
            let done = catch_unwind(AssertUnwindSafe(|| {
                let mut base = work(base, orders)?;
                analysed.code = base.app().map(Arc::new);
                analysed.folders = Some(base.folders().clone());
                Some(base)
            }));
            events.send("code analysed", move |world| world.take_code(analysed));
            match done {
                Ok(Some(mut base)) => {
                    base.tidy();
                    bases.insert(root, base);
                }
                Ok(None) => {}
                Err(_) => tracing::error!("the code of {} is not known any more", root.display()),
            }
        }
    }
}

/// What is known of a project after some orders; none where it is nothing.
fn work(mut base: Option<CodeBase>, orders: Vec<Order>) -> Option<CodeBase> {
    // Whatever came before a reading is in it.
    let last = orders.iter().rposition(|order| matches!(order, Order::Read(..))).unwrap_or(0);
    for order in orders.into_iter().skip(last) {
        match order {
            Order::Read(project, open) => {
                let read = CodeBase::read(&project).map(CodeBase::with_deep_stack);
                base = match (read, base.take()) {
                    (Some(read), Some(before)) => {
                        Some(read.after(before, open.iter().map(|open| open.path.as_path())))
                    }
                    (read, _) => read,
                };
                for open in open {
                    base.as_mut()?.set_text(&open.path, open.text);
                }
            }
            Order::Text(open) => base.as_mut()?.set_text(&open.path, open.text),
            Order::Close(path) => base.as_mut()?.close(&path),
            Order::Look(paths) => base.as_mut()?.look_again(&paths),
            Order::Forget => base = None,
        }
    }
    base
}

/// The version of each text as it is by the last order.
fn versions(orders: &[Order]) -> Vec<(PathBuf, i32)> {
    let mut versions: HashMap<&Path, i32> = HashMap::new();
    for order in orders {
        match order {
            Order::Read(_, open) => {
                versions.extend(open.iter().map(|open| (open.path.as_path(), open.version)));
            }
            Order::Text(open) => {
                versions.insert(&open.path, open.version);
            }
            Order::Close(path) => {
                versions.remove(path.as_path());
            }
            Order::Look(_) | Order::Forget => {}
        }
    }
    versions.into_iter().map(|(path, version)| (path.to_owned(), version)).collect()
}

fn touched(orders: &[Order]) -> Vec<PathBuf> {
    let mut touched = Vec::new();
    for order in orders {
        match order {
            Order::Close(path) => touched.push(path.clone()),
            Order::Look(paths) => touched.extend(paths.iter().cloned()),
            _ => {}
        }
    }
    touched
}
