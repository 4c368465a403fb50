//! From one edit to fresh diagnostics.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Mode, Session, uri};
use crate::table::{Column, Row, Table, Times};
use crate::{Effort, Servers};

/// A connector file with one misspelt scope, and the edits that keep it misspelt.
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    pub(crate) file: &'static str,
    pub(crate) text: String,
    /// The scopes that its type has.
    pub(crate) scopes: Vec<Value>,
    line: usize,
    column: usize,
}

impl Sample {
    /// Three scopes of Slack.
    pub(crate) fn slack() -> Self {
        let wanted = ["channels:read", "chat:write"];
        Self::new(
            "Slack, 3 scopes",
            "slack.jsonc",
            "slack",
            include_str!("../../../schemas/slack.schema.json"),
            |scope| wanted.contains(&scope),
        )
    }

    /// Every scope of HubSpot.
    pub(crate) fn hubspot() -> Self {
        let schema = include_str!("../../../schemas/hubspot.schema.json");
        Self::new("HubSpot, every scope", "hubspot.jsonc", "hubspot", schema, |_| true)
    }

    fn new(
        name: &'static str,
        file: &'static str,
        ty: &str,
        schema: &str,
        wanted: impl Fn(&str) -> bool,
    ) -> Self {
        let schema: Value = serde_json::from_str(schema).unwrap();
        let known = schema["properties"]["scopes"]["items"]["anyOf"].as_array().unwrap();
        let scopes: Vec<Value> =
            known.iter().map(|entry| entry["const"].clone()).filter(Value::is_string).collect();
        let mut lines: Vec<String> = scopes
            .iter()
            .filter_map(Value::as_str)
            .filter(|scope| wanted(scope))
            .map(|scope| format!("    \"{scope}\",\n"))
            .collect();
        // In the middle, as far from the ends as a person's edit.
        let at = lines.len() / 2;
        lines.insert(at, format!("    \"{MISSPELT}\",\n"));
        if let Some(last) = lines.last_mut() {
            *last = last.replace("\",\n", "\"\n");
        }
        let text = format!("{{\n  \"type\": \"{ty}\",\n  \"scopes\": [\n{}  ]\n}}\n", lines.concat());
        Self { name, file, text, scopes, line: 3 + at, column: 5 + MISSPELT.len() }
    }

    /// The edit that makes this version: a letter more, or the letter gone again.
    pub(crate) fn change(&self, version: i64) -> Value {
        let position = |column: usize| json!({"line": self.line, "character": column});
        if version % 2 == 1 {
            json!({"range": {"start": position(self.column), "end": position(self.column)}, "text": "x"})
        } else {
            json!({"range": {"start": position(self.column), "end": position(self.column + 1)}, "text": ""})
        }
    }

    /// Opens it in a server.
    pub(crate) fn open(&self, session: &mut Session, language: &str, folder: &Path) -> String {
        let uri = uri(&folder.join("base44/connectors").join(self.file));
        session.open(&uri, language, &self.text);
        uri
    }
}

/// A name that no type has and none is near.
const MISSPELT: &str = "zzz:zzzzzzzz";

/// What is left out of the comparison: the JSON server has no such findings.
pub(crate) fn options() -> Value {
    json!({
        "platformChecks": false, "trusted": false,
        "severity": {"restricted-scope": "off", "redundant-scope": "off", "deprecated-scope": "off", "unused-connector": "off"},
    })
}

pub(crate) fn measure(servers: &Servers, effort: &Effort, table: &mut Table) {
    for (sample, target) in [(Sample::slack(), 1.3), (Sample::hubspot(), 1.5)] {
        for mode in [Mode::Pull, Mode::Push] {
            let folder = tempfile::tempdir().unwrap();
            let mut compared = vec![(&servers.floor, Column::Floor), (&servers.ours, Column::Ours)];
            // In push mode the JSON server waits on a timer, which is no measure of it.
            if let Some(json) = servers.json.as_ref().filter(|_| mode == Mode::Pull) {
                compared.push((json, Column::Json));
            }
            let mut runs: Vec<Run> = compared
                .into_iter()
                .map(|(server, column)| {
                    let mut session = Session::start(server, folder.path(), mode, &options(), &sample.scopes);
                    let uri = sample.open(&mut session, server.language, folder.path());
                    Run { session, column, uri, version: 0, times: Vec::new() }
                })
                .collect();
            alternate(&mut runs, &sample, mode, effort);
            let how = if mode == Mode::Pull { "asked for" } else { "sent" };
            let mut row = Row::new(format!("edit to fresh diagnostics, {how}: {}", sample.name));
            for run in runs {
                row.set(run.column, Times::new(run.times));
            }
            table.add(row.at_most_times_the_floor(target));
        }
    }
}

/// One server's part in a comparison.
pub(crate) struct Run {
    pub(crate) session: Session,
    pub(crate) column: Column,
    pub(crate) uri: String,
    pub(crate) version: i64,
    pub(crate) times: Vec<Duration>,
}

/// Edits in turns: a, b, a, b.
pub(crate) fn alternate(runs: &mut [Run], sample: &Sample, mode: Mode, effort: &Effort) {
    let total = effort.warm_up + effort.edits;
    let mut done = 0;
    while done < total {
        let turn = if done < effort.warm_up { effort.warm_up - done } else { effort.turn.min(total - done) };
        for run in &mut *runs {
            for _ in 0..turn {
                run.version += 1;
                let change = sample.change(run.version);
                let (took, findings) = match mode {
                    Mode::Pull => run.session.edit_and_pull(&run.uri, run.version, &change),
                    Mode::Push => run.session.edit_and_hear(&run.uri, run.version, &change),
                };
                if done >= effort.warm_up {
                    // All say the same: one scope is misspelt.
                    assert_eq!(findings, 1, "{} on {}", run.uri, sample.name);
                    run.times.push(took);
                }
                std::thread::sleep(effort.pause);
            }
        }
        done += turn;
    }
}
