//! The one type for everything that is said about a connector file.

use std::borrow::Cow;
use std::path::PathBuf;

use connector_syntax::{TextEdit, TextRange};
use serde::{Deserialize, Serialize};

use connector_boundary::text::visible;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The platform would refuse the file, or do what nobody asked for.
    Error,
    /// Very likely a mistake.
    Warning,
    /// Worth knowing.
    Information,
    /// A suggestion.
    Hint,
}

include!(concat!(env!("OUT_DIR"), "/codes.rs"));

/// How a finding is drawn besides its severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tag {
    /// Faded: removing it changes nothing.
    Unnecessary,
    /// Struck through.
    Deprecated,
}

/// Another place that a finding speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file; none means the file of the finding itself.
    pub path: Option<PathBuf>,
    /// Where in it.
    pub range: TextRange,
    /// What is to be seen there.
    pub message: String,
}

/// Something said about one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its kind.
    pub code: Code,
    /// How much it matters, after the user's settings.
    pub severity: Severity,
    /// Where it stands.
    pub range: TextRange,
    /// What is wrong, and why, in a sentence or two.
    pub message: String,
    /// What its code links to: the documentation, or the way to act.
    pub link: Cow<'static, str>,
    /// How it is drawn.
    pub tags: Vec<Tag>,
    /// Other places it speaks of.
    pub related: Vec<Place>,
    /// What would resolve it, the best first.
    pub fixes: Vec<Fix>,
}

impl Finding {
    /// A finding with its code's own severity and link, and nothing else; nothing in its message is acted on.
    pub fn new(code: Code, range: TextRange, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.default_severity(),
            range,
            message: visible(&message.into()),
            link: code.docs_url().into(),
            tags: Vec::new(),
            related: Vec::new(),
            fixes: Vec::new(),
        }
    }
}

/// The page that explains every code.
pub static FINDINGS_PAGE: &str = include_str!("../../FINDINGS.md");

impl Code {
    /// What [`FINDINGS_PAGE`] says of it, in Markdown.
    pub fn explained(self) -> Option<&'static str> {
        let (_, rest) = FINDINGS_PAGE.split_once(&format!("### {}\n", self.as_str()))?;
        Some(rest.split_once("\n#").map_or(rest, |(body, _)| body).trim())
    }
}

/// A way to resolve a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it changes, as a quick fix's title: "Change `Slack` to `slack`".
    pub title: String,
    /// The change.
    pub action: FixAction,
    /// Whether it may be applied unseen (`check --fix`, `source.fixAll`): the meaning is kept, or certain.
    pub safe: bool,
}

/// What a fix does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FixAction {
    /// Edits of the finding's own file, not overlapping, in order.
    Edit(Vec<TextEdit>),
    /// Renames or moves the finding's own file.
    Rename(PathBuf),
    /// Something the engine does.
    Command(Command),
    /// Adds scopes to a connector file, which may be another one than the finding's.
    AddScopes {
        /// The file.
        path: PathBuf,
        /// What it is to ask for besides.
        scopes: Vec<String>,
    },
    /// Takes scopes out of a connector file.
    RemoveScopes {
        /// The file.
        path: PathBuf,
        /// What it is to ask for no longer.
        scopes: Vec<String>,
    },
    /// Makes a connector file that is not there yet.
    Create {
        /// The file.
        path: PathBuf,
        /// What is to stand in it.
        text: String,
    },
}

impl FixAction {
    /// The text of the file that this changes, once it is changed, where it is changed by what it says: what stands
    /// there now is `text`. None where it cannot be, or is changed in another way.
    pub fn changed(&self, text: &str) -> Option<String> {
        let tree = connector_syntax::parse(text);
        let declared = crate::checks::declared(&tree).scopes;
        let now = declared.iter().map(|(scope, _)| scope.as_str());
        let wanted: Vec<&str> = match self {
            FixAction::AddScopes { scopes, .. } => now.chain(scopes.iter().map(String::as_str)).collect(),
            FixAction::RemoveScopes { scopes, .. } => {
                now.filter(|scope| !scopes.iter().any(|gone| gone == scope)).collect()
            }
            FixAction::Create { text: wanted, .. } => return text.is_empty().then(|| wanted.clone()),
            FixAction::Edit(edits) => return Some(connector_syntax::edit::apply(text, edits)),
            FixAction::Rename(_) | FixAction::Command(_) => return None,
        };
        connector_syntax::edit::set_list(text, "scopes", &wanted)
    }
}

/// What the engine can be asked to do from a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "command", content = "types")]
pub enum Command {
    /// Push the project's connectors.
    Push,
    /// Write the files of the connectors that the app has.
    Pull,
    /// Authorize these types.
    Authorize(Vec<String>),
    /// Remove, add and authorize this type with another account.
    Reconnect(String),
    /// Write the platform's scopes into the file of this type.
    TakePlatformScopes(String),
    /// Create the file of this type from the platform.
    CreateFile(String),
}
