//! Lines to be typed into a shell, as that shell reads them.

use std::path::Path;

use connector_boundary::system::{System, plain_path};

/// A kind of shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shell {
    /// `sh` and what understands it: bash, zsh, Git Bash; fish too, for what is said here.
    Posix,
    /// PowerShell.
    Pwsh,
    /// The Command Prompt of Windows.
    Cmd,
}

impl Shell {
    /// Those that a person at this computer may have open in another window, the likeliest first.
    ///
    /// On Windows nothing tells for sure which: a program that was started from one inherits the marks of others.
    pub(crate) fn likely(system: System, variable: impl Fn(&str) -> bool) -> &'static [Shell] {
        match system {
            System::Windows if variable("MSYSTEM") || variable("SHELL") => &[Shell::Posix],
            System::Windows => &[Shell::Pwsh, Shell::Cmd],
            System::Mac | System::Unix => &[Shell::Posix],
        }
    }

    /// The likely ones for this process.
    pub(crate) fn of_process() -> &'static [Shell] {
        Shell::likely(System::CURRENT, |name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
    }

    /// What people call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Shell::Posix => "sh",
            Shell::Pwsh => "PowerShell",
            Shell::Cmd => "Command Prompt",
        }
    }

    /// Sets a variable for what is started later.
    pub(crate) fn set(self, name: &str, value: &str) -> String {
        match self {
            Shell::Posix => format!("export {name}={}", self.word(value)),
            Shell::Pwsh => format!("$env:{name} = '{}'", value.replace('\'', "''")),
            Shell::Cmd => format!("set \"{name}={}\"", value.replace('"', "")),
        }
    }

    /// Goes to a folder.
    pub(crate) fn go_to(self, folder: &Path) -> String {
        let folder = plain_path(&folder.to_string_lossy(), System::CURRENT);
        match self {
            Shell::Posix | Shell::Pwsh => format!("cd {}", self.word(&folder)),
            // Without /d another drive is not entered.
            Shell::Cmd => format!("cd /d {}", self.word(&folder)),
        }
    }

    /// Starts a program.
    pub(crate) fn run(self, program: &Path, arguments: &str) -> String {
        let program = plain_path(&program.to_string_lossy(), System::CURRENT);
        let word = self.word(&program);
        // PowerShell takes a quoted text for a text.
        let call = if self == Shell::Pwsh && word != program { "& " } else { "" };
        format!("{call}{word} {arguments}")
    }

    /// A text as one word, quoted where it has to be.
    fn word(self, text: &str) -> String {
        let plain =
            |c: char| c.is_alphanumeric() || "/._-+,:=@%".contains(c) || c == '\\' && self != Shell::Posix;
        if !text.is_empty() && text.chars().all(plain) {
            return text.to_owned();
        }
        match self {
            Shell::Posix => format!("'{}'", text.replace('\'', r"'\''")),
            Shell::Pwsh => format!("'{}'", text.replace('\'', "''")),
            // A quote can be in no path there.
            Shell::Cmd => format!("\"{}\"", text.replace('"', "")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_set_as_each_shell_wants_it() {
        let value = "a b's $HOME";
        assert_eq!(Shell::Posix.set("X", value), r"export X='a b'\''s $HOME'");
        assert_eq!(Shell::Pwsh.set("X", value), "$env:X = 'a b''s $HOME'");
        assert_eq!(Shell::Cmd.set("X", value), r#"set "X=a b's $HOME""#);
        assert_eq!(Shell::Posix.set("X", "http://127.0.0.1:4400"), "export X=http://127.0.0.1:4400");
    }

    #[test]
    fn a_folder_is_entered_as_each_shell_wants_it() {
        let folder = Path::new("/tmp/My Apps/it's");
        assert_eq!(Shell::Posix.go_to(folder), r"cd '/tmp/My Apps/it'\''s'");
        assert_eq!(Shell::Pwsh.go_to(folder), "cd '/tmp/My Apps/it''s'");
        assert_eq!(Shell::Cmd.go_to(folder), "cd /d \"/tmp/My Apps/it's\"");
        assert_eq!(Shell::Posix.go_to(Path::new("/tmp/app")), "cd /tmp/app");
    }

    #[test]
    fn a_program_in_quotes_is_called() {
        let program = Path::new("/Program Files/base44-connectors.exe");
        assert_eq!(Shell::Pwsh.run(program, "lsp"), "& '/Program Files/base44-connectors.exe' lsp");
        assert_eq!(Shell::Cmd.run(program, "lsp"), "\"/Program Files/base44-connectors.exe\" lsp");
        assert_eq!(Shell::Pwsh.run(Path::new("/bin/b"), "lsp"), "/bin/b lsp");
    }

    #[test]
    fn on_windows_both_shells_are_told_unless_it_is_git_bash() {
        let none = |_: &str| false;
        assert_eq!(Shell::likely(System::Windows, none), [Shell::Pwsh, Shell::Cmd]);
        assert_eq!(Shell::likely(System::Windows, |name| name == "MSYSTEM"), [Shell::Posix]);
        assert_eq!(Shell::likely(System::Mac, none), [Shell::Posix]);
    }
}
