//! An edit where much else is there, or hangs.

use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{Mode, Server, Session};
use crate::edits::{Run, Sample, alternate, options};
use crate::table::{Column, Row, Table, Times, milliseconds};
use crate::{Effort, Servers};

/// An edit with many other connector files in the workspace, and with none.
pub(crate) fn many(servers: &Servers, effort: &Effort, table: &mut Table) {
    let sample = Sample::slack();
    let (few, many) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    project(few.path(), 0);
    project(many.path(), effort.files);
    let mut runs: Vec<Run> = [(few.path(), Column::Floor), (many.path(), Column::Ours)]
        .into_iter()
        .map(|(folder, column)| {
            let mut session = Session::start(&servers.ours, folder, Mode::Pull, &options(), &sample.scopes);
            let uri = sample.open(&mut session, servers.ours.language, folder);
            wait_until_read(&mut session);
            Run { session, column, uri, version: 0, times: Vec::new() }
        })
        .collect();
    alternate(&mut runs, &sample, Mode::Pull, effort);
    let memory = runs.last().and_then(|run| run.session.peak_memory()).unwrap_or_default();
    let mut row = Row::new(format!(
        "edit to fresh diagnostics with {} other connector files, beside none (in the first column)",
        effort.files
    ));
    let medians: Vec<f64> = runs
        .into_iter()
        .map(|run| {
            let times = Times::new(run.times);
            let median = times.median();
            row.set(run.column, times);
            median
        })
        .collect();
    let near = matches!(medians.as_slice(), [few, many] if *many <= *few * 1.2);
    table.add(row.wanting("within 20 %", near));
    let mut row = Row::new(format!("peak memory with {} connector files", effort.files));
    row.set_text(Column::Ours, memory as f64, format!("{:.1} MB", memory as f64 / 1024.0));
    table.add(row.wanting("under 40 MB", memory < 40 * 1024));
}

/// How as many connectors stand, of which each has errors.
pub(crate) fn status(servers: &Servers, effort: &Effort, table: &mut Table) {
    let folder = tempfile::tempdir().unwrap();
    project(folder.path(), 0);
    for number in 0..effort.files {
        std::fs::write(folder.path().join(format!("base44/connectors/custom{number}.jsonc")), "{}\n")
            .unwrap();
    }
    let mut session = Session::start(&servers.ours, folder.path(), Mode::Pull, &options(), &[]);
    wait_until_read(&mut session);
    let times: Vec<Duration> = (0..effort.starts)
        .map(|_| {
            let (frame, id) = session.frame_of("base44/status", &Value::Null);
            let (took, answer) = session.time(&frame, id);
            let connectors = answer["result"]["projects"][0]["connectors"].as_array().map(Vec::len);
            // The last file of every project has errors, too.
            assert_eq!(connectors, Some(effort.files + 1));
            took
        })
        .collect();
    let mut row = Row::new(format!("`base44/status` of {} connector files with errors", effort.files));
    let times = Times::new(times);
    let fast = times.median() < 30.0;
    row.set(Column::Ours, times);
    table.add(row.wanting("under 30 ms", fast));
    beside_an_edit(session, servers, folder.path(), effort, table);
}

/// An edit that comes right behind a request for the status of so many connectors, beside one that comes alone.
fn beside_an_edit(
    mut session: Session,
    servers: &Servers,
    folder: &Path,
    effort: &Effort,
    table: &mut Table,
) {
    let sample = Sample::slack();
    let uri = sample.open(&mut session, servers.ours.language, folder);
    let (mut alone, mut behind) = (Vec::new(), Vec::new());
    for version in 1..=2 * i64::try_from(effort.starts).unwrap_or(1) {
        let change = sample.change(version);
        if version % 2 == 0 {
            let (frame, status) = session.frame_of("base44/status", &Value::Null);
            session.send(&frame);
            behind.push(session.edit_and_pull_beside(&uri, version, &change, status));
        } else {
            alone.push(session.edit_and_pull(&uri, version, &change).0);
        }
    }
    let mut row = Row::new("an edit right behind that request, beside an edit alone (in the first column)");
    let (alone, behind) = (Times::new(alone), Times::new(behind));
    let waits = behind.median() - alone.median();
    row.set(Column::Floor, alone);
    row.set(Column::Ours, behind);
    table.add(row.wanting("at most 3 ms later", waits <= 3.0));
}

/// The same files checked by the command line, process start and report included.
pub(crate) fn check(effort: &Effort, table: &mut Table) {
    let folder = tempfile::tempdir().unwrap();
    project(folder.path(), effort.files);
    let times: Vec<Duration> = (0..effort.starts.min(7))
        .map(|_| {
            let began = Instant::now();
            let output = std::process::Command::new(env!("CARGO_BIN_EXE_base44-connectors"))
                .args(["check", "--project"])
                .arg(folder.path())
                .output()
                .unwrap();
            // The last file has no type.
            assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
            began.elapsed()
        })
        .collect();
    let mut row = Row::new(format!("`check` of {} connector files", effort.files));
    let times = Times::new(times);
    let fast = times.median() < 1000.0;
    row.set(Column::Ours, times);
    table.add(row.wanting("under 1 s", fast));
}

/// A project with this many connector files, all of them right but the last.
fn project(root: &Path, files: usize) {
    let folder = root.join("base44/connectors");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(root.join("base44/config.jsonc"), "{ \"name\": \"bench\" }\n").unwrap();
    for number in 0..files {
        let text = format!("{{\n  \"type\": \"custom{number}\",\n  \"scopes\": [\"read\", \"write\"]\n}}\n");
        std::fs::write(folder.join(format!("custom{number}.jsonc")), text).unwrap();
    }
    std::fs::write(folder.join(LAST), "{}\n").unwrap();
}

/// A file without a type, which the server speaks of once it has been through the workspace.
const LAST: &str = "zzz.jsonc";

fn wait_until_read(session: &mut Session) {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(120) {
        if ids(session).iter().any(|id| id["uri"].as_str().is_some_and(|uri| uri.ends_with(LAST))) {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("the server did not go through the workspace");
}

/// What the server last said of each file.
fn ids(session: &mut Session) -> Vec<Value> {
    session
        .request_in_parts("workspace/diagnostic", json!({"previousResultIds": []}))
        .into_iter()
        .map(|item| json!({"uri": item["uri"], "value": item["resultId"]}))
        .collect()
}

/// An edit and a cancelled request while calls to the platform hang, and while none does.
pub(crate) fn hanging(servers: &Servers, effort: &Effort, table: &mut Table) {
    let sample = Sample::slack();
    // It takes every connection and never says a word.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (sender, connections) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            if sender.send(connection).is_err() {
                break;
            }
        }
    });
    let folder = tempfile::tempdir().unwrap();
    project(folder.path(), effort.hanging);
    std::fs::write(folder.path().join("base44/.app.jsonc"), "{ \"id\": \"0123456789abcdef01234567\" }\n")
        .unwrap();
    let home = tempfile::tempdir().unwrap();
    let mut ours: Server = servers.ours.clone();
    for name in ["HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "USERPROFILE"] {
        ours.env.push((name.to_owned(), home.path().display().to_string()));
    }
    ours.env.push(("BASE44_API_URL".to_owned(), address.clone()));
    ours.env.push(("BASE44_API_KEY".to_owned(), "b44k_bench".to_owned()));
    let mut hanging_options = options();
    hanging_options["apiUrl"] = json!(address);
    hanging_options["trusted"] = json!(true);
    hanging_options["platformChecks"] = json!(true);

    let mut open = Vec::new();
    let mut runs: Vec<(Run, Vec<Duration>)> = Vec::new();
    for (options, column) in [(options(), Column::Floor), (hanging_options, Column::Ours)] {
        let mut session = Session::start(&ours, folder.path(), Mode::Pull, &options, &sample.scopes);
        let uri = sample.open(&mut session, ours.language, folder.path());
        if column == Column::Ours {
            for _ in 0..effort.hanging {
                let arguments = json!([{"project": crate::client::uri(folder.path())}]);
                let (bytes, _) = session.frame_of(
                    "workspace/executeCommand",
                    &json!({"command": "base44.refresh", "arguments": arguments}),
                );
                session.send(&bytes);
            }
            // The calls are under way when the first has come.
            match connections.recv_timeout(Duration::from_secs(10)) {
                Ok(connection) => open.push(connection),
                Err(_) => eprintln!("the server made no call to the platform"),
            }
        }
        runs.push((Run { session, column, uri, version: 0, times: Vec::new() }, Vec::new()));
    }
    let mut edits: Vec<Run> = Vec::new();
    let mut cancels: Vec<(Column, Vec<Duration>)> = Vec::new();
    for (run, times) in runs {
        cancels.push((run.column, times));
        edits.push(run);
    }
    alternate(&mut edits, &sample, Mode::Pull, effort);
    for _ in 0..effort.edits {
        for (run, (_, times)) in edits.iter_mut().zip(&mut cancels) {
            times.push(cancel(&mut run.session));
        }
    }
    open.extend(connections.try_iter());
    let calls = open.len();
    let mut row = Row::new(format!(
        "edit to fresh diagnostics while {calls} calls to the platform hang, beside none (in the first column)"
    ));
    let mut medians = Vec::new();
    for run in edits {
        let times = Times::new(run.times);
        medians.push(times.median());
        row.set(run.column, times);
    }
    table.add(row.wanting("the same", within(&medians)));
    let mut row = Row::new("a cancelled request is answered, likewise");
    let mut medians = Vec::new();
    for (column, times) in cancels {
        let times = Times::new(times);
        medians.push(times.median());
        row.set(column, times);
    }
    table.add(row.wanting("the same", within(&medians)));
    eprintln!(
        "{calls} calls hang; cancelled in {}",
        medians.last().map_or(String::new(), |time| milliseconds(*time))
    );
}

fn within(medians: &[f64]) -> bool {
    matches!(medians, [alone, hanging] if *hanging <= *alone * 1.2)
}

/// A request that waits for something new, cancelled: how long until it is answered so.
fn cancel(session: &mut Session) -> Duration {
    let known = ids(session);
    let (wait, id) = session.frame_of(
        "workspace/diagnostic",
        &json!({"previousResultIds": known, "partialResultToken": "bench"}),
    );
    session.send(&wait);
    let cancel =
        crate::client::frame(&json!({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": id}}));
    session.time(&cancel, id).0
}
