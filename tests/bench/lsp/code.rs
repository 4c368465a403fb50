//! Edits where the project has an app's code: in a function, and in a connector file beside it.

use std::path::Path;
use std::time::Duration;

use serde_json::json;

use crate::client::{Mode, Session, uri};
use crate::edits::{Run, Sample, alternate, options};
use crate::table::{Column, Row, Table, Times};
use crate::{Effort, Servers};

/// The lines of the function that is edited.
const LINES: usize = 500;
/// An edit in a function is to reach the editor within this.
const WANTED: f64 = 5.0;

/// An edit in a function of 500 lines, and one in a connector file beside none and beside all of that code.
pub(crate) fn measure(servers: &Servers, effort: &Effort, table: &mut Table) {
    let (bare, app) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    project(bare.path(), 0);
    project(app.path(), effort.functions);
    let mut session = Session::start(&servers.ours, app.path(), Mode::Push, &options(), &[]);
    let (path, text) = (app.path().join(ENTRY), function(LINES));
    let address = uri(&path);
    session.open(&address, "typescript", &text);
    // The second line is a comment, in which a person types.
    let change = |version: i64| {
        let at = |column: usize| json!({"line": 1, "character": column});
        match version % 2 {
            1 => json!({"range": {"start": at(3), "end": at(3)}, "text": "x"}),
            _ => json!({"range": {"start": at(3), "end": at(4)}, "text": ""}),
        }
    };
    let mut times: Vec<Duration> = Vec::new();
    for version in 1..=(effort.warm_up + effort.edits) as i64 {
        let (took, findings) = session.edit_and_hear(&address, version, &change(version));
        assert_eq!(findings, 1, "a scope lacks");
        if version > effort.warm_up as i64 {
            times.push(took);
        }
        std::thread::sleep(effort.pause);
    }
    let mut row = Row::new(format!(
        "edit in a function of {LINES} lines to its diagnostics, in an app of {}",
        effort.functions
    ));
    let times = Times::new(times);
    let fast = times.median() <= WANTED;
    row.set(Column::Ours, times);
    table.add(row.wanting(format!("at most {WANTED} ms"), fast));
    drop(session);

    let sample = Sample::slack();
    let folders = [(bare.path(), Column::Floor), (app.path(), Column::Ours)];
    let mut runs: Vec<Run> = folders
        .into_iter()
        .map(|(folder, column)| {
            let mut session = Session::start(&servers.ours, folder, Mode::Pull, &options(), &sample.scopes);
            if column == Column::Ours {
                // Its diagnostics come once all code is known.
                session.open(&address, "typescript", &text);
                session.request("textDocument/diagnostic", &json!({"textDocument": {"uri": address}}));
            }
            let uri = sample.open(&mut session, servers.ours.language, folder);
            Run { session, column, uri, version: 0, times: Vec::new() }
        })
        .collect();
    alternate(&mut runs, &sample, Mode::Pull, effort);
    let mut row = Row::new("edit in a connector file beside that code, beside none (in the first column)");
    let mut medians: Vec<f64> = Vec::new();
    for run in runs {
        let times = Times::new(run.times);
        medians.push(times.median());
        row.set(run.column, times);
    }
    let same = matches!(medians[..], [bare, app] if app <= bare * 1.05);
    table.add(row.wanting("at most 1.05 ×", same));
}

const ENTRY: &str = "base44/functions/edited/entry.ts";

/// A project with connectors and this many functions, of which one in ten uses one.
fn project(root: &Path, functions: usize) {
    let write = |path: &str, text: &str| {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("base44/config.jsonc", "{ \"name\": \"bench\" }\n");
    write(
        "base44/connectors/googlecalendar.jsonc",
        "{\n  \"type\": \"googlecalendar\",\n  \"scopes\": [\"https://www.googleapis.com/auth/calendar.readonly\"]\n}\n",
    );
    for number in 0..functions {
        let text = if number % 10 == 0 { function(120) } else { filler(200) };
        write(&format!("base44/functions/f{number}/entry.ts"), &text);
    }
    if functions > 0 {
        write(ENTRY, &function(LINES));
    }
}

/// A function that calls an API for which a scope lacks, among code that does other things.
fn function(lines: usize) -> String {
    let mut text = String::from(
        "import { createClientFromRequest } from 'npm:@base44/sdk';\n// a comment\nDeno.serve(async (req) => {\n  const base44 = createClientFromRequest(req);\n  const { accessToken } = await base44.asServiceRole.connectors.getConnection('googlecalendar');\n  const headers = { Authorization: `Bearer ${accessToken}` };\n  await fetch('https://www.googleapis.com/calendar/v3/calendars/primary/events', { method: 'POST', headers });\n",
    );
    text.push_str(&filler(lines.saturating_sub(10)));
    text.push_str("  return new Response('ok');\n});\n");
    text
}

fn filler(lines: usize) -> String {
    let lines = (0..lines).map(|number| {
        format!("  const value{number} = [{number}, req.url.length].map((one) => `${{one}}-{number}`).join(',');\n")
    });
    lines.collect()
}
