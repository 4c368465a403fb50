//! Connectors checked against the code of a large app and of a usual one, beside what else reads all of it: TypeScript's
//! compiler and ESLint.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::client::{Mode, Session, uri};
use crate::table::{Times, milliseconds};
use crate::{Effort, Servers, peer};

/// An app: how many functions it has, how large they are together, and how many of them take a connector's token.
struct Size {
    name: &'static str,
    functions: usize,
    bytes: usize,
    asking: usize,
    /// How long a check may take, in milliseconds.
    wanted: f64,
}

/// The largest of the apps that were looked at.
const LARGE: Size = Size { name: "large", functions: 581, bytes: 8 << 20, asking: 60, wanted: 150.0 };
/// The median of them.
const USUAL: Size = Size { name: "usual", functions: 41, bytes: 235 << 10, asking: 4, wanted: 15.0 };
/// How many times sooner than the others a check has to be.
const WANTED_AHEAD: f64 = 50.0;
/// How much memory the server may take with the large app, in megabytes.
const WANTED_MEMORY: f64 = 60.0;

pub(crate) fn measure(servers: &Servers, effort: &Effort, quick: bool) -> String {
    let others = match peer::readers_of_code(!quick) {
        Ok(folder) if !quick => Some(folder),
        Ok(_) => None,
        Err(reason) => {
            eprintln!("without TypeScript and ESLint: {reason}");
            None
        }
    };
    let mut text = String::from(
        "| an app's code | base44-connectors | `tsc --noEmit` | ESLint, one rule | wanted | reached |\n\
         | --- | --- | --- | --- | --- | --- |\n",
    );
    for size in [LARGE, USUAL] {
        let size = if quick { Size { functions: 12, bytes: 40 << 10, asking: 2, ..size } } else { size };
        let folder = tempfile::tempdir().unwrap();
        write_app(folder.path(), &size);
        let ours: Vec<Duration> = (0..effort.starts.min(15)).map(|_| check(folder.path())).collect();
        let ours = Times::new(ours);
        let timed = |program: &str, args: &[&str]| -> Option<f64> {
            let packages = others.as_ref()?.join("node_modules");
            let link = folder.path().join("node_modules");
            if !link.exists() {
                std::os::unix::fs::symlink(&packages, &link).ok()?;
            }
            let began = Instant::now();
            let status = Command::new(packages.join(".bin").join(program))
                .args(args)
                .current_dir(folder.path())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            let time = began.elapsed().as_secs_f64() * 1000.0;
            status.is_ok().then_some(time)
        };
        let compiler = timed("tsc", &["--noEmit", "-p", "."]);
        let linter = timed("eslint", &["base44"]);
        let ahead = |other: Option<f64>| other.is_none_or(|other| other >= WANTED_AHEAD * ours.median());
        let reached = ours.median() <= size.wanted && ahead(compiler) && ahead(linter);
        let times = |other: Option<f64>| {
            other.map_or("–".to_owned(), |time| {
                format!("{}, {:.0} ×", milliseconds(time), time / ours.median())
            })
        };
        let row = format!(
            "| `check` of a {} app: {} functions, {} KB | {} | {} | {} | under {} ms, {WANTED_AHEAD} × ahead | {} |\n",
            size.name,
            size.functions,
            size.bytes >> 10,
            ours.text(),
            times(compiler),
            times(linter),
            size.wanted,
            judged(quick, reached),
        );
        eprint!("{row}");
        text.push_str(&row);
        if size.name == LARGE.name && !quick {
            let memory = memory_with(servers, folder.path());
            let row = format!(
                "| the server's memory with the large app and one of its functions open | {memory:.1} MB | – | – | under {WANTED_MEMORY} MB | {} |\n",
                judged(quick, memory <= WANTED_MEMORY),
            );
            eprint!("{row}");
            text.push_str(&row);
        }
    }
    text
}

fn judged(quick: bool, reached: bool) -> &'static str {
    match reached {
        _ if quick => "not judged",
        true => "yes",
        false => "**no**",
    }
}

/// How long a check takes, process start and report included.
fn check(folder: &Path) -> Duration {
    let began = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_base44-connectors"))
        .args(["check", "--project"])
        .arg(folder)
        .output()
        .unwrap();
    let time = began.elapsed();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("missing-scope"), "{said}{}", String::from_utf8_lossy(&output.stderr));
    time
}

/// The most memory, in megabytes, that the server holds once it has said something of the code.
fn memory_with(servers: &Servers, folder: &Path) -> f64 {
    let mut session = Session::start(&servers.ours, folder, Mode::Push, &crate::edits::options(), &[]);
    let path = folder.join("base44/functions/function0/entry.ts");
    let text = std::fs::read_to_string(&path).unwrap();
    session.open(&uri(&path), "typescript", &text);
    if !session.hear_of("missing-scope") {
        eprintln!("the server said nothing of the code");
    }
    session.peak_memory().unwrap_or_default() as f64 / 1024.0
}

/// An app of one size. The same every time.
fn write_app(folder: &Path, size: &Size) {
    let write = |path: String, text: &str| {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("base44/config.jsonc".into(), "{ \"name\": \"bench\" }\n");
    let scopes = "\"https://www.googleapis.com/auth/calendar.readonly\"";
    write(
        "base44/connectors/googlecalendar.jsonc".into(),
        &format!("{{\n  \"type\": \"googlecalendar\",\n  \"scopes\": [{scopes}]\n}}\n"),
    );
    write("base44/shared/calendar.ts".into(), SHARED);
    let options = "{ \"compilerOptions\": { \"target\": \"es2022\", \"module\": \"esnext\", \"moduleResolution\": \"bundler\", \"allowImportingTsExtensions\": true, \"noEmit\": true, \"strict\": false, \"skipLibCheck\": true, \"types\": [] }, \"include\": [\"base44\"] }";
    write("tsconfig.json".into(), options);
    write("base44/runtime.d.ts".into(), "declare module 'npm:*';\ndeclare const Deno: any;\n");
    let rule = "import parser from '@typescript-eslint/parser';\nexport default [{ files: ['**/*.ts'], languageOptions: { parser }, rules: { 'no-unused-vars': 'error' } }];\n";
    write("eslint.config.mjs".into(), rule);
    write("package.json".into(), "{ \"type\": \"module\" }\n");
    let every = size.functions / size.asking.max(1);
    for number in 0..size.functions {
        let asks = number % every.max(1) == 0;
        write(
            format!("base44/functions/function{number}/entry.ts"),
            &function(number, size.bytes / size.functions, asks),
        );
    }
}

const SHARED: &str = "const API = 'https://www.googleapis.com/calendar/v3';\nexport async function request(token: string, path: string, init: any = {}) {\n  const response = await fetch(`${API}${path}`, { ...init, headers: { Authorization: `Bearer ${token}`, ...(init.headers ?? {}) } });\n  if (!response.ok) throw new Error(`${response.status}`);\n  return response.json();\n}\n";

/// A function as apps have them: records read, worked through and written, and now and then a connector.
fn function(number: usize, bytes: usize, asks: bool) -> String {
    let mut text = String::with_capacity(bytes + 2_000);
    text.push_str("import { createClientFromRequest } from 'npm:@base44/sdk@0.8.31';\n");
    if asks {
        text.push_str("import { request } from '../../shared/calendar.ts';\n");
    }
    text.push_str("\nDeno.serve(async (req: Request) => {\n  const base44 = createClientFromRequest(req);\n  const user = await base44.auth.me();\n  if (!user) return Response.json({ error: 'Unauthorized' }, { status: 401 });\n  const results: Record<string, unknown>[] = [];\n");
    if asks {
        text.push_str("  const { accessToken } = await base44.asServiceRole.connectors.getConnection('googlecalendar');\n  const listed = await request(accessToken, '/calendars/primary/events?maxResults=50');\n  for (const event of listed.items ?? []) {\n    await request(accessToken, `/calendars/primary/events/${event.id}`, { method: 'PATCH', body: JSON.stringify({ summary: event.summary }) });\n  }\n");
    }
    text.push_str("  return Response.json({ results });\n});\n");
    let mut part = 0;
    while text.len() < bytes {
        let _ = write!(
            text,
            "\n// Works through the records of step {part}, and keeps what is new.\nasync function step{part}(base44: any, items: any[], options: {{ limit?: number; dry?: boolean }} = {{}}) {{\n  const limit = options.limit ?? {};\n  const known = new Map<string, any>();\n  for (const item of items.slice(0, limit)) {{\n    const key = `${{item.name}}-${{item.date}}`.toLowerCase().replace(/\\s+/g, '-');\n    if (known.has(key) || !item.active) continue;\n    known.set(key, {{ ...item, total: (item.price ?? 0) * (item.count ?? 1), label: item.kind === 'a' ? 'First' : 'Other' }});\n  }}\n  const rows = [...known.values()].filter((row) => row.total > {number}).sort((a, b) => b.total - a.total);\n  if (options.dry) return {{ rows, saved: 0 }};\n  let saved = 0;\n  try {{\n    for (const row of rows) {{\n      const existing = await base44.asServiceRole.entities.Record.filter({{ key: row.key }});\n      if (existing.length > 0) await base44.asServiceRole.entities.Record.update(existing[0].id, {{ total: row.total }});\n      else await base44.asServiceRole.entities.Record.create({{ ...row, step: {part} }});\n      saved += 1;\n    }}\n  }} catch (error) {{\n    console.error('step {part} failed', error.message);\n    return {{ rows, saved, error: error.message }};\n  }}\n  return {{ rows, saved }};\n}}\n",
            part + 10,
        );
        part += 1;
    }
    text
}
