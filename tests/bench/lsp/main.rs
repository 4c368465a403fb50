//! The language server beside the least a server can be, and beside the JSON server of VS Code.
//!
//! `cargo bench --bench lsp` prints a Markdown table; `-- --quick` runs every part a few times, to see
//! that it works. One client speaks to all servers over pipes: the clock starts just before an edit is
//! written and stops when the answer has been read. Servers take turns, so that what else the machine
//! does meets all of them.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod agents;
mod apps;
mod client;
mod code;
mod edits;
mod files;
mod floor;
mod open;
mod peer;
mod session;
mod table;

use std::time::Duration;

use crate::client::Server;
use crate::table::Table;

/// How often each thing is measured.
pub(crate) struct Effort {
    /// Edits that are not counted.
    pub(crate) warm_up: usize,
    /// Edits that are, of each server.
    pub(crate) edits: usize,
    /// Edits of one server before it is the next one's turn.
    pub(crate) turn: usize,
    /// What an author needs at least between two key strokes.
    pub(crate) pause: Duration,
    /// Processes started.
    pub(crate) starts: usize,
    /// Edits of a burst.
    pub(crate) burst: i64,
    /// Other connector files in a workspace.
    pub(crate) files: usize,
    /// Functions of the app whose code is looked at.
    pub(crate) functions: usize,
    /// Calls to the platform that hang.
    pub(crate) hanging: usize,
    /// Documents that are open at once.
    pub(crate) open: usize,
}

const FULL: Effort = Effort {
    warm_up: 40,
    edits: 400,
    turn: 50,
    pause: Duration::from_millis(4),
    starts: 21,
    burst: 1000,
    files: 10_000,
    functions: 580,
    hanging: 20,
    open: 2_000,
};
const QUICK: Effort = Effort {
    warm_up: 2,
    edits: 6,
    turn: 3,
    pause: Duration::ZERO,
    starts: 2,
    burst: 50,
    files: 100,
    functions: 20,
    hanging: 20,
    open: 50,
};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    if has(floor::ARGUMENT) {
        return floor::serve();
    }
    // `cargo test` runs benches without `--bench`, to see that they work.
    let quick = has("--quick") || !has("--bench");
    let effort = if quick { QUICK } else { FULL };
    let only = arguments.iter().find(|argument| !argument.starts_with('-'));
    let wanted = |name: &str| only.is_none_or(|only| name.contains(only.as_str()));

    let json = match peer::find(!quick) {
        Ok(server) => Some(server),
        Err(reason) => {
            eprintln!("without the JSON server: {reason}");
            None
        }
    };
    let servers = Servers { floor: Server::floor(), ours: Server::ours(), json };
    let mut table = Table::default();
    if wanted("edit") {
        edits::measure(&servers, &effort, &mut table);
    }
    if wanted("burst") {
        session::burst(&servers, &effort, &mut table);
    }
    if wanted("start") {
        session::start(&servers, &effort, &mut table);
    }
    if wanted("files") {
        files::many(&servers, &effort, &mut table);
        files::status(&servers, &effort, &mut table);
    }
    if wanted("code") {
        code::measure(&servers, &effort, &mut table);
    }
    if wanted("hang") {
        files::hanging(&servers, &effort, &mut table);
    }
    if wanted("check") {
        files::check(&effort, &mut table);
    }
    if wanted("open") {
        open::measure(&servers, &effort, &mut table);
    }
    if wanted("agents") {
        agents::measure(&effort, &mut table);
    }
    println!("{}", table.markdown(quick));
    if wanted("apps") {
        println!("{}", apps::measure(&servers, &effort, quick));
    }
}

/// What is compared.
pub(crate) struct Servers {
    pub(crate) floor: Server,
    pub(crate) ours: Server,
    /// VS Code's JSON server, where it can be had.
    pub(crate) json: Option<Server>,
}
