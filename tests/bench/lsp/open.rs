//! Many documents of one type open at once, in whichever order they came, and a large one that is closed again.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::{Mode, Session, uri};
use crate::edits::{Sample, options};
use crate::table::{Column, Row, Table, Times};
use crate::{Effort, Servers};

/// The size of the large one, in scopes.
const MANY_SCOPES: usize = 60_000;

pub(crate) fn measure(servers: &Servers, effort: &Effort, table: &mut Table) {
    for (order, down) in [("ascending", false), ("descending", true)] {
        let folder = tempfile::tempdir().unwrap();
        let sample = Sample::slack();
        let mut session =
            Session::start(&servers.ours, folder.path(), Mode::Push, &options(), &sample.scopes);
        let mut uris: Vec<String> = (0..effort.open)
            .map(|number| uri(&folder.path().join(format!("base44/connectors/f{number:05}.jsonc"))))
            .collect();
        if down {
            uris.reverse();
        }
        let began = Instant::now();
        for uri in &uris {
            session.open(uri, "jsonc", "{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }\n");
        }
        let last = uris.last().unwrap();
        session.request(
            "textDocument/hover",
            &json!({"textDocument": {"uri": last}, "position": {"line": 0, "character": 12}}),
        );
        let took = began.elapsed();
        let mut row = Row::new(format!("{} documents of one type opened, {order}", effort.open));
        row.set(Column::Ours, Times::new(vec![took]));
        table.add(row.wanting("under 1 s", took < Duration::from_secs(1)));
        let memory = session.peak_memory().unwrap_or_default();
        let mut row = Row::new(format!("peak memory with them, {order}"));
        row.set_text(Column::Ours, memory as f64, format!("{:.1} MB", memory as f64 / 1024.0));
        table.add(row.wanting("under 100 MB", memory < 100 * 1024));
    }
    closed(servers, table);
}

/// What the npm package, VS Code's and Zed's extension start the server with.
const GIVES_MEMORY_BACK: [&str; 2] = ["MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_"];

/// The memory of a large document goes when it is closed.
fn closed(servers: &Servers, table: &mut Table) {
    let folder = tempfile::tempdir().unwrap();
    let sample = Sample::slack();
    let mut server = servers.ours.clone();
    server.env.extend(GIVES_MEMORY_BACK.map(|name| (name.to_owned(), "131072".to_owned())));
    let mut session = Session::start(&server, folder.path(), Mode::Push, &options(), &sample.scopes);
    // What is kept of the first document that is ever looked at would else lie behind the large one.
    sample.open(&mut session, server.language, folder.path());
    let large = uri(&folder.path().join("base44/connectors/large.jsonc"));
    let scopes: Vec<String> = (0..MANY_SCOPES).map(|number| format!("scope:{number}")).collect();
    session.open(&large, "jsonc", &json!({"type": "slack", "scopes": scopes}).to_string());
    let hover = json!({"textDocument": {"uri": large}, "position": {"line": 0, "character": 12}});
    session.request("textDocument/hover", &hover);
    let open = session.own_memory().unwrap_or_default();
    session.notify("textDocument/didClose", &json!({"textDocument": {"uri": large}}));
    // What is closed is looked at on disk first, away from the loop, and then the allocator gives it back.
    std::thread::sleep(Duration::from_secs(1));
    session.request("textDocument/hover", &hover);
    let left = session.own_memory().unwrap_or_default();
    let mut row = Row::new("own memory with a document of 60,000 scopes, and once it is closed");
    row.set_text(
        Column::Ours,
        left as f64,
        format!("{:.1} MB, {:.1} MB", open as f64 / 1024.0, left as f64 / 1024.0),
    );
    table.add(row.wanting("a third at most", left * 3 <= open));
}
