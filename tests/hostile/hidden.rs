//! A project that names as its secret what it wants to hide: what cannot be shown is not agreed to.

use connector_sandbox::Connector;

use crate::place::{run, run_with};
use crate::stage::Stage;
use crate::tally::Tally;

#[test]
fn a_removal_whose_name_is_hidden_as_a_secret_is_a_doubt() {
    let mut tally = Tally::of("a removal whose name is hidden as a secret is a doubt");
    for (name, hiding) in [
        ("googlecalendar", "BASE44_ACCESS_TOKEN=googlecalendar\nBASE44_REFRESH_TOKEN=x"),
        ("googlecalendar", "BASE44_API_KEY=b44k_googlecalendar_and_more"),
        ("googlecalendar", "BASE44_REFRESH_TOKEN=xx-GOOGLE-CALENDAR-xx"),
        ("crm2024x", "BASE44_API_KEY=b44k_crm2024x"),
    ] {
        for command in [&["push", "--yes"][..], &["push", "--yes", "--force"], &["push", "--yes", "--json"]] {
            let stage = Stage::new();
            stage.connector("slack", &["chat:write"]);
            stage.remote("slack", Connector::active(&["chat:write"]));
            stage.remote(name, Connector::active(&[]));
            std::fs::write(stage.root().join(".env"), hiding).unwrap();
            // The person's own login is used, whatever the project has.
            let login = stage.sandbox.login();
            let own = [
                ("BASE44_ACCESS_TOKEN", &*login.access_token),
                ("BASE44_REFRESH_TOKEN", &login.refresh_token),
            ];
            let ran = run_with(&stage, &own, command);
            ran.assert_clean(hiding);
            let app = stage.sandbox.with_state(|state| state.app(crate::stage::APP).connectors.clone());
            assert_eq!(app.len(), 2, "{hiding:?} {command:?}: {ran:?}");
            tally.held();
        }
    }
    // Without such a file the same push does as it is told.
    let stage = Stage::new();
    stage.connector("slack", &["chat:write"]);
    stage.remote("slack", Connector::active(&["chat:write"]));
    stage.remote("googlecalendar", Connector::active(&[]));
    let ran = run(&stage, &["push", "--yes"]);
    let app = stage.sandbox.with_state(|state| state.app(crate::stage::APP).connectors.clone());
    assert_eq!(app.len(), 1, "{ran:?}");
}
