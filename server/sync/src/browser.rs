//! The user's browser.

use std::io;

use connector_platform::SafeLink;

/// The browser could not be started; the link has to be shown instead.
#[derive(Debug, thiserror::Error)]
#[error("The browser did not open: {0}. Open the link yourself.")]
pub struct OpenError(String);

/// Opens a link in the user's browser and does not wait for it.
///
/// # Errors
/// [`OpenError`] where nothing on this machine opens links.
pub fn open(link: &SafeLink) -> Result<(), OpenError> {
    start(link).map_err(|error| {
        // The error's own text may repeat the command with its link.
        OpenError(match error.kind() {
            io::ErrorKind::NotFound => "no program for links was found".to_owned(),
            kind => kind.to_string(),
        })
    })
}

/// Windows and macOS know one browser, and where its opener is.
#[cfg(not(all(unix, not(target_os = "macos"))))]
fn start(link: &SafeLink) -> io::Result<()> {
    open::that_detached(link.as_str())
}

#[cfg(all(unix, not(target_os = "macos")))]
fn start(link: &SafeLink) -> io::Result<()> {
    let named = std::env::var("BROWSER").unwrap_or_default();
    opener::start(link, &named, std::env::var_os("PATH").unwrap_or_default().as_os_str())
}

/// Openers are looked for by their name, and look for browsers themselves. A part of the `PATH` that is named from where
/// the process stands would lead them into whatever project that is, and run what the project calls `xdg-open`.
#[cfg(all(unix, not(target_os = "macos")))]
mod opener {
    use std::ffi::{OsStr, OsString};
    use std::io;
    use std::os::unix::process::CommandExt;
    use std::path::Path;
    use std::process::{Command, Stdio};

    use connector_platform::SafeLink;

    /// What a thread needs that only waits for a program to end, in bytes.
    const WAITER_STACK: usize = 64 * 1024;

    /// Starts the first that there is: the browsers that the person named, with a colon between, then the system's openers.
    pub(super) fn start(link: &SafeLink, browsers: &str, path: &OsStr) -> io::Result<()> {
        let path = absolute_parts(path);
        // Without a slash it is looked for by its name; with one it has to say the whole way.
        let is_told =
            |program: &&str| !program.is_empty() && (!program.contains('/') || program.starts_with('/'));
        let own =
            browsers.split(':').filter(is_told).map(|browser| open::with_command(link.as_str(), browser));
        let mut last = io::ErrorKind::NotFound.into();
        for command in own.chain(open::commands(link.as_str())) {
            match detach(command, &path) {
                Ok(()) => return Ok(()),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn absolute_parts(path: &OsStr) -> OsString {
        let parts = std::env::split_paths(path).filter(|part| part.is_absolute());
        // A part with a colon in it cannot have come from there.
        std::env::join_paths(parts).unwrap_or_default()
    }

    /// Starts a program that goes on by itself: in no project's folder, with none of our pipes, and out of reach of the
    /// terminal's Ctrl-C.
    fn detach(mut command: Command, path: &OsStr) -> io::Result<()> {
        command.env("PATH", path).current_dir(Path::new("/")).process_group(0);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        // Somebody has to take note of its end, or the system keeps its entry.
        let waits = std::thread::Builder::new().name("opener".to_owned()).stack_size(WAITER_STACK);
        let _ = waits.spawn(move || child.wait());
        Ok(())
    }

    #[cfg(test)]
    mod tests {
        use std::fs;
        use std::os::unix::fs::PermissionsExt;
        use std::path::{Path, PathBuf};
        use std::time::{Duration, Instant};

        use super::*;

        fn link() -> SafeLink {
            SafeLink::new("https://a.example/x?a=1&b=2").unwrap()
        }

        /// A program that writes its arguments and where it stands into a file beside itself, which is given.
        fn program(folder: &Path, name: &str) -> PathBuf {
            let heard = folder.canonicalize().unwrap().join(format!("{name}.heard"));
            // Nothing but what a shell can do by itself: on the PATH that it is given there may be nothing else.
            let script =
                format!("#!/bin/sh\nprintf '%s\\n' \"$PWD\" \"$PATH\" \"$@\" end > '{}'\n", heard.display());
            fs::write(folder.join(name), script).unwrap();
            fs::set_permissions(folder.join(name), PermissionsExt::from_mode(0o755)).unwrap();
            heard
        }

        fn said(heard: &Path) -> String {
            let until = Instant::now() + Duration::from_secs(30);
            loop {
                match fs::read_to_string(heard) {
                    Ok(said) if said.ends_with("end\n") => return said,
                    _ => assert!(Instant::now() < until, "{} was not started", heard.display()),
                }
                std::thread::sleep(Duration::from_millis(5));
            }
        }

        #[test]
        fn no_opener_is_looked_for_from_where_the_process_stands() {
            // Where the process stands is where a project may be.
            let project = tempfile::tempdir_in(".").unwrap();
            let bin = tempfile::tempdir().unwrap();
            let heard = program(bin.path(), "the-opener");
            let names = ["xdg-open", "gio", "gnome-open", "kde-open", "my-browser"];
            let planted: Vec<PathBuf> = names.iter().map(|name| program(project.path(), name)).collect();
            let relative = Path::new(".").join(project.path().file_name().unwrap());
            for browsers in ["", "my-browser", "xdg-open", &format!("{}/my-browser", relative.display())] {
                for path in [relative.as_os_str(), OsStr::new(""), OsStr::new(".")] {
                    assert_eq!(start(&link(), browsers, path).unwrap_err().kind(), io::ErrorKind::NotFound);
                    // What stands behind them is found all the same.
                    let both = std::env::join_paths([Path::new(path), bin.path()]).unwrap();
                    start(&link(), &format!("{browsers}:the-opener"), &both).unwrap();
                    let said = said(&heard);
                    let lines: Vec<&str> = said.lines().collect();
                    assert_eq!(lines, ["/", bin.path().to_str().unwrap(), link().as_str(), "end"]);
                    fs::remove_file(&heard).unwrap();
                }
            }
            assert!(planted.iter().all(|heard| !heard.exists()), "{planted:?}");
        }

        #[test]
        fn a_browser_that_is_named_by_its_whole_path_is_taken() {
            let bin = tempfile::tempdir().unwrap();
            let heard = program(bin.path(), "mine");
            start(&link(), &format!("nowhere:{}", bin.path().join("mine").display()), OsStr::new(""))
                .unwrap();
            assert!(said(&heard).contains(link().as_str()));
        }
    }
}
