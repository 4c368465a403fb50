//! A grammar of workspaces that mean harm: files, names, links, configs and `.env`s.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Deref;
use std::os::unix::fs::{chown, symlink};
use std::path::{Path, PathBuf};

use connector_test_support::TestProject;
use serde_json::json;

use super::dice::Dice;
use super::secrets::Secrets;

pub const APP: &str = "app-1";
pub const TYPES: [&str; 7] = ["slack", "notion", "gmail", "github", "googlecalendar", "stripe", "linear"];

/// Names that turn, hide, forge or lead elsewhere.
const ODD: &[&str] = &[
    "\u{1b}[2Jx",
    "\u{202e}kcals",
    "a\nSummary: Removed everything",
    "../up",
    "..",
    "x\u{200b}y",
    "$(reboot)",
    "](command:x)",
    "`id`",
    "<b>&amp;",
    "con",
    "\u{e0041}tag",
    "",
    " ",
    "-rf",
    "a/b",
    "'; touch /tmp/owned; #",
    "\u{e0b0}\u{f8ff}",
    "::error file=a::b",
    "a\u{0}b",
];

/// A project and a person's home, and what lies outside of them.
pub struct Place {
    project: TestProject,
    /// Whether the system lets a file outside be given to another user, as only root may.
    has_strangers: bool,
}

impl Deref for Place {
    type Target = TestProject;

    fn deref(&self) -> &TestProject {
        &self.project
    }
}

/// Somebody else of the system.
const STRANGER: u32 = 12_345;

/// What the attacker made, and what is true of it.
#[derive(Default)]
pub struct Made {
    /// What files of the connectors folder, or of one that a person would take for it, declare, in one way of writing.
    pub declared: BTreeSet<String>,
}

impl Place {
    /// In memory where the system has a place for that: thousands of cases wait for no disk then.
    pub fn new() -> Place {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        let probe = folder.path().join("probe");
        let has_strangers = fs::write(&probe, "").and_then(|()| chown(&probe, Some(STRANGER), None)).is_ok();
        Place { project: TestProject::empty_in(folder), has_strangers }
    }

    pub fn outside(&self) -> PathBuf {
        self.around().join("outside")
    }

    /// What nothing of a case leads to: whoever opens it walks over everything.
    pub fn decoy(&self) -> PathBuf {
        self.around().join("decoy")
    }

    /// What is the same for all cases: what lies outside.
    pub fn plant(&self, secrets: &Secrets) {
        let outside = self.outside();
        fs::create_dir_all(outside.join("deeper")).unwrap();
        fs::create_dir_all(self.decoy()).unwrap();
        let connector = json!({"type": "marker", "scopes": ["marker:read", secrets.outside]}).to_string();
        for name in ["slack.jsonc", "deeper/slack.jsonc", "notion.jsonc", "connector-checks.jsonc"] {
            fs::write(outside.join(name), &connector).unwrap();
        }
        let env = format!("BASE44_API_KEY=b44k_{}\nBASE44_APP_ID=marker\n", secrets.outside);
        fs::write(outside.join(".env"), env).unwrap();
        fs::write(outside.join("app.jsonc"), "{\"id\": \"marker\"}").unwrap();
        fs::write(outside.join("config.jsonc"), "{\"name\": \"marker\", \"connectorsDir\": \"marker\"}")
            .unwrap();
        fs::write(outside.join("index.ts"), "// marker\nexport const marker = 1;\n").unwrap();
        if self.has_strangers {
            for name in ["slack.jsonc", ".env", "app.jsonc", "config.jsonc", "index.ts"] {
                chown(outside.join(name), Some(STRANGER), None).unwrap();
            }
        }
    }

    /// Makes a case anew.
    pub fn make(&self, dice: &mut Dice, secrets: &Secrets, elsewhere: &str) -> Made {
        let root = self.root();
        let _ = fs::remove_dir_all(root);
        let _ = fs::remove_dir_all(self.home());
        fs::create_dir_all(root.join("base44")).unwrap();
        let login = json!({
            "accessToken": secrets.access, "refreshToken": secrets.refresh, "expiresAt": 9_999_999_999_999_u64,
            "email": "ada@example.com", "name": "Ada",
        });
        self.sign_in(&login);
        let mut made = Made::default();
        self.config(dice);
        self.app_file(dice);
        for name in [".env", ".env.local"] {
            if dice.once_in(3) {
                self.env_file(dice, name, secrets, elsewhere);
            }
        }
        if dice.once_in(8) {
            symlink(
                self.outside().join("connector-checks.jsonc"),
                root.join("base44/connector-checks.jsonc"),
            )
            .unwrap();
        }
        for name in [".vscode", ".github", "shared", "functions"] {
            if dice.once_in(4) {
                fs::create_dir_all(root.join(name)).unwrap();
                fs::write(root.join(name).join("settings.json"), "{}").unwrap();
            }
        }
        self.connectors_folder(dice, &mut made);
        self.code(dice);
        self.elsewhere(dice, &mut made);
        self.another_project(dice, secrets, elsewhere);
        made
    }

    /// A name in the project for what lies outside of it: a link, or a second name of another user's file.
    fn lead_out(&self, dice: &mut Dice, target: &str, path: &Path) {
        let target = self.outside().join(target);
        match self.has_strangers && dice.once_in(2) {
            true => fs::hard_link(target, path).unwrap(),
            false => symlink(target, path).unwrap(),
        }
    }

    /// Connectors that somebody moved to another place of the project.
    fn elsewhere(&self, dice: &mut Dice, made: &mut Made) {
        if !dice.once_in(6) {
            return;
        }
        let folder = *dice.one(&["archive/2024/x", "base44/integrations", "a/b/connectors", "src/data", "."]);
        let folder = self.root().join(folder);
        fs::create_dir_all(&folder).unwrap();
        self.file(dice, &folder, made);
    }

    /// A project in the project: what it says is its own affair.
    fn another_project(&self, dice: &mut Dice, secrets: &Secrets, elsewhere: &str) {
        if !dice.once_in(8) {
            return;
        }
        let shop = self.root().join("apps/shop");
        fs::create_dir_all(shop.join("base44/connectors")).unwrap();
        fs::write(shop.join("base44/config.jsonc"), json!({"name": dice.one(ODD)}).to_string()).unwrap();
        fs::write(shop.join("base44/.app.jsonc"), "{\"id\": \"app-2\"}").unwrap();
        self.env_file(dice, "apps/shop/.env", secrets, elsewhere);
        self.file(dice, &shop.join("base44/connectors"), &mut Made::default());
    }

    fn config(&self, dice: &mut Dice) {
        let base44 = self.root().join("base44");
        let path = base44.join("config.jsonc");
        let dir = match dice.below(24) {
            0 => "empty",
            1 => "../.vscode",
            2 => ".hidden",
            3 => "../../outside",
            4 => "link",
            5 => "../node_modules/x",
            6 => "connectors/../../../outside",
            7 => "missing",
            8 => *dice.one(ODD),
            9 => {
                return self.lead_out(dice, "config.jsonc", &path);
            }
            10 => {
                fs::write(path, "{\"name\": \"CRM\", ").unwrap();
                return;
            }
            _ => {
                fs::write(path, json!({"name": dice.one(ODD)}).to_string()).unwrap();
                return;
            }
        };
        if dir == "empty" {
            fs::create_dir_all(base44.join(dir)).unwrap();
        }
        if dir == "link" {
            symlink(self.outside(), base44.join(dir)).unwrap();
        }
        fs::write(path, json!({"name": "CRM", "connectorsDir": dir}).to_string()).unwrap();
    }

    fn app_file(&self, dice: &mut Dice) {
        let path = self.root().join("base44/.app.jsonc");
        match dice.below(12) {
            0 => self.lead_out(dice, "app.jsonc", &path),
            1 => fs::write(path, json!({"id": dice.one(ODD)}).to_string()).unwrap(),
            _ => fs::write(path, json!({"id": APP}).to_string()).unwrap(),
        }
    }

    fn env_file(&self, dice: &mut Dice, name: &str, secrets: &Secrets, elsewhere: &str) {
        let path = self.root().join(name);
        if dice.once_in(4) {
            return self.lead_out(dice, ".env", &path);
        }
        // As editors of Windows begin a text, and as shells end a line.
        let mut text = (*dice.one(&["", "\u{feff}", "#!/bin/sh\r\n"])).to_owned();
        for _ in 0..dice.below(4) {
            let line = match dice.below(8) {
                0 => format!("BASE44_API_URL={elsewhere}"),
                1 => format!("BASE44_API_KEY={}", secrets.key),
                2 => format!(
                    "BASE44_ACCESS_TOKEN={}\nBASE44_REFRESH_TOKEN={}",
                    secrets.own_access, secrets.own_refresh
                ),
                3 => "BASE44_APP_ID=app-2".to_owned(),
                4 => format!("BASE44_APP_ID={}", dice.one(ODD)),
                5 => format!("HTTPS_PROXY={elsewhere}\nHTTP_PROXY={elsewhere}\nALL_PROXY={elsewhere}"),
                6 if dice.once_in(2) => {
                    format!("export\tBASE44_API_URL={elsewhere}\r\nBASE44_API_URL=`{elsewhere}`")
                }
                6 => "HOME=/etc\nXDG_STATE_HOME=/etc\nNODE_OPTIONS=--require=/x".to_owned(),
                _ => format!("export BASE44_PROJECTS_BASE44_API_URL = '{elsewhere}' # {}", dice.one(ODD)),
            };
            text.push_str(&line);
            text.push('\n');
        }
        fs::write(path, text).unwrap();
    }

    fn connectors_folder(&self, dice: &mut Dice, made: &mut Made) {
        let folder = self.connectors_dir();
        match dice.below(16) {
            0 => return,
            1 => return symlink(self.outside(), folder).unwrap(),
            2 => {
                fs::create_dir_all(self.root().join("shared")).unwrap();
                symlink(self.root().join("shared"), &folder).unwrap();
            }
            _ => fs::create_dir_all(&folder).unwrap(),
        }
        for _ in 0..dice.below(5) {
            self.file(dice, &folder, made);
        }
        self.beside(dice, made);
        if dice.once_in(4) {
            let inner = folder.join(dice.one(&["old", "a/b/c", ".hidden", "slack.jsonc.d", "\u{202e}x"]));
            fs::create_dir_all(&inner).unwrap();
            self.file(dice, &inner, made);
        }
        if dice.once_in(6) {
            let target = match dice.below(3) {
                0 => self.outside(),
                1 => folder.clone(),
                _ => self.root().to_owned(),
            };
            let _ = symlink(target, folder.join("linked"));
        }
    }

    /// What lies beside the connectors folder, and is taken for it or for one of its files.
    fn beside(&self, dice: &mut Dice, made: &mut Made) {
        let base44 = self.root().join("base44");
        if dice.once_in(6) {
            let name =
                dice.one(&["Connectors", "CONNECTORS", "connectors.old", "my-connectors", "connector"]);
            let folder = base44.join(name);
            fs::create_dir_all(&folder).unwrap();
            self.file(dice, &folder, made);
        }
        if dice.once_in(8) {
            self.file(dice, &base44, made);
        }
    }

    /// One file of a folder: a connector, something like one, or a trap.
    pub fn file(&self, dice: &mut Dice, folder: &Path, made: &mut Made) {
        let root = self.root().canonicalize().unwrap();
        if !folder.canonicalize().is_ok_and(|real| real.starts_with(root)) {
            return;
        }
        let name = *dice.one(&TYPES);
        let spelt = match dice.below(12) {
            0 => name.to_uppercase(),
            1 => (*dice.one(ODD)).to_owned(),
            _ => name.to_owned(),
        };
        let ending = match dice.below(14) {
            0 => ".JSONC",
            1 => ".jsonc.orig",
            2 => ".jsonc~",
            3 => ".jsonc ",
            4 => ".json5",
            5 => ".json",
            _ => ".jsonc",
        };
        let stem = match dice.below(10) {
            0 => dice.one(ODD).replace(['/', '\u{0}'], "_"),
            1 => "chat".to_owned(),
            _ => name.to_owned(),
        };
        let path = folder.join(format!("{stem}{ending}"));
        if path.symlink_metadata().is_ok() {
            return;
        }
        let scopes: Vec<String> = (0..dice.below(3))
            .map(|_| (*dice.one(&["chat:write", "repo", "\u{1b}]0;x\u{7}", "a b", "read"])).to_owned())
            .collect();
        match dice.below(16) {
            0 => return self.lead_out(dice, "slack.jsonc", &path),
            1 => return symlink("nowhere", path).unwrap(),
            2 => return symlink("/dev/zero", path).unwrap(),
            3 => {
                fs::write(path, "{\"type\": ").unwrap();
                return;
            }
            4 => {
                fs::write(path, [0xff, 0xfe, b'{']).unwrap();
                return;
            }
            _ => {}
        }
        fs::write(&path, json!({"type": spelt, "scopes": scopes}).to_string()).unwrap();
        let shape = path.file_name().unwrap().to_string_lossy().to_lowercase();
        // What no person would take for a connector is none: by its name alone it says nothing.
        let looks_like_one = [".json", ".jsonc", ".json5"].iter().any(|ending| shape.ends_with(ending));
        if looks_like_one || stem == name && spelt == name {
            made.declared.insert(alike(&spelt));
        }
    }

    fn code(&self, dice: &mut Dice) {
        if !dice.once_in(4) {
            return;
        }
        let name = dice.one(ODD).replace(['/', '\u{0}'], "_");
        let name = if name.trim_matches('.').is_empty() { "sync" } else { name.as_str() };
        let folder = self.root().join("base44/functions").join(name);
        fs::create_dir_all(&folder).unwrap();
        if dice.once_in(2) {
            self.lead_out(dice, "index.ts", &folder.join("index.ts"));
        } else {
            let text = format!(
                "// {}\nexport default async (base44) => {{\n  const t = await base44.asServiceRole.connectors.getAccessToken('{}');\n  await fetch('https://slack.com/api/chat.postMessage', {{ headers: {{ Authorization: `Bearer ${{t}}` }} }});\n}};\n",
                dice.one(ODD).replace('\n', " "),
                match dice.once_in(4) {
                    true => dice.one(ODD).replace(['\'', '\n'], " "),
                    false => (*dice.one(&TYPES)).to_owned(),
                },
            );
            fs::write(folder.join("index.ts"), text).unwrap();
        }
    }
}

/// A type whichever way it is written.
pub fn alike(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A name that a platform may say.
pub fn odd(dice: &mut Dice) -> &'static str {
    dice.one::<&str>(ODD)
}
