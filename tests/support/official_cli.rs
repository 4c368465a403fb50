//! The official CLI as a peer: fetched once from npm, run unchanged, and never against anything but a sandbox.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use std::{env, fs};

/// What is fetched, and the sum that the registry gives for it.
const PACKAGE: &str = "base44@0.1.18";
const INTEGRITY: &str =
    "sha512-hEdlhAeieHN3EG/c4KpTN6cz1iRyfeO+gloprkGlYy1x7CIhyFDiM2CwfhegZpJuMPbojXrFprLBq0AFR+oc4g==";

/// Longer than any run takes; a run that waits for a person ends with it.
const MAX_SECONDS: u64 = 180;

/// The unpacked official CLI.
pub struct OfficialCli {
    script: PathBuf,
}

/// What a run of a program left.
#[derive(Debug)]
pub struct Run {
    /// The exit code; none where it was killed.
    pub code: Option<i32>,
    /// What it printed, standard error after standard output.
    pub text: String,
}

impl OfficialCli {
    /// The one in the cache folder, fetched first where it is not there.
    pub fn fetch() -> OfficialCli {
        let home = cache_folder().join(PACKAGE.replace('@', "-"));
        let script = home.join("package").join("bin").join("run.js");
        if !script.is_file() {
            fetch_to(&home);
        }
        assert!(script.is_file(), "{} is not there after it was fetched", script.display());
        OfficialCli { script }
    }

    /// Runs it in `folder` with `home` as the home folder and `api` as the platform.
    pub fn run(
        &self,
        folder: &Path,
        home: &Path,
        api: &str,
        extra_env: &[(&str, &str)],
        args: &[&str],
    ) -> Run {
        self.start(folder, home, api, extra_env, args).wait()
    }

    /// Starts it as [`OfficialCli::run`] does.
    pub fn start(
        &self,
        folder: &Path,
        home: &Path,
        api: &str,
        extra_env: &[(&str, &str)],
        args: &[&str],
    ) -> Running {
        let mut command = Command::new("node");
        command.arg(&self.script).args(args).current_dir(folder);
        throw_away_home(&mut command, home);
        command
            .env("BASE44_API_URL", api)
            .env("BASE44_DISABLE_TELEMETRY", "1")
            // Without this it looks for upgrades of itself at every run.
            .env("BASE44_CLI_TEST_OVERRIDES", "{\"latestVersion\":null}")
            .envs(extra_env.iter().copied());
        Running::start(&mut command)
    }
}

/// Leaves a command no environment but the search path and a home folder of its own.
pub fn throw_away_home(command: &mut Command, home: &Path) {
    let kept: Vec<(&str, OsString)> =
        ["PATH", "SystemRoot"].into_iter().filter_map(|name| Some((name, env::var_os(name)?))).collect();
    command.env_clear().envs(kept).env("HOME", home).env("USERPROFILE", home).env("NO_COLOR", "1");
}

/// A program under way.
pub struct Running {
    child: Child,
    output: JoinHandle<String>,
    errors: JoinHandle<String>,
}

impl Running {
    /// Starts a command without a terminal.
    pub fn start(command: &mut Command) -> Running {
        let program = command.get_program().to_owned();
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = child.unwrap_or_else(|error| panic!("{} did not start: {error}", program.display()));
        let output = read_all(child.stdout.take().expect("standard output is piped"));
        let errors = read_all(child.stderr.take().expect("standard error is piped"));
        Running { child, output, errors }
    }

    /// The id of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has ended.
    pub fn is_over(&mut self) -> bool {
        self.child.try_wait().expect("its state can be asked for").is_some()
    }

    /// Waits for its end, and ends it where it takes far too long.
    pub fn wait(mut self) -> Run {
        let deadline = Instant::now() + Duration::from_secs(MAX_SECONDS);
        let code = loop {
            match self.child.try_wait().expect("its state can be asked for") {
                Some(status) => break status.code(),
                None if Instant::now() > deadline => {
                    self.child.kill().expect("it can be ended");
                    self.child.wait().expect("it has ended");
                    break None;
                }
                None => std::thread::sleep(Duration::from_millis(10)),
            }
        };
        let text = [self.output, self.errors]
            .map(|reader| reader.join().expect("the reader does not panic"))
            .concat();
        Run { code, text }
    }
}

fn read_all(mut from: impl Read + Send + 'static) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // What came before an error is what there is to show.
        let _ = from.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Outside the checkout: what is fetched is not ours.
fn cache_folder() -> PathBuf {
    let named = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let root =
        named("BASE44_TEST_CACHE").or_else(|| named("XDG_CACHE_HOME")).or_else(|| named("LOCALAPPDATA"));
    let root =
        root.or_else(|| Some(named("HOME")?.join(".cache"))).expect("a home folder for the cache of tests");
    root.join("base44-connectors-tests")
}

/// Fetches and unpacks it beside its place, then moves it there: whoever else does the same at once loses nothing.
fn fetch_to(home: &Path) {
    let parent = home.parent().expect("the cache folder");
    fs::create_dir_all(parent).unwrap();
    let folder = tempfile::tempdir_in(parent).unwrap();
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let pack = Command::new(npm)
        .args(["pack", PACKAGE, "--json", "--ignore-scripts"])
        .current_dir(folder.path())
        .output()
        .unwrap_or_else(|error| panic!("npm is needed to fetch {PACKAGE}: {error}"));
    assert!(pack.status.success(), "npm pack {PACKAGE}: {}", String::from_utf8_lossy(&pack.stderr));
    let told: serde_json::Value = serde_json::from_slice(&pack.stdout).unwrap();
    assert_eq!(told[0]["integrity"], INTEGRITY, "{PACKAGE} is not what it was");
    let archive = told[0]["filename"].as_str().unwrap();
    let unpack = Command::new("tar").args(["-xzf", archive]).current_dir(folder.path()).status().unwrap();
    assert!(unpack.success(), "tar could not unpack {archive}");
    match fs::rename(folder.path(), home) {
        Ok(()) => {}
        Err(_) if home.is_dir() => {}
        Err(error) => panic!("{} could not be moved into place: {error}", home.display()),
    }
}
