//! Bursts, starts and memory.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Mode, Server, Session};
use crate::edits::{Sample, options};
use crate::table::{Column, Row, Table, Times};
use crate::{Effort, Servers};

/// A burst of edits: the last version is what counts, and none may come after a later one.
pub(crate) fn burst(servers: &Servers, effort: &Effort, table: &mut Table) {
    let folder = tempfile::tempdir().unwrap();
    let sample = Sample::slack();
    let mut row = Row::new(format!("{} edits in a burst, until the last one's diagnostics", effort.burst));
    let mut memory = Row::new(format!("peak memory after {} edits", effort.burst));
    let mut in_order = false;
    for (server, column) in [(&servers.floor, Column::Floor), (&servers.ours, Column::Ours)] {
        let mut times = Vec::new();
        for _ in 0..5 {
            let mut session = Session::start(server, folder.path(), Mode::Push, &options(), &sample.scopes);
            let uri = sample.open(&mut session, server.language, folder.path());
            session.published(0);
            let changes: Vec<Value> = (1..=effort.burst).map(|version| sample.change(version)).collect();
            let (took, versions) = session.burst(&uri, &changes);
            times.push(took);
            in_order = versions.is_sorted();
            set_memory(&mut memory, column, &session);
        }
        row.set(column, Times::new(times));
    }
    table.add(row.wanting("ends on the last version, none going back", in_order));
    if let Some(json) = &servers.json {
        let mut session = Session::start(json, folder.path(), Mode::Pull, &options(), &sample.scopes);
        let uri = sample.open(&mut session, json.language, folder.path());
        for version in 1..=effort.burst {
            session.edit_and_pull(&uri, version, &sample.change(version));
        }
        set_memory(&mut memory, Column::Json, &session);
    }
    let small = memory.value(Column::Ours).is_some_and(|kilobytes| kilobytes < 15.0 * 1024.0);
    table.add(memory.wanting("under 15 MB", small));
}

fn set_memory(row: &mut Row, column: Column, session: &Session) {
    if let Some(kilobytes) = session.peak_memory() {
        row.set_text(column, kilobytes as f64, format!("{:.1} MB", kilobytes as f64 / 1024.0));
    }
}

/// From the start of the process to the answer to `initialize`.
pub(crate) fn start(servers: &Servers, effort: &Effort, table: &mut Table) {
    let folder = tempfile::tempdir().unwrap();
    let mut compared: Vec<(&Server, Column, Vec<Duration>)> =
        vec![(&servers.floor, Column::Floor, Vec::new()), (&servers.ours, Column::Ours, Vec::new())];
    if let Some(json) = &servers.json {
        compared.push((json, Column::Json, Vec::new()));
    }
    for _ in 0..effort.starts {
        for (server, _, times) in &mut compared {
            let session = Session::start(server, folder.path(), Mode::Pull, &json!({}), &[]);
            times.push(session.started_in);
        }
    }
    let mut row = Row::new("start of the process to the answer to `initialize`");
    for (_, column, times) in compared {
        row.set(column, Times::new(times));
    }
    table.add(row.at_most_times_the_floor(2.0));
}
