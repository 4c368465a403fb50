//! `server/SECURITY.md` tells the truth: every test it names is there.

use std::path::{Path, PathBuf};

use crate::tally::Tally;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every Rust file below a folder, build output left out.
fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let skipped = ["target", "node_modules"].iter().any(|skipped| *skipped == name);
        match entry.file_type().unwrap() {
            kind if kind.is_dir() && !skipped => sources(&path, into),
            kind if kind.is_file() && path.extension().is_some_and(|it| it == "rs") => into.push(path),
            _ => {}
        }
    }
}

#[test]
fn every_test_that_the_security_page_names_exists() {
    let mut tally = Tally::of("every rule of SECURITY.md names tests that exist");
    let page = std::fs::read_to_string(repository().join("server/SECURITY.md")).unwrap();
    let mut files = Vec::new();
    sources(&repository().join("server"), &mut files);
    sources(&repository().join("tests"), &mut files);
    let text: String = files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();

    let mut rules = 0;
    for section in page.split("\n## Rule ").skip(1) {
        let title = section.lines().next().unwrap();
        let held_by =
            section.split("Held by").nth(1).unwrap_or_else(|| panic!("rule {title:?} says who holds it"));
        let held_by = held_by.split("\n\n## ").next().unwrap();
        let names: Vec<&str> = held_by
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|name| name.contains('_') && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
            .collect();
        assert!(!names.is_empty(), "rule {title:?} names no test");
        for name in names {
            assert!(text.contains(&format!("fn {name}(")), "rule {title:?} names {name}, which is nowhere");
            tally.held();
        }
        rules += 1;
    }
    assert!(rules >= 8, "{rules} rules");

    // So are those that are named elsewhere on the page: a name of so many words is a test's.
    let is_test = |name: &&str| {
        name.split('_').filter(|word| !word.is_empty()).count() >= 4
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    for name in page.split('`').skip(1).step_by(2).filter(is_test) {
        assert!(text.contains(&format!("fn {name}(")), "the page names {name}, which is nowhere");
        tally.held();
    }

    // Every surface is attacked by what is there.
    let table = page.split("## Every surface").nth(1).unwrap().split("\n## ").next().unwrap();
    let targets = std::fs::read_to_string(repository().join("tests/fuzz/bodies/mod.rs")).unwrap();
    for row in table.lines().filter(|line| line.starts_with("| ")).skip(2) {
        for name in row.split('`').skip(1).step_by(2).filter(|name| *name != ".env") {
            let is_there = match name.contains('/') {
                true => repository().join(name).exists(),
                false => targets.contains(&format!("pub mod {name};")) || name == "FUZZ_RUNS",
            };
            assert!(is_there, "{row:?} names {name}, which is nowhere");
            tally.held();
        }
    }

    // What the official CLI does, row by row.
    let table = page.split("## What happens in the official CLI").nth(1).unwrap();
    let rows = table.split("\n## ").next().unwrap().lines().filter(|line| line.starts_with("| "));
    for row in rows.skip(2) {
        let held_by = row.rsplit('|').nth(1).unwrap();
        let names: Vec<&str> = held_by.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "{row:?} names no test");
        for name in names {
            assert!(text.contains(&format!("fn {name}(")), "{row:?} names {name}, which is nowhere");
            tally.held();
        }
    }
}
