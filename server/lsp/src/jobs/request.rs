//! What a client asks for with a command, however little it says.

use std::path::PathBuf;

use connector_boundary::text::printable;
use serde::Deserialize as _;
use serde_json::Value;
use tower_lsp::ls_types::{ExecuteCommandParams, ProgressToken, Uri};

use crate::commands::Kind;
use crate::uri::{self, DocUri};

/// A command and what it is to work on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CommandRequest {
    pub(crate) kind: Kind,
    /// The project's folder, or a file in it; none where the client leaves it to the server.
    pub(crate) project: Option<PathBuf>,
    /// The types; none means all, or that the person is asked.
    pub(crate) types: Vec<String>,
    /// The scopes that a new file is to ask for.
    pub(crate) scopes: Vec<String>,
    /// The app that is looked for.
    pub(crate) app: Option<String>,
    /// The address to open.
    pub(crate) link: Option<String>,
    /// Answered only when everything is done.
    pub(crate) waits: bool,
    /// Where the client wants to see the progress.
    pub(crate) progress_token: Option<ProgressToken>,
}

/// What a button leads to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    /// A command of the server.
    Command(CommandRequest),
    /// Something that only the client can do, by the name it knows it by, for a project.
    Client(&'static str, Option<PathBuf>),
}

impl From<CommandRequest> for Step {
    fn from(request: CommandRequest) -> Self {
        Step::Command(request)
    }
}

impl CommandRequest {
    /// A command on a project, as the server itself asks for it.
    pub(crate) fn new(kind: Kind, project: Option<PathBuf>, types: Vec<String>) -> Self {
        Self {
            kind,
            project,
            types,
            scopes: Vec::new(),
            app: None,
            link: None,
            waits: false,
            progress_token: None,
        }
    }

    /// Reads the parameters of `workspace/executeCommand`: `[{project, types?, app?, link?, wait?}]`, or less.
    ///
    /// # Errors
    /// What is wrong with the project, the types or the scopes that are named: a command must not do to another project,
    /// or to all connectors, what was meant for those.
    pub(crate) fn read(kind: Kind, params: &ExecuteCommandParams) -> Result<Self, String> {
        let mut request = Self::new(kind, None, Vec::new());
        request.progress_token = params.work_done_progress_params.work_done_token.clone();
        match params.arguments.first() {
            Some(Value::String(text)) if kind == Kind::OpenLink => request.link = Some(text.clone()),
            None | Some(Value::Null) => {}
            Some(Value::Object(argument)) => {
                let text = |key: &str| argument.get(key).and_then(Value::as_str);
                request.project = match argument.get("project") {
                    None | Some(Value::Null) => None,
                    Some(project) => Some(project_of(project)?),
                };
                request.link = text("link").or_else(|| text("url")).map(str::to_owned);
                request.app = text("app").map(str::to_owned);
                request.waits = argument.get("wait").and_then(Value::as_bool).unwrap_or(false);
                // What cannot be read must not stand for all of them, as nothing does.
                let names = |value: Option<&Value>| match value {
                    None | Some(Value::Null) => Ok(Vec::new()),
                    Some(Value::String(name)) => Ok(vec![name.clone()]),
                    Some(value) => Vec::<String>::deserialize(value).map_err(|_| {
                        format!("{} names no types or scopes", printable(&value.to_string(), 200))
                    }),
                };
                request.types = names(argument.get("types").or_else(|| argument.get("type")))?;
                request.scopes = names(argument.get("scopes"))?;
            }
            Some(project) => request.project = Some(project_of(project)?),
        }
        Ok(request)
    }
}

/// The folder that an argument names.
fn project_of(argument: &Value) -> Result<PathBuf, String> {
    argument
        .as_str()
        .and_then(path_of)
        .ok_or_else(|| format!("{} names no project", printable(&argument.to_string(), 200)))
}

fn path_of(text: &str) -> Option<PathBuf> {
    let uri: Uri = uri::encode(text).parse().ok()?;
    DocUri::new(uri)
        .path()
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(text)).filter(|path| path.is_absolute()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(kind: Kind, arguments: Value) -> CommandRequest {
        let params = json!({"command": "", "arguments": arguments});
        read_or_refuse(kind, params).unwrap()
    }

    fn read_or_refuse(kind: Kind, params: Value) -> Result<CommandRequest, String> {
        CommandRequest::read(kind, &serde_json::from_value(params).unwrap())
    }

    #[test]
    fn the_project_and_the_types_are_read() {
        let request =
            read(Kind::Authorize, json!([{"project": "file:///a%20b", "types": ["slack", "notion"]}]));
        assert_eq!(request.project, Some(PathBuf::from("/a b")));
        assert_eq!(request.types, ["slack", "notion"]);
        assert!(!request.waits);
    }

    #[test]
    fn arguments_may_be_missing_or_of_another_shape() {
        for arguments in [json!([]), json!([null]), json!([{}]), json!([{"project": null, "types": null}])] {
            assert_eq!(read(Kind::Push, arguments), CommandRequest::new(Kind::Push, None, Vec::new()));
        }
    }

    #[test]
    fn a_project_that_is_none_is_refused() {
        for project in
            [json!(5), json!([]), json!({}), json!(""), json!("crm"), json!("https://a/b"), json!("%")]
        {
            for arguments in [json!([{"project": project}]), json!([project])] {
                if arguments != json!([{}]) {
                    let refused = read_or_refuse(Kind::Push, json!({"command": "", "arguments": arguments}));
                    assert!(refused.is_err(), "{arguments}");
                }
            }
        }
    }

    #[test]
    fn names_that_cannot_be_read_do_not_stand_for_all() {
        for names in
            [json!(5), json!({"a": 1}), json!(true), json!(["slack", 5]), json!([["slack"]]), json!([null])]
        {
            for key in ["type", "types", "scopes"] {
                let arguments = json!([{ key: names }]);
                let refused = read_or_refuse(Kind::Push, json!({"command": "", "arguments": arguments}));
                assert!(refused.is_err(), "{arguments}");
            }
        }
    }

    #[test]
    fn a_bare_text_is_the_link_or_the_project() {
        assert_eq!(read(Kind::OpenLink, json!(["https://a"])).link.as_deref(), Some("https://a"));
        let (address, path) = if cfg!(windows) { ("file:///c%3A/p", r"C:\p") } else { ("file:///p", "/p") };
        assert_eq!(read(Kind::Push, json!([address])).project, Some(PathBuf::from(path)));
        assert_eq!(read(Kind::Push, json!([path])).project, Some(PathBuf::from(path)));
    }
}
