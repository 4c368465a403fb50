//! Makes `Code` and the page about findings from the files in `findings/`: one file declares one finding.
//!
//! A file is named `<order>-<code>.md`, in the folder of its family. Its first lines say what holds for the code:
//! `default:` its severity, `but:` when it is another one, `stops-push: yes`, `from-platform: yes`, `from-code: yes`, and `silence: none`
//! with the reason where no comment can silence it. After a blank line comes its documentation.

#![allow(clippy::expect_used, clippy::panic, reason = "a build that cannot go on says why and stops")]

use std::fmt::Write;
use std::path::{Path, PathBuf};

struct Declaration {
    code: String,
    default: String,
    but: Option<String>,
    stops_push: bool,
    from_platform: bool,
    from_code: bool,
    /// Why no comment can silence it, where none can; empty where that needs no reason.
    unsilenced: Option<String>,
    documentation: String,
}

fn main() {
    println!("cargo:rerun-if-changed=findings");
    let mut page = read(Path::new("findings/intro.md"));
    let mut declarations = Vec::new();
    for family in sorted(Path::new("findings")).into_iter().filter(|path| path.is_dir()) {
        for path in sorted(&family) {
            println!("cargo:rerun-if-changed={}", path.display());
            let text = read(&path);
            let name = path.file_stem().and_then(|name| name.to_str()).expect("a name in UTF-8");
            match name.split_once('-') {
                Some(("00", _)) => page.push_str(&format!("\n{text}")),
                Some((_, code)) => {
                    let declaration = Declaration::read(code, &text);
                    page.push_str(&declaration.section());
                    declarations.push(declaration);
                }
                None => panic!("{}: name it <order>-<code>.md", path.display()),
            }
        }
    }
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    std::fs::write(out.join("codes.rs"), codes(&declarations)).expect("OUT_DIR can be written");
    std::fs::write(out.join("FINDINGS.md"), page).expect("OUT_DIR can be written");
}

impl Declaration {
    fn read(code: &str, text: &str) -> Declaration {
        let (head, documentation) = text.split_once("\n\n").expect("a blank line after the first lines");
        let mut declaration = Declaration {
            code: code.to_owned(),
            default: String::new(),
            but: None,
            stops_push: false,
            from_platform: false,
            from_code: false,
            unsilenced: None,
            documentation: documentation.trim().to_owned(),
        };
        for line in head.lines() {
            match line.split_once(": ") {
                Some(("default", severity @ ("error" | "warning" | "information" | "hint"))) => {
                    declaration.default = severity.to_owned();
                }
                Some(("but", when)) => declaration.but = Some(when.to_owned()),
                Some(("stops-push", "yes")) => declaration.stops_push = true,
                Some(("from-platform", "yes")) => declaration.from_platform = true,
                Some(("from-code", "yes")) => declaration.from_code = true,
                Some(("silence", how)) => {
                    let why = how.strip_prefix("none").expect("`silence: none`, and why");
                    declaration.unsilenced = Some(why.trim_start_matches(", ").to_owned());
                }
                _ => panic!("{code}: `{line}` declares nothing"),
            }
        }
        assert!(!declaration.default.is_empty(), "{code}: `default:` is missing");
        declaration
    }

    /// `unknown-scope` as `UnknownScope`.
    fn variant(&self) -> String {
        let words = self.code.split('-').map(|word| {
            let (first, rest) = word.split_at(1);
            first.to_uppercase() + rest
        });
        words.collect()
    }

    fn severity(&self) -> String {
        let (first, rest) = self.default.split_at(1);
        first.to_uppercase() + rest
    }

    fn section(&self) -> String {
        let Declaration { code, default, documentation, .. } = self;
        let but = self.but.as_ref().map_or(String::new(), |but| format!("; {but}"));
        let silence = match &self.unsilenced {
            _ if self.stops_push => {
                "A comment cannot silence it; turned off, it still stops a push.".to_owned()
            }
            Some(why) if why.is_empty() => "A comment cannot silence it; it can be turned off.".to_owned(),
            Some(why) => format!("Silence: a comment cannot, {why}; turn the code off instead."),
            None => format!("Silence: `// base44-ignore {code}`."),
        };
        format!("\n### {code}\n\nDefault: {default}{but}. {silence}\n\n{documentation}\n")
    }
}

/// The enum and what is declared of each code.
fn codes(declarations: &[Declaration]) -> String {
    let mut text = String::new();
    let all = declarations.iter();
    let variants: Vec<String> = all
        .clone()
        .map(|it| {
            let summary = it.documentation.split_once(". ").map_or(it.documentation.as_str(), |it| it.0);
            format!("#[doc = {:?}] {},", format!("`{}`: {summary}.", it.code), it.variant())
        })
        .collect();
    writeln!(
        text,
        "/// The stable name of a kind of finding.\n\
         #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]\npub enum Code {{ {} }}",
        variants.join("\n")
    )
    .expect("a text takes more text");
    let arms = |value: &dyn Fn(&Declaration) -> String| -> String {
        declarations.iter().map(|it| format!("Code::{} => {},\n", it.variant(), value(it))).collect()
    };
    let list: Vec<String> = all.clone().map(|it| format!("Code::{}", it.variant())).collect();
    let names: String = all.map(|it| format!("{:?} => Some(Code::{}),\n", it.code, it.variant())).collect();
    writeln!(
        text,
        "impl Code {{
/// Every code, in the order of the documentation.
pub const ALL: &[Code] = &[{}];
/// The name that people see and write in settings.
pub fn as_str(self) -> &'static str {{ match self {{ {} }} }}
/// The severity where neither the check nor the user says otherwise.
pub fn default_severity(self) -> Severity {{ match self {{ {} }} }}
/// Whether a push stops at it, whatever severity the user gave it.
pub fn stops_push(self) -> bool {{ match self {{ {} }} }}
/// Whether only the platform's answers bring it about.
pub fn is_from_platform(self) -> bool {{ match self {{ {} }} }}
/// Whether only the code of the app brings it about.
pub fn is_from_code(self) -> bool {{ match self {{ {} }} }}
/// Where the documentation explains this code.
pub fn docs_url(self) -> &'static str {{ match self {{ {} }} }}
/// The code of this name.
pub fn from_name(name: &str) -> Option<Code> {{ match name {{ {} _ => None }} }}
}}",
        list.join(", "),
        arms(&|it| format!("{:?}", it.code)),
        arms(&|it| format!("Severity::{}", it.severity())),
        arms(&|it| it.stops_push.to_string()),
        arms(&|it| it.from_platform.to_string()),
        arms(&|it| it.from_code.to_string()),
        arms(&|it| format!(
            "concat!(env!(\"CARGO_PKG_REPOSITORY\"), \"/blob/main/server/FINDINGS.md#{}\")",
            it.code
        )),
        names
    )
    .expect("a text takes more text");
    text
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder of the findings");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry of it").path()).collect();
    paths.sort();
    paths
}

fn read(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    // A checkout on Windows may have other line ends.
    text.replace("\r\n", "\n")
}
