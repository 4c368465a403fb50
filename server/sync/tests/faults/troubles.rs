//! What can go wrong with a call.

use std::time::Duration;

use connector_sandbox::{Fault, FaultAction, Handle};

/// A call of the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub name: &'static str,
    method: &'static str,
    path: &'static str,
}

const fn call(name: &'static str, method: &'static str, path: &'static str) -> Call {
    Call { name, method, path }
}

pub(crate) const LIST: Call = call("list", "GET", "/external-auth/list");
pub(crate) const STRIPE_STATUS: Call = call("stripe status", "GET", "/payments/stripe/status");
pub(crate) const SET_KNOWN: Call = call("set a known one", "PUT", "/integrations/googledrive");
pub(crate) const SET_WIDER: Call = call("set a wider one", "PUT", "/integrations/slack");
pub(crate) const SET_NEW: Call = call("set a new one", "PUT", "/integrations/notion");
pub(crate) const REMOVE: Call = call("remove", "DELETE", "/integrations/hubspot/remove");
pub(crate) const INSTALL: Call = call("stripe install", "POST", "/payments/stripe/install");
pub(crate) const STRIPE_REMOVE: Call = call("stripe remove", "DELETE", "/payments/stripe");
pub(crate) const STATUS: Call = call("authorization status", "GET", "/external-auth/status");
pub(crate) const TOKEN: Call = call("token", "POST", "/oauth/token");

impl Call {
    pub(crate) fn was_made(self, platform: &Handle) -> bool {
        platform
            .requests()
            .iter()
            .any(|record| record.method == self.method && record.path.contains(self.path))
    }
}

/// One way for a call to fail.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    pub name: &'static str,
    action: Option<FaultAction>,
    times: Option<u32>,
    after_effect: bool,
    /// Whether it needs a client that soon loses its patience.
    pub waits: bool,
}

impl Trouble {
    /// Makes a call fail this way from now on.
    pub(crate) fn befall(&self, call: Call, platform: &Handle) {
        let Some(action) = self.action.clone() else {
            bring_down_after(call, platform.clone());
            return;
        };
        let mut fault = Fault::on(call.path, action).method(call.method);
        fault.times = self.times;
        fault.after_effect = self.after_effect;
        platform.inject(fault);
    }
}

/// Once the call has come, every connection is reset before its request is read.
fn bring_down_after(call: Call, platform: Handle) {
    tokio::spawn(async move {
        while !call.was_made(&platform) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        platform.refuse_connections(u32::MAX);
        platform.inject(Fault::on("", FaultAction::Reset));
    });
}

fn after(status: u16, header: (&str, &str)) -> FaultAction {
    FaultAction::Answer {
        status,
        headers: vec![(header.0.to_owned(), header.1.to_owned())],
        body: String::new(),
    }
}

/// Everything that can go wrong with a call.
pub(crate) fn all() -> Vec<Trouble> {
    let answer = FaultAction::answer;
    let always =
        |name, action| Trouble { name, action: Some(action), times: None, after_effect: false, waits: false };
    let once = |name, action| Trouble { times: Some(1), ..always(name, action) };
    let done = |trouble: Trouble| Trouble { after_effect: true, ..trouble };
    let waits = |trouble: Trouble| Trouble { waits: true, ..trouble };
    vec![
        Trouble { name: "down from then on", action: None, ..always("", FaultAction::Reset) },
        always("reset", FaultAction::Reset),
        once("reset once", FaultAction::Reset),
        done(always("reset after it was done", FaultAction::Reset)),
        done(once("reset once after it was done", FaultAction::Reset)),
        waits(always("no answer", FaultAction::Hang)),
        waits(done(always("no answer after it was done", FaultAction::Hang))),
        waits(once("no answer once", FaultAction::Hang)),
        always("400", answer(400, r#"{"message":"Bad request"}"#)),
        once("401 once", answer(401, r#"{"message":"Expired"}"#)),
        always("401", answer(401, r#"{"message":"Not you"}"#)),
        always("403", answer(403, r#"{"detail":"Not allowed"}"#)),
        always("404", answer(404, "")),
        always("404 by its type", answer(500, r#"{"error_type":"KeyError","message":"'x'"}"#)),
        always("409", answer(409, r#"{"detail":{"message":"In use"}}"#)),
        always("422", answer(422, r#"{"detail":[{"loc":["body"],"msg":"no"}]}"#)),
        always("428", answer(428, r#"{"extra_data":{"reason":"requires_backend_platform_app"}}"#)),
        always("429", answer(429, "")),
        once("429 once", answer(429, "")),
        once("429 for a second", after(429, ("Retry-After", "1"))),
        always("429 for an hour", after(429, ("Retry-After", "3600"))),
        always("500", answer(500, r#"{"message":"boom"}"#)),
        once("500 once", answer(500, "")),
        done(always("500 after it was done", answer(500, ""))),
        always("502 with a page", answer(502, "<html><h1>Bad gateway</h1>")),
        once("503 once", answer(503, "")),
        done(always("malformed", answer(200, "{\"status\":"))),
        done(always("empty", answer(200, ""))),
        always("truncated", FaultAction::Truncate { bytes: 7 }),
        once("truncated once", FaultAction::Truncate { bytes: 7 }),
        done(always("a list", answer(200, "[]"))),
        done(always("an empty object", answer(200, "{}"))),
        done(always(
            "wrong types",
            answer(
                200,
                r#"{"integrations":{},"status":1,"already_authorized":"yes","redirect_url":7,"stripe_mode":[],"already_installed":"no","success":"yes","access_token":[]}"#,
            ),
        )),
        always("sent on elsewhere", after(307, ("Location", "http://127.0.0.2:9/x"))),
        waits(always("a body without end", FaultAction::Endless)),
    ]
}
