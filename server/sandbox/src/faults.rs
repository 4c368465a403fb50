//! What goes wrong on purpose, and what was asked of the platform.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// So many requests are kept in the log, the last ones, so that a sandbox that runs for weeks does not grow.
const MAX_RECORDS: usize = 20_000;
/// So many bytes of them, which a log of ordinary requests never reaches.
const MAX_LOG_BYTES: usize = 64 * 1024 * 1024;

/// Which requests fail, and how.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Only this method; any where there is none.
    #[serde(default)]
    pub method: Option<String>,
    /// Only paths that contain this.
    #[serde(default)]
    pub path: String,
    /// How many that fit are let through first.
    #[serde(default)]
    pub skip: u32,
    /// How many fail then; all where there is none.
    #[serde(default)]
    pub times: Option<u32>,
    /// Whether the platform does what was asked before the answer fails.
    #[serde(default)]
    pub after_effect: bool,
    /// What the client gets in place of the answer.
    pub action: FaultAction,
}

/// How a request fails.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum FaultAction {
    /// This answer, whatever was asked.
    Answer {
        /// The status.
        status: u16,
        /// Headers, as pairs.
        #[serde(default)]
        headers: Vec<(String, String)>,
        /// The body.
        #[serde(default)]
        body: String,
    },
    /// The connection is reset without an answer.
    Reset,
    /// No answer, ever.
    Hang,
    /// The right answer, cut off after so many bytes.
    Truncate {
        /// How many bytes are sent.
        bytes: usize,
    },
    /// The right answer, a byte every so many milliseconds.
    Slow {
        /// Milliseconds a byte.
        millis: u64,
    },
    /// A body without an end.
    Endless,
    /// The right answer, so many milliseconds late.
    Late {
        /// How late.
        millis: u64,
    },
}

impl Fault {
    /// Every request whose path contains `path` fails this way.
    pub fn on(path: &str, action: FaultAction) -> Fault {
        Fault { method: None, path: path.to_owned(), skip: 0, times: None, after_effect: false, action }
    }

    /// Only with this method.
    pub fn method(mut self, method: &str) -> Fault {
        self.method = Some(method.to_owned());
        self
    }

    /// Only the first so many.
    pub fn times(mut self, times: u32) -> Fault {
        self.times = Some(times);
        self
    }

    /// The platform does what was asked all the same.
    pub fn after_effect(mut self) -> Fault {
        self.after_effect = true;
        self
    }
}

impl FaultAction {
    /// An answer with a status and a body.
    pub fn answer(status: u16, body: &str) -> FaultAction {
        FaultAction::Answer { status, headers: Vec::new(), body: body.to_owned() }
    }
}

/// A request to the platform.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RequestRecord {
    /// Its method.
    pub method: String,
    /// Its path with the query.
    pub path: String,
    /// Its headers, as pairs, in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body, as text.
    pub body: String,
    /// When it came, in milliseconds since 1970.
    pub at: u64,
    /// How many were under way with it.
    pub at_once: usize,
}

impl RequestRecord {
    /// The first value of a header; the name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Debug, Default)]
pub(crate) struct Faults {
    pub(crate) list: Vec<Fault>,
    pub(crate) latency: Duration,
    pub(crate) refuse_connections: u32,
    pub(crate) log: Log,
    pub(crate) under_way: usize,
    pub(crate) most_at_once: usize,
}

impl Faults {
    /// The fault for a request, which is used up by that.
    pub(crate) fn take(&mut self, method: &str, path: &str) -> Option<Fault> {
        let fits = |fault: &&mut Fault| {
            fault.times != Some(0)
                && fault.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
                && path.contains(&fault.path)
        };
        let fault = self.list.iter_mut().find(fits)?;
        if fault.skip > 0 {
            fault.skip -= 1;
            return None;
        }
        if let Some(times) = &mut fault.times {
            *times -= 1;
        }
        Some(fault.clone())
    }

    pub(crate) fn record(&mut self, mut record: RequestRecord) {
        self.under_way += 1;
        self.most_at_once = self.most_at_once.max(self.under_way);
        record.at_once = self.under_way;
        self.log.push(record);
    }
}

/// The last requests, bounded in number and size: a client that goes round in circles must not fill the memory.
#[derive(Debug, Default)]
pub(crate) struct Log {
    records: VecDeque<RequestRecord>,
    bytes: usize,
}

impl Log {
    fn push(&mut self, record: RequestRecord) {
        self.bytes += size_of(&record);
        self.records.push_back(record);
        while self.records.len() > MAX_RECORDS || self.bytes > MAX_LOG_BYTES {
            let Some(oldest) = self.records.pop_front() else { break };
            self.bytes -= size_of(&oldest);
        }
    }

    pub(crate) fn records(&self) -> &VecDeque<RequestRecord> {
        &self.records
    }

    /// The same requests, which are forgotten with this.
    pub(crate) fn take(&mut self) -> Vec<RequestRecord> {
        std::mem::take(self).records.into()
    }
}

/// What a request takes in the log, in bytes.
fn size_of(record: &RequestRecord) -> usize {
    let headers: usize = record.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
    record.method.len() + record.path.len() + record.body.len() + headers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(path: String, body: String) -> RequestRecord {
        RequestRecord { method: "GET".to_owned(), path, headers: Vec::new(), body, at: 0, at_once: 1 }
    }

    #[test]
    fn the_log_keeps_the_last_requests_and_grows_no_further() {
        let mut log = Log::default();
        for number in 0..MAX_RECORDS + 10 {
            log.push(request(format!("/{number}"), String::new()));
        }
        let paths: Vec<String> = log.records().iter().map(|record| record.path.clone()).collect();
        assert_eq!(
            (paths.len(), &*paths[0], &*paths[MAX_RECORDS - 1]),
            (MAX_RECORDS, "/10", &*format!("/{}", MAX_RECORDS + 9))
        );
        for _ in 0..3 {
            log.push(request("/large".to_owned(), "x".repeat(MAX_LOG_BYTES / 2)));
        }
        assert_eq!(log.take().len(), 1);
        assert!(log.records().is_empty());
    }
}
