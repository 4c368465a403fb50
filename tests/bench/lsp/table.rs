//! The results as a Markdown table.

use std::time::Duration;

/// Whose time it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    Floor,
    Ours,
    Json,
}

/// How long something took, many times.
pub(crate) struct Times {
    sorted: Vec<Duration>,
}

impl Times {
    pub(crate) fn new(mut times: Vec<Duration>) -> Self {
        times.sort();
        Self { sorted: times }
    }

    pub(crate) fn median(&self) -> f64 {
        self.at(50)
    }

    /// In milliseconds.
    fn at(&self, percent: usize) -> f64 {
        let place = (self.sorted.len() * percent / 100).min(self.sorted.len().saturating_sub(1));
        self.sorted.get(place).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
    }

    pub(crate) fn text(&self) -> String {
        format!("{} ({})", milliseconds(self.median()), milliseconds(self.at(95)))
    }
}

pub(crate) fn milliseconds(time: f64) -> String {
    if time < 10.0 { format!("{time:.2} ms") } else { format!("{time:.0} ms") }
}

/// One line of the table.
pub(crate) struct Row {
    what: String,
    cells: [Option<(f64, String)>; 3],
    wanted: String,
    reached: Option<bool>,
}

impl Row {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), cells: [None, None, None], wanted: String::new(), reached: None }
    }

    pub(crate) fn set(&mut self, column: Column, times: Times) {
        self.cells[column as usize] = Some((times.median(), times.text()));
    }

    pub(crate) fn set_text(&mut self, column: Column, value: f64, text: String) {
        self.cells[column as usize] = Some((value, text));
    }

    /// The number in a column.
    pub(crate) fn value(&self, column: Column) -> Option<f64> {
        self.cells[column as usize].as_ref().map(|(value, _)| *value)
    }

    pub(crate) fn at_most_times_the_floor(mut self, times: f64) -> Self {
        self.wanted = format!("at most {times:.1} × floor");
        if let (Some(floor), Some(ours)) = (self.value(Column::Floor), self.value(Column::Ours)) {
            let ahead = self.value(Column::Json).is_none_or(|json| ours < json);
            self.reached = Some(ours <= floor * times && ahead);
        }
        if self.value(Column::Json).is_some() {
            self.wanted.push_str(", ahead of the JSON server");
        }
        self
    }

    pub(crate) fn wanting(mut self, wanted: impl Into<String>, reached: bool) -> Self {
        self.wanted = wanted.into();
        self.reached = Some(reached);
        self
    }

    fn times(&self, column: Column) -> String {
        match (self.value(Column::Floor), &self.cells[column as usize]) {
            (Some(floor), Some((value, text))) if column != Column::Floor && floor > 0.0 => {
                format!("{text}, {:.1} ×", value / floor)
            }
            (_, Some((_, text))) => text.clone(),
            (_, None) => "–".to_owned(),
        }
    }
}

/// Every row.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
}

impl Table {
    pub(crate) fn add(&mut self, row: Row) {
        eprintln!("{}: {} / {}", row.what, row.times(Column::Floor), row.times(Column::Ours));
        self.rows.push(row);
    }

    pub(crate) fn markdown(&self, quick: bool) -> String {
        let mut text = String::from(
            "| median (95th percentile) | bare tower-lsp server | base44-connectors | vscode-json-language-server | wanted | reached |\n\
             | --- | --- | --- | --- | --- | --- |\n",
        );
        for row in &self.rows {
            let reached = match row.reached {
                _ if quick => "not judged",
                Some(true) => "yes",
                Some(false) => "**no**",
                None => "",
            };
            text.push_str(&format!(
                "| {} | {} | {} | {} | {} | {reached} |\n",
                row.what,
                row.times(Column::Floor),
                row.times(Column::Ours),
                row.times(Column::Json),
                row.wanted
            ));
        }
        text.push('\n');
        text.push_str(&machine());
        text
    }
}

/// What it was measured on.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("processor unknown");
    let build = if cfg!(debug_assertions) {
        "a debug build, which says nothing about speed"
    } else {
        "a release build"
    };
    format!("{cores} cores, {}; {build}.", model.trim_start_matches([' ', '\t', ':']))
}
