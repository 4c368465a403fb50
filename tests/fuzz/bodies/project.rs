//! A project whose every file says anything at all.

use std::path::Path;

use connector_boundary::text::is_unprintable;
use connector_model::load::check_project;
use connector_model::project::{Project, ProjectOptions};
use connector_model::report::{HumanStyle, human, json};
use connector_model::severities::Severities;

use super::bytes::Bytes;

const FILES: [&str; 8] = [
    "base44/config.jsonc",
    "base44/.app.jsonc",
    ".env",
    ".env.local",
    "base44/connector-checks.jsonc",
    "base44/connectors/slack.jsonc",
    "base44/connectors/b.json",
    "base44/connectors/c.JSON5",
];

pub fn run(data: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("project");
    std::fs::create_dir_all(root.join("base44/connectors")).expect("a folder");
    std::fs::write(root.join("base44/config.jsonc"), "{\"name\": \"x\"}").expect("a file");
    let mut bytes = Bytes::new(data);
    for name in FILES {
        let content = match bytes.byte() % 6 {
            0 => continue,
            1 => bytes.raw(40).to_vec(),
            2 => format!(
                "{{\"name\": \"x\", \"connectorsDir\": {:?}, \"id\": {:?}}}",
                bytes.text(2),
                bytes.text(2)
            )
            .into_bytes(),
            3 => {
                let name =
                    bytes.one(&["BASE44_APP_ID", "BASE44_API_URL", "BASE44_ACCESS_TOKEN", "NODE_OPTIONS"]);
                format!("{name}={}\n{name}='{}", bytes.text(3), bytes.text(3)).into_bytes()
            }
            _ => bytes.text(24).into_bytes(),
        };
        std::fs::write(root.join(name), content).expect("a file");
    }
    check(&root);
}

fn check(root: &Path) {
    let project = Project::from_config(&root.join("base44/config.jsonc"), &ProjectOptions::default());
    assert!(project.connectors_dir.starts_with(root), "{}", project.connectors_dir.display());
    if let Ok(id) = &project.app_id {
        let word =
            id.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        assert!(word && !id.as_str().is_empty(), "{id}");
    }
    let checked = check_project(&project, &Severities::default());
    for (_, finding) in &project.findings {
        assert!(finding.message.chars().all(|c| c == '\n' || !is_unprintable(c)), "{:?}", finding.message);
    }
    if let Ok(connectors) = checked.connectors() {
        for connector in connectors {
            assert!(
                !connector.type_name.is_empty() && connector.type_name.is_ascii(),
                "{:?}",
                connector.type_name
            );
        }
    }
    for text in [
        human(&checked.files, &|path| project.display_path(path), HumanStyle { color: false }),
        json(&checked.files, &|path| project.display_path(path)),
    ] {
        let odd = text.chars().find(|c| *c != '\n' && is_unprintable(*c));
        assert!(odd.is_none(), "{odd:?} in {text:?}");
    }
}
