//! `create`.

use crate::support::Workspace;

#[test]
fn a_file_is_made_with_the_scopes_that_were_named() {
    let workspace = Workspace::copy_of("several-projects");
    let line = "create slack --project apps/shop --scopes chat:write,channels:read";
    let ran = workspace.run(&line.split(' ').collect::<Vec<_>>());
    insta::assert_snapshot!(ran.session(line));
    insta::assert_snapshot!(workspace.read("apps/shop/base44/connectors/slack.jsonc"));
}

#[test]
fn without_scopes_the_file_says_which_there_are() {
    let workspace = Workspace::copy_of("several-projects");
    assert_eq!(workspace.run(&["create", "gitlab", "--project", "apps/shop"]).code, 0);
    insta::assert_snapshot!(workspace.read("apps/shop/base44/connectors/gitlab.jsonc"));
}

#[test]
fn what_is_there_stays_and_what_is_no_type_is_not_made() {
    let workspace = Workspace::copy_of("all-is-well");
    let mut said = String::new();
    for name in ["slack", "Slack", "../slack", ""] {
        let ran = workspace.run(&["create", name]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{name}");
        said.push_str(&format!("create '{name}'\n{}", ran.err));
    }
    insta::assert_snapshot!(said);
}
