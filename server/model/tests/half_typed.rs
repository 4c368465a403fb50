//! What is said while functions are typed, key by key: nothing that the whole text does not say.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use connector_model::Severity;
use connector_model::code::CodeBase;
use connector_model::project::{Project, ProjectOptions};
use connector_model::severities::Severities;
use connector_model::state::{Keep, ProjectState};
use connector_test_support::TestProject;

/// Every key of every function is tried with `KEYS_ONE_IN=1` in the environment, else one run of keys in so many.
const KEYS_ONE_IN: usize = 24;
/// How many keys are typed one after another.
const RUN: usize = 50;

/// Functions as people write them, each with the connector files that it is right with.
const FUNCTIONS: [(&str, &[(&str, &str)]); 10] = [
    (
        r#"import { createClientFromRequest } from 'npm:@base44/sdk';

Deno.serve(async (req) => {
  const base44 = createClientFromRequest(req);
  const { title, start, end } = await req.json();
  const { accessToken } = await base44.asServiceRole.connectors.getConnection('googlecalendar');
  const response = await fetch('https://www.googleapis.com/calendar/v3/calendars/primary/events', {
    method: 'POST',
    headers: { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ summary: title, start: { dateTime: start }, end: { dateTime: end } }),
  });
  if (!response.ok) return Response.json({ error: await response.text() }, { status: 502 });
  return Response.json(await response.json());
});
"#,
        &[("googlecalendar", "https://www.googleapis.com/auth/calendar.events")],
    ),
    (
        r#"import { createClientFromRequest } from 'npm:@base44/sdk@0.8.4';

const API = 'https://gmail.googleapis.com/gmail/v1/users/me';

async function gmail(token, path, init = {}) {
  const res = await fetch(`${API}${path}`, { ...init, headers: { Authorization: `Bearer ${token}`, ...init.headers } });
  if (!res.ok) throw new Error(`Gmail ${res.status}`);
  return res.json();
}

Deno.serve(async (req) => {
  try {
    const base44 = createClientFromRequest(req);
    const user = await base44.auth.me();
    if (!user) return Response.json({ error: 'Unauthorized' }, { status: 401 });
    const token = await base44.asServiceRole.connectors.getAccessToken('gmail');
    const list = await gmail(token, '/messages?q=is:unread');
    const raw = btoa(`To: ${user.email}\r\n\r\n${list.messages.length} unread`);
    await gmail(token, '/messages/send', { method: 'POST', body: JSON.stringify({ raw }) });
    return Response.json({ sent: true });
  } catch (error) {
    return Response.json({ error: error.message }, { status: 500 });
  }
});
"#,
        &[(
            "gmail",
            "https://www.googleapis.com/auth/gmail.readonly\", \"https://www.googleapis.com/auth/gmail.send",
        )],
    ),
    (
        r#"import { createClientFromRequest } from 'npm:@base44/sdk';

export default async function notify(req) {
  const base44 = createClientFromRequest(req);
  const connection = await base44.asServiceRole.connectors.getConnection("slack");
  const headers = { Authorization: `Bearer ${connection.accessToken}`, "Content-Type": "application/json" };
  const channels = await fetch("https://slack.com/api/conversations.list", { headers }).then((it) => it.json());
  for (const channel of channels.channels) {
    await fetch("https://slack.com/api/chat.postMessage", {
      method: "POST",
      headers,
      body: JSON.stringify({ channel: channel.id, text: "Deployed" }),
    });
  }
  return new Response("ok");
}
"#,
        &[("slack", "channels:read\", \"chat:write")],
    ),
    (
        r#"import { createClientFromRequest } from 'npm:@base44/sdk';

const BASE = "https://api.hubapi.com";

class HubSpot {
  constructor(token) {
    this.token = token;
  }
  async request(method, path, body) {
    const response = await fetch(BASE + path, {
      method,
      headers: { Authorization: "Bearer " + this.token, "Content-Type": "application/json" },
      body: body && JSON.stringify(body),
    });
    return response.json();
  }
}

Deno.serve(async (req) => {
  const base44 = createClientFromRequest(req);
  const { accessToken: hubspotToken } = await base44.asServiceRole.connectors.getConnection('hubspot');
  const client = new HubSpot(hubspotToken);
  const found = await client.request('GET', '/crm/v3/objects/contacts?limit=10');
  if (!found.results.length) {
    await client.request('POST', '/crm/v3/objects/contacts', { properties: { email: 'a@b.c' } });
  }
  return Response.json(found);
});
"#,
        &[("hubspot", "crm.objects.contacts.read\", \"crm.objects.contacts.write")],
    ),
    (
        r#"import { createClientFromRequest } from 'npm:@base44/sdk';

Deno.serve(async (req) => {
  const base44 = createClientFromRequest(req);
  const service = base44.asServiceRole;
  const { accessToken } = await service.connectors.getConnection('googledrive');
  const url = new URL('https://www.googleapis.com/drive/v3/files');
  url.searchParams.set('q', "mimeType = 'application/pdf'");
  url.searchParams.set('fields', 'files(id,name)');
  const { files } = await (await fetch(url, { headers: { Authorization: `Bearer ${accessToken}` } })).json();
  for (const file of files) {
    const content = await fetch(`https://www.googleapis.com/drive/v3/files/${file.id}?alt=media`, {
      headers: { Authorization: `Bearer ${accessToken}` },
    });
    await base44.entities.Document.create({ name: file.name, size: (await content.arrayBuffer()).byteLength });
  }
  return Response.json({ count: files.length });
});
"#,
        &[("googledrive", "https://www.googleapis.com/auth/drive.readonly")],
    ),
    (
        r#"import { createClientFromRequest } from 'npm:@base44/sdk';

const graph = (token: string, path: string, init: RequestInit = {}) =>
  fetch(`https://graph.microsoft.com/v1.0${path}`, {
    ...init,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
  });

Deno.serve(async (req: Request): Promise<Response> => {
  const base44 = createClientFromRequest(req);
  const connection = await base44.asServiceRole.connectors.getConnection('outlook');
  const mail = await graph(connection.accessToken, '/me/messages?$top=5');
  const { value } = await mail.json() as { value: { subject: string }[] };
  const subjects = value.map((message) => message.subject).join('\n');
  await graph(connection.accessToken, '/me/sendMail', {
    method: 'POST',
    body: JSON.stringify({ message: { subject: 'Digest', body: { contentType: 'Text', content: subjects } } }),
  });
  return new Response(null, { status: 204 });
});
"#,
        &[("outlook", "Mail.Read\", \"Mail.Send")],
    ),
    (
        r#"import { createClientFromRequest } from 'npm:@base44/sdk';

const TYPES = { sheet: 'googlesheets', board: 'linear' };

Deno.serve(async (req) => {
  const base44 = createClientFromRequest(req);
  const tokenOf = async (type) => (await base44.asServiceRole.connectors.getConnection(type)).accessToken;
  const sheets = await tokenOf(TYPES.sheet);
  const linear = await tokenOf(TYPES.board);
  const query = '{ issues { nodes { id title } } }';
  const issues = await fetch('https://api.linear.app/graphql', {
    method: 'POST',
    headers: { Authorization: linear, 'Content-Type': 'application/json' },
    body: JSON.stringify({ query }),
  }).then((response) => response.json());
  const values = issues.data.issues.nodes.map((issue) => [issue.id, issue.title]);
  await fetch('https://sheets.googleapis.com/v4/spreadsheets/abc/values/A1:append?valueInputOption=RAW', {
    method: 'POST',
    headers: { Authorization: `Bearer ${sheets}` },
    body: JSON.stringify({ values }),
  });
  return Response.json({ rows: values.length });
});
"#,
        &[("googlesheets", "https://www.googleapis.com/auth/spreadsheets"), ("linear", "read")],
    ),
    (
        r#"import { createClientFromRequest } from 'npm:@base44/sdk';

Deno.serve(async (req) => {
  const base44 = createClientFromRequest(req);
  const { repo, issue } = await req.json();
  const { accessToken } = await base44.asServiceRole.connectors.getConnection('github');
  const headers = new Headers();
  headers.set('Authorization', `Bearer ${accessToken}`);
  headers.set('Accept', 'application/vnd.github+json');
  const url = `https://api.github.com/repos/${repo}/issues/${issue}`;
  const current = await fetch(url, { headers });
  if (current.status === 404) return new Response('no such issue', { status: 404 });
  const comment = await fetch(`${url}/comments`, { method: 'POST', headers, body: JSON.stringify({ body: 'Seen' }) });
  return Response.json({ ok: comment.ok });
});
"#,
        &[("github", "repo")],
    ),
    (
        r#"import { createClientFromRequest } from 'npm:@base44/sdk';

async function postToLinkedIn(base44, text) {
  const { accessToken } = await base44.asServiceRole.connectors.getConnection('linkedin');
  const me = await fetch('https://api.linkedin.com/v2/userinfo', {
    headers: { Authorization: `Bearer ${accessToken}` },
  });
  const { sub } = await me.json();
  return await fetch('https://api.linkedin.com/v2/ugcPosts', {
    method: 'POST',
    headers: { Authorization: `Bearer ${accessToken}`, 'X-Restli-Protocol-Version': '2.0.0' },
    body: JSON.stringify({ author: `urn:li:person:${sub}`, specificContent: { text } }),
  });
}

async function mirrorToNotion(base44, text) {
  const notion = await base44.asServiceRole.connectors.getConnection('notion');
  await fetch('https://api.notion.com/v1/pages', {
    method: 'POST',
    headers: { Authorization: `Bearer ${notion.accessToken}`, 'Notion-Version': '2022-06-28' },
    body: JSON.stringify({ parent: { page_id: Deno.env.get('PAGE') }, children: [text] }),
  });
}

Deno.serve(async (req) => {
  const base44 = createClientFromRequest(req);
  const { text } = await req.json();
  await Promise.all([postToLinkedIn(base44, text), mirrorToNotion(base44, text)]);
  return Response.json({ posted: true });
});
"#,
        &[("linkedin", "openid\", \"profile\", \"w_member_social"), ("notion", "")],
    ),
    (
        r#"import { createClientFromRequest } from 'npm:@base44/sdk';

Deno.serve(async (req) => {
  const base44 = createClientFromRequest(req);
  const { accessToken } = await base44.asServiceRole.connectors.getConnection('googlecalendar');
  const headers = { Authorization: `Bearer ${accessToken}` };
  const root = 'https://www.googleapis.com/calendar/v3';
  const calendars = await (await fetch(`${root}/users/me/calendarList`, { headers })).json();
  const busy = await fetch(root + '/freeBusy', {
    method: 'POST',
    headers,
    body: JSON.stringify({ items: calendars.items.map(({ id }) => ({ id })) }),
  });
  if (busy.ok) {
    return Response.json(await busy.json());
  }
  const { accessToken: mailToken } = await base44.asServiceRole.connectors.getConnection('gmail');
  await fetch('https://gmail.googleapis.com/gmail/v1/users/me/messages/send', {
    method: 'POST',
    headers: { Authorization: `Bearer ${mailToken}` },
    body: JSON.stringify({ raw: btoa('Subject: no calendar') }),
  });
  return new Response('failed', { status: 500 });
});
"#,
        &[
            ("googlecalendar", "https://www.googleapis.com/auth/calendar.readonly"),
            ("gmail", "https://www.googleapis.com/auth/gmail.send"),
        ],
    ),
];

const ENTRY: &str = "base44/functions/send/entry.ts";

/// A finding, apart from where it stands.
type Said = (PathBuf, &'static str, Severity, String);

/// A project with one function, as an editor has it.
struct Editor {
    _project: TestProject,
    entry: PathBuf,
    state: ProjectState,
    base: CodeBase,
}

impl Editor {
    fn of(text: &str, connectors: &[(&str, &str)]) -> Editor {
        let project = TestProject::new();
        project.write(ENTRY, text);
        for (name, scopes) in connectors {
            let scopes = if scopes.is_empty() { String::new() } else { format!("\"{scopes}\"") };
            let text = format!("{{ \"type\": \"{name}\", \"scopes\": [{scopes}] }}");
            project.write_connector(&format!("{name}.jsonc"), text);
        }
        let root = project.real_root();
        let found = Project::from_config(&root.join("base44/config.jsonc"), &ProjectOptions::default());
        let state = ProjectState::load(Arc::new(found), &Severities::default(), Keep::Texts);
        let base = CodeBase::read(state.project()).unwrap();
        Editor { _project: project, entry: root.join(ENTRY), state, base }
    }

    fn said(&mut self) -> BTreeSet<Said> {
        self.state.set_code(self.base.app().map(Arc::new));
        let mut all = BTreeSet::new();
        for path in self.state.paths() {
            let findings = self.state.shown(path).into_iter().filter(|finding| finding.code.is_from_code());
            all.extend(findings.map(|finding| {
                (path.to_owned(), finding.code.as_str(), finding.severity, finding.message.clone())
            }));
        }
        all
    }

    fn typed(&mut self, text: &str) -> BTreeSet<Said> {
        self.base.set_text(&self.entry, text.into());
        self.said()
    }
}

/// The brackets and quotes that an editor has put behind what is typed so far.
fn closing(typed: &str) -> String {
    let mut open: Vec<char> = Vec::new();
    let mut before = ' ';
    for c in typed.chars() {
        match (open.last().copied(), c) {
            (Some(quote @ ('\'' | '"' | '`')), c) if c == quote && before != '\\' => drop(open.pop()),
            (Some('`'), '{') if before == '$' => open.push('}'),
            (Some('\'' | '"' | '`'), _) => {}
            (_, '\'' | '"' | '`') => open.push(c),
            (_, '(') => open.push(')'),
            (_, '[') => open.push(']'),
            (_, '{') => open.push('}'),
            (Some(bracket), c) if c == bracket => drop(open.pop()),
            _ => {}
        }
        before = c;
    }
    open.into_iter().rev().collect()
}

fn prefixes(text: &str) -> impl Iterator<Item = &str> {
    text.char_indices().map(|(at, _)| &text[..at])
}

/// What an author's text goes through: typed from its beginning, and each line of it deleted and typed again; both in
/// an editor that closes brackets and quotes by itself, and in one that does not.
fn keys(text: &str) -> Vec<String> {
    let mut all: Vec<String> = prefixes(text).map(str::to_owned).collect();
    all.extend(prefixes(text).map(|typed| format!("{typed}{}", closing(typed))));
    for closes in [false, true] {
        retype_lines(text, closes, &mut all);
    }
    all
}

/// Each line deleted and typed again.
fn retype_lines(text: &str, closes: bool, all: &mut Vec<String>) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches('\n');
        let (before, after) = (&text[..start], &text[start + body.len()..]);
        for typed in prefixes(body) {
            let closing = if closes { closing(typed) } else { String::new() };
            all.push(format!("{before}{typed}{closing}{after}"));
        }
        start += line.len();
    }
}

#[test]
fn while_code_is_typed_nothing_is_said_that_the_whole_text_does_not_say() {
    let one_in = std::env::var("KEYS_ONE_IN").ok().and_then(|text| text.parse().ok()).unwrap_or(KEYS_ONE_IN);
    let mut pressed = 0usize;
    let mut keys_with: BTreeMap<(&str, Severity), usize> = BTreeMap::new();
    let (mut hasty, mut warned) = (0usize, 0usize);
    let mut examples = Vec::new();
    for (text, connectors) in FUNCTIONS {
        let mut editor = Editor::of(text, connectors);
        let whole = editor.said();
        assert!(whole.iter().all(|(_, _, severity, _)| *severity > Severity::Warning), "{whole:?}");
        editor.typed(text);
        let keys = keys(text);
        let runs = keys.chunks(RUN).step_by(one_in);
        for typed in runs.flatten() {
            pressed += 1;
            let said = editor.typed(typed);
            let more: Vec<&Said> = said.difference(&whole).collect();
            let kinds: BTreeSet<(&str, Severity)> = more.iter().map(|said| (said.1, said.2)).collect();
            for kind in &kinds {
                *keys_with.entry(*kind).or_default() += 1;
            }
            let warns = kinds.iter().any(|(_, severity)| *severity <= Severity::Warning);
            hasty += usize::from(!more.is_empty());
            warned += usize::from(warns);
            if warns {
                let words = more.iter().map(|said| format!("{} {}", said.1, said.3)).collect::<Vec<_>>();
                examples.push(format!("{typed}\n{}", words.join("\n")));
            }
        }
        assert_eq!(editor.typed(text), whole, "typed to its end");
    }
    println!(
        "{pressed} keys, {hasty} with a finding that the whole text lacks, {warned} with a warning: {keys_with:?}"
    );
    if std::env::var_os("KEYS_SHOW").is_some() {
        println!("{}", examples.join("\n---\n"));
    }
    let of = |count: usize| 1000 * count / pressed;
    assert!(of(hasty) <= 20 && of(warned) <= 10, "too many");
}
