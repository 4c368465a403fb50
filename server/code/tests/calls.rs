//! How real apps build the requests that they send a token with.

mod support;
use support::{App, body, file, files, sdk};

const GET: &str =
    "\nconst { accessToken } = await base44.asServiceRole.connectors.getConnection('googlecalendar');";

#[track_caller]
fn with_token(text: &str, calls: &str) {
    let calls = calls.trim().lines().map(|line| format!("\n  {}", line.trim())).collect::<String>();
    body(&format!("{GET}\n{text}"), &format!("2 googlecalendar{calls}"));
}

#[test]
fn an_address_and_options() {
    with_token(
        "await fetch('https://h/a', { headers: { Authorization: `Bearer ${accessToken}` } });",
        "3 GET https://h/a",
    );
    with_token(
        "await fetch('https://h/a', { method: 'post', headers: { Authorization: 'Bearer ' + accessToken } });",
        "3 POST https://h/a",
    );
    with_token("await fetch('https://h/a', { headers: { 'X-Key': accessToken } });", "3 GET https://h/a");
}

#[test]
fn another_token_is_no_call_of_this_one() {
    with_token(
        "await fetch('https://h/a', { headers: { Authorization: `Bearer ${Deno.env.get('KEY')}` } });",
        "",
    );
}

#[test]
fn headers_in_many_forms() {
    with_token(
        "const headers = new Headers(); headers.set('Authorization', `Bearer ${accessToken}`);\nawait fetch('https://h/a', { headers });",
        "4 GET https://h/a",
    );
    with_token(
        "const auth = { Authorization: `Bearer ${accessToken}` };\nawait fetch('https://h/a', { headers: { ...auth, Accept: 'x' } });",
        "4 GET https://h/a",
    );
    with_token(
        "const h = { 'Content-Type': 'x' };\nh['Authorization'] = `Bearer ${accessToken}`;\nawait fetch('https://h/a', { headers: h });",
        "5 GET https://h/a",
    );
    with_token(
        "const h = {};\nif (accessToken) h.Authorization = accessToken;\nawait fetch('https://h/a', { headers: h });",
        "5 GET https://h/a",
    );
    with_token(
        "await fetch('https://h/a', { headers: [['Authorization', 'Bearer ' + accessToken]] });",
        "3 GET https://h/a",
    );
    with_token(
        "const init = { method: 'PUT' };\ninit.headers = Object.assign({}, { Authorization: accessToken });\nawait fetch('https://h/a', init);",
        "5 PUT https://h/a",
    );
}

#[test]
fn a_token_in_the_address_or_the_body() {
    with_token(
        "await fetch(`https://h/me?access_token=${accessToken}`);",
        "3 GET https://h/me?access_token={}",
    );
    with_token(
        "await fetch('https://h/me', { method: 'POST', body: JSON.stringify({ access_token: accessToken }) });",
        "3 POST https://h/me",
    );
    with_token(
        "await fetch('https://h/me', { method: 'POST', body: new URLSearchParams({ access_token: accessToken }) });",
        "3 POST https://h/me",
    );
}

#[test]
fn a_request_object() {
    with_token(
        "const r = new Request('https://h/a', { method: 'DELETE', headers: { Authorization: accessToken } });\nawait fetch(r);",
        "4 DELETE https://h/a",
    );
    with_token(
        "const request = { url: 'https://h/a', method: 'PATCH', headers: { Authorization: accessToken } };\nawait fetch(request.url, request);",
        "4 PATCH https://h/a",
    );
}

#[test]
fn fetch_as_a_value() {
    with_token(
        "const f = fetch; await f('https://h/a', { headers: { Authorization: accessToken } });",
        "3 GET https://h/a",
    );
    with_token(
        "await globalThis.fetch('https://h/a', { headers: { Authorization: accessToken } });",
        "3 GET https://h/a",
    );
    with_token(
        "async function go(input) { return input.fetcher('https://h/a', { headers: { Authorization: input.token } }); }\nawait go({ fetcher: fetch, token: accessToken });",
        "3 GET https://h/a",
    );
    with_token(
        "async function go(token, doFetch = fetch) { return doFetch('https://h/a', { headers: { Authorization: token } }); }\nawait go(accessToken);",
        "3 GET https://h/a",
    );
    with_token(
        "async function go(token, options) { return options.fetcher('https://h/a', { headers: { Authorization: token } }); }\nawait go(accessToken, await req.json());",
        "3 GET https://h/a",
    );
}

#[test]
fn addresses_of_constants() {
    file(
        "Deno.serve(async (req) => {\n const base44 = createClientFromRequest(req);\n const { accessToken } = await base44.asServiceRole.connectors.getConnection('googledrive');\n await fetch(`${API}/files/${req.id}?fields=id`, { headers: { Authorization: accessToken } });\n});\nconst HOST = 'https://www.googleapis.com';\nconst API = HOST + '/drive/v3';",
        "3 googledrive\n  4 GET https://www.googleapis.com/drive/v3/files/{}?fields=id",
    );
}

#[test]
fn addresses_that_grow() {
    with_token(
        "let url = 'https://h/a?x=1';\nif (req.t) url += `&pageToken=${req.t}`;\nawait fetch(url, { headers: { Authorization: accessToken } });",
        "5 GET https://h/a?x=1&pageToken={}\n5 GET https://h/a?x=1",
    );
    with_token(
        "const url = new URL('https://h/a');\nurl.searchParams.set('types', 'public_channel,private_channel');\nawait fetch(url, { headers: { Authorization: accessToken } });",
        "5 GET https://h/a?types=public_channel,private_channel",
    );
    with_token(
        "const url = new URL('/b/c', 'https://h/a');\nawait fetch(url.toString(), { headers: { Authorization: accessToken } });",
        "4 GET https://h/b/c",
    );
    with_token(
        "const q = new URLSearchParams({ a: '1', b: req.b });\nawait fetch(`https://h/a?${q}`, { headers: { Authorization: accessToken } });",
        "4 GET https://h/a?a=1&b={}",
    );
    with_token(
        "const p = new URLSearchParams();\np.append('a', '1');\nawait fetch('https://h/a?' + p.toString(), { headers: { Authorization: accessToken } });",
        "5 GET https://h/a?a=1",
    );
    with_token(
        "const parts = ['https://h', 'a', req.id];\nawait fetch(parts.join('/'), { headers: { Authorization: accessToken } });",
        "4 GET https://h/a/{}",
    );
    with_token(
        "const url = 'https://h/{id}/x'.replace('{id}', req.id);\nawait fetch(url, { headers: { Authorization: accessToken } });",
        "4 GET https://h/{}/x",
    );
}

#[test]
fn one_segment_is_encoded() {
    with_token(
        "await fetch(`https://h/c/${encodeURIComponent('a b')}/e/${encodeURIComponent(req.id)}`, { headers: { Authorization: accessToken } });",
        "3 GET https://h/c/a%20b/e/{}",
    );
}

#[test]
fn method_and_address_of_one_branch_stay_together() {
    with_token(
        "let url, method;\nif (req.id) { url = `https://h/e/${req.id}`; method = 'PUT'; } else { url = 'https://h/e'; method = 'POST'; }\nawait fetch(url, { method, headers: { Authorization: accessToken } });",
        "5 PUT https://h/e/{}\n5 POST https://h/e",
    );
    with_token(
        "let url = 'https://h/e';\nlet method = 'POST';\nif (req.id) { url += '/' + req.id; method = 'PUT'; }\nawait fetch(url, { method, headers: { Authorization: accessToken } });",
        "6 PUT https://h/e/{}\n6 POST https://h/e",
    );
    with_token(
        "const url = req.id ? `https://h/e/${req.id}` : 'https://h/e';\nconst method = req.id ? 'PATCH' : 'POST';\nawait fetch(url, { method, headers: { Authorization: accessToken } });",
        "5 PATCH https://h/e/{}\n5 POST https://h/e",
    );
    with_token(
        "const isNew = !req.id;\nconst res = await fetch(isNew ? 'https://h/e' : `https://h/e/${req.id}`, { method: isNew ? 'POST' : 'PATCH', headers: { Authorization: accessToken } });",
        "4 POST https://h/e\n4 PATCH https://h/e/{}",
    );
    with_token(
        "let r;\nswitch (req.action) {\n case 'a': r = { url: 'https://h/a', method: 'GET' }; break;\n case 'b': r = { url: 'https://h/b', method: 'POST' }; break;\n default: return null;\n}\nawait fetch(r.url, { method: r.method, headers: { Authorization: accessToken } });",
        "9 GET https://h/a\n9 POST https://h/b",
    );
}

#[test]
fn helpers() {
    with_token(
        "async function request(method, path, body, token) {\n return fetch('https://h' + path, { method, headers: { Authorization: `Bearer ${token}` }, body: JSON.stringify(body) });\n}\nawait request('POST', '/a/search', {}, accessToken);\nawait request('PATCH', `/a/${req.id}`, {}, accessToken);",
        "4 POST https://h/a/search\n4 PATCH https://h/a/{}",
    );
    with_token(
        "async function api(token, path, init = {}) {\n return fetch(`https://h${path}`, { ...init, headers: { Authorization: `Bearer ${token}`, ...(init.headers || {}) } });\n}\nawait api(accessToken, '/a');\nawait api(accessToken, '/b', { method: 'POST' });",
        "4 GET https://h/a\n4 POST https://h/b",
    );
    with_token(
        "const call = (path) => fetch('https://h' + path, { headers: { Authorization: accessToken } });\nconst [a, b] = await Promise.all([call('/a'), call('/b')]);",
        "3 GET https://h/a\n3 GET https://h/b",
    );
    with_token(
        "async function withRetry(fn) { for (let i = 0; i < 3; i++) { try { return await fn(); } catch (e) {} } throw new Error(); }\nawait withRetry(() => fetch('https://h/a', { headers: { Authorization: accessToken } }));",
        "4 GET https://h/a",
    );
}

#[test]
fn a_request_that_another_file_builds() {
    files(
        &[
            (
                "base44/functions/a/entry.ts",
                "import { exportRequest } from '../../shared/google.ts';\nclass A {\n constructor(b) { this.base44 = b; }\n async go(id) {\n  const connection = await this.base44.asServiceRole.connectors.getConnection(\"googledrive\");\n  const request = exportRequest(connection.accessToken, id);\n  return send(request.url, request);\n }\n}\nasync function send(url, init) { return fetch(url, init); }\nDeno.serve(async (req) => new A(createClientFromRequest(req)).go('x'));",
            ),
            (
                "base44/shared/google.ts",
                "export function exportRequest(token: string, id: string) {\n return {\n  url: 'https://www.googleapis.com/drive/v3/files/' +\n   `${encodeURIComponent(id)}/export?mimeType=text/plain`,\n  method: 'GET',\n  headers: { Authorization: `Bearer ${token}` },\n };\n}",
            ),
        ],
        "5 googledrive\n  10 GET https://www.googleapis.com/drive/v3/files/x/export?mimeType=text/plain",
    );
}

#[test]
fn modules_that_import_each_other() {
    files(
        &[
            (
                "functions/a/entry.ts",
                "import * as api from './api.ts';\nexport const HOST = 'https://h';\nDeno.serve(async (req) => api.go(createClientFromRequest(req)));",
            ),
            (
                "functions/a/api.ts",
                "import { HOST } from './entry.ts';\nexport { go } from './go';\nexport const url = () => HOST + '/a';",
            ),
            (
                "functions/a/go.ts",
                "import { url } from './api.ts';\nexport async function go(b) {\n const t = await b.asServiceRole.connectors.getAccessToken('gmail');\n return fetch(url(), { headers: { Authorization: t } });\n}",
            ),
        ],
        "functions/a/go.ts:3 gmail getAccessToken\n  functions/a/go.ts:4 GET https://h/a",
    );
}

#[test]
fn links_of_an_answer_need_no_more() {
    with_token(
        "let url = 'https://h/a';\nwhile (url) {\n const data = await (await fetch(url, { headers: { Authorization: accessToken } })).json();\n url = data['@odata.nextLink'];\n}\nconst up = await fetch('https://h/up', { method: 'POST', headers: { Authorization: accessToken } });\nawait fetch(up.headers.get('Location'), { method: 'PUT', headers: { Authorization: accessToken } });",
        "5 GET https://h/a\n8 POST https://h/up",
    );
}

#[test]
fn an_object_type_is_a_parameter() {
    with_token(
        "async function upsert(type, id) { return fetch(`https://h/objects/${type}/${id}`, { method: 'PATCH', headers: { Authorization: accessToken } }); }\nawait upsert('contacts', req.a);\nawait upsert('deals', req.b);",
        "3 PATCH https://h/objects/contacts/{}\n3 PATCH https://h/objects/deals/{}",
    );
}

#[test]
fn lists_that_are_walked() {
    with_token(
        "for (const id of req.ids || []) {\n await fetch(`https://h/e/${id}`, { headers: { Authorization: accessToken } });\n}",
        "4 GET https://h/e/{}",
    );
    with_token(
        "await Promise.all(req.ids.map(async (id) => fetch(`https://h/e/${id}`, { headers: { Authorization: accessToken } })));",
        "3 GET https://h/e/{}",
    );
    with_token(
        "for (const site of ['a', 'b']) {\n const r = await fetch(`https://h/${site}`, { method: 'PUT', headers: { Authorization: accessToken } });\n if (r.ok) break;\n}",
        "4 PUT https://h/a\n4 PUT https://h/b",
    );
}

#[test]
fn axios() {
    file(
        "import axios from 'npm:axios@1';\nDeno.serve(async (req) => {\n const base44 = createClientFromRequest(req);\n const t = await base44.asServiceRole.connectors.getAccessToken('slack');\n const headers = { Authorization: `Bearer ${t}` };\n await axios.get('https://h/a', { headers, params: { x: '1' } });\n await axios.post('https://h/b', { y: 1 }, { headers });\n await axios({ url: 'https://h/c', method: 'delete', headers });\n const api = axios.create({ baseURL: 'https://h', headers });\n await api.patch('/d', {});\n});",
        "4 slack getAccessToken\n  6 GET https://h/a?x=1\n  7 POST https://h/b\n  8 DELETE https://h/c\n  10 PATCH https://h/d",
    );
}

#[test]
fn clients_of_providers() {
    file(
        "import { google } from 'npm:googleapis@140';\nDeno.serve(async (req) => {\n const base44 = createClientFromRequest(req);\n const { accessToken } = await base44.asServiceRole.connectors.getConnection('googlecalendar');\n const auth = new google.auth.OAuth2();\n auth.setCredentials({ access_token: accessToken });\n const calendar = google.calendar({ version: 'v3', auth });\n await calendar.events.insert({ calendarId: 'primary' });\n});",
        "4 googlecalendar\n  8 ? googleapis#calendar.events.insert",
    );
    file(
        "import { Octokit } from 'https://esm.sh/@octokit/rest@20?dts';\nDeno.serve(async (req) => {\n const base44 = createClientFromRequest(req);\n const t = await base44.asServiceRole.connectors.getAccessToken('github');\n const octokit = new Octokit({ auth: t });\n await octokit.rest.issues.create({ owner: 'a' });\n await octokit.request('POST /repos/{owner}/{repo}/issues', {});\n});",
        "4 github getAccessToken\n  6 ? @octokit/rest#rest.issues.create\n  7 POST https://api.github.com/repos/{}/{}/issues",
    );
    file(
        "import { WebClient } from 'npm:@slack/web-api';\nDeno.serve(async (req) => {\n const base44 = createClientFromRequest(req);\n const t = await base44.asServiceRole.connectors.getAccessToken('slackbot');\n await new WebClient(t).chat.postMessage({ channel: 'x' });\n});",
        "4 slackbot getAccessToken\n  5 ? @slack/web-api#chat.postMessage",
    );
    file(
        "import { Client } from 'npm:@microsoft/microsoft-graph-client';\nDeno.serve(async (req) => {\n const base44 = createClientFromRequest(req);\n const t = await base44.asServiceRole.connectors.getAccessToken('outlook');\n const client = Client.init({ authProvider: (done) => done(null, t) });\n await client.api('/me/messages').top(10).get();\n});",
        "4 outlook getAccessToken\n  6 GET https://graph.microsoft.com/v1.0/me/messages",
    );
    file(
        "import { google } from 'npm:googleapis';\nDeno.serve(async (req) => {\n const auth = new google.auth.OAuth2(Deno.env.get('ID'));\n auth.setCredentials({ access_token: req.user.token });\n await google.gmail({ version: 'v1', auth }).users.messages.send({});\n});",
        "",
    );
}

#[test]
fn three_kinds_of_connection_feed_one_helper() {
    body(
        "\nconst tokens = [];\ntokens.push((await base44.asServiceRole.connectors.getConnection('googlecalendar')).accessToken);\ntokens.push((await base44.asServiceRole.connectors.getCurrentAppUserConnection(ID)).accessToken);\nfor (const t of tokens) await fetch('https://h/a', { headers: { Authorization: `Bearer ${t}` } });",
        "3 googlecalendar\n  5 GET https://h/a\n4 ? by id\n  5 GET https://h/a",
    );
}

#[test]
fn the_same_name_in_different_blocks() {
    body(
        "\nif (req.a) {\n const { accessToken } = await base44.asServiceRole.connectors.getConnection('gmail');\n await fetch('https://h/a', { headers: { Authorization: accessToken } });\n}\nif (req.b) {\n const { accessToken } = await base44.asServiceRole.connectors.getConnection('slack');\n await fetch('https://h/b', { headers: { Authorization: accessToken } });\n}",
        "3 gmail\n  4 GET https://h/a\n7 slack\n  8 GET https://h/b",
    );
}

#[test]
fn a_token_that_is_kept() {
    file(
        "let cached = null;\nasync function token(base44) {\n if (cached) return cached;\n const { accessToken } = await base44.asServiceRole.connectors.getConnection('hubspot');\n cached = accessToken;\n return cached;\n}\nDeno.serve(async (req) => {\n const base44 = createClientFromRequest(req);\n const t = await token(base44);\n await fetch('https://h/a', { headers: { Authorization: `Bearer ${t}` } });\n});",
        "4 hubspot\n  11 GET https://h/a",
    );
}

#[test]
fn handlers_in_many_forms() {
    for handler in [
        "export default async function (req) { return go(req); }",
        "export default Deno.serve(async (req) => go(req));",
        "serveBase44Function(async (req) => go(req));",
        "const handler = async (req) => go(req);\nDeno.serve(handler);",
        "export const handler = async (req) => go(req);",
        "Deno.serve({ port: 8000, handler: (req) => go(req) });",
        "addEventListener('fetch', (event) => event.respondWith(go(event.request)));",
    ] {
        let text = format!(
            "async function go(req) {{\n const b = createClientFromRequest(req);\n const t = await b.asServiceRole.connectors.getAccessToken('slack');\n return new Response((await fetch('https://h/a', {{ headers: {{ Authorization: t }} }})).body);\n}}\n{handler}"
        );
        file(&text, "3 slack getAccessToken\n  4 GET https://h/a");
    }
}

#[test]
fn what_follows_then() {
    with_token(
        "fetch('https://h/a', { headers: { Authorization: accessToken } }).then((r) => r.json()).then((d) => fetch(`https://h/b/${d.id}`, { headers: { Authorization: accessToken } }));",
        "3 GET https://h/a\n3 GET https://h/b/{}",
    );
    body(
        "\nreturn base44.asServiceRole.connectors.getConnection('gmail').then(({ accessToken }) => fetch('https://h/a', { headers: { Authorization: accessToken } }));",
        "2 gmail\n  2 GET https://h/a",
    );
}

#[test]
fn the_document_of_a_graphql_request() {
    let app = support::App::new(&[(
        "a.ts",
        "Deno.serve(async (req) => {\n const b = createClientFromRequest(req);\n const t = await b.asServiceRole.connectors.getAccessToken('linear');\n const query = `mutation M($i: I!) { issueCreate(input: $i) { success } }`;\n await fetch('https://api.linear.app/graphql', { method: 'POST', headers: { Authorization: t }, body: JSON.stringify({ query, variables: {} }) });\n});",
    )]);
    let found = app.analyse("a.ts");
    assert!(
        found.calls[0].graphql.as_deref().is_some_and(|text| text.starts_with("mutation M")),
        "{found:?}"
    );
}

#[test]
fn the_same_entry_of_two_tables() {
    body(
        "\nconst TYPES = { google: 'googlecalendar', microsoft: 'outlook' };\nconst URLS = { google: 'https://g/events', microsoft: 'https://m/events' };\nconst { provider } = await req.json();\nconst { accessToken } = await base44.asServiceRole.connectors.getConnection(TYPES[provider]);\nawait fetch(URLS[provider], { headers: { Authorization: accessToken } });",
        "5 googlecalendar table\n  6 GET https://g/events\n5 outlook table\n  6 GET https://m/events",
    );
    body(
        "\nconst ALL = { google: { type: 'googlecalendar', url: 'https://g/events' }, microsoft: { type: 'outlook', url: 'https://m/events' } };\nconst one = ALL[(await req.json()).provider];\nconst { accessToken } = await base44.asServiceRole.connectors.getConnection(one.type);\nawait fetch(one.url, { headers: { Authorization: accessToken } });",
        "4 googlecalendar table\n  5 GET https://g/events\n4 outlook table\n  5 GET https://m/events",
    );
}

#[test]
fn a_table_of_types_and_one_address() {
    body(
        "\nconst ALL = { google: { type: 'googledrive' }, sheets: { type: 'googlesheets' } };\nconst { accessToken } = await base44.asServiceRole.connectors.getConnection(ALL[req.kind].type);\nawait fetch('https://h/files', { headers: { Authorization: accessToken } });",
        "3 googledrive table\n  4 GET https://h/files or another type\n3 googlesheets table\n  4 GET https://h/files or another type",
    );
}

#[test]
fn a_class_that_is_given_by_default_and_extended() {
    files(
        &[
            (
                "functions/a/entry.ts",
                "import { Calendar } from '../../shared/calendar.ts';\nDeno.serve(async (req) => {\n const base44 = createClientFromRequest(req);\n const { accessToken } = await base44.asServiceRole.connectors.getConnection('googlecalendar');\n await new Calendar(accessToken).list();\n});",
            ),
            (
                "shared/calendar.ts",
                "export default abstract class Base {\n constructor(protected readonly token: string, private root: string) {}\n protected call(path) { return fetch(this.root + path, { headers: this.headers() }); }\n private headers() { const h = new Headers(); h.set('Authorization', `Bearer ${this.token}`); return h; }\n}\nexport class Calendar extends Base {\n constructor(token) { super(token, 'https://h'); }\n list() { return this.call('/events'); }\n}",
            ),
        ],
        "4 googlecalendar\n  shared/calendar.ts:3 GET https://h/events",
    );
}

#[test]
fn methods_and_addresses_of_a_chain_of_questions() {
    with_token(
        "const { action, id } = await req.json();\nlet url = 'https://h/events', method;\nif (action === 'create') { method = 'POST'; }\nelse if (action === 'update') { method = 'PATCH'; url += '/' + id; }\nelse if (action === 'delete') { method = 'DELETE'; url += '/' + id; }\nelse return;\nawait fetch(url, { method, headers: { Authorization: accessToken } });",
        "9 POST https://h/events\n9 PATCH https://h/events/{}\n9 DELETE https://h/events/{}",
    );
    with_token(
        "const { action, id } = await req.json();\nlet url = 'https://h/events', method = 'GET';\nswitch (action) {\n case 'create': method = 'POST'; break;\n case 'update': method = 'PATCH'; url += '/' + id; break;\n case 'delete': method = 'DELETE'; url += '/' + id; break;\n}\nawait fetch(url, { method, headers: { Authorization: accessToken } });",
        "10 POST https://h/events\n10 PATCH https://h/events/{}\n10 DELETE https://h/events/{}\n10 GET https://h/events",
    );
}

#[test]
fn a_token_that_is_kept_for_the_next_time() {
    file(
        "const kept = new Map();\nasync function tokenOf(base44, type) {\n if (kept.has(type)) return kept.get(type);\n const { accessToken } = await base44.asServiceRole.connectors.getConnection(type);\n kept.set(type, accessToken);\n return accessToken;\n}\nDeno.serve(async (req) => {\n const base44 = createClientFromRequest(req);\n for (const id of req.ids) await fetch(`https://h/${id}`, { headers: { Authorization: await tokenOf(base44, 'googledrive') } });\n await fetch('https://h/last', { headers: { Authorization: await tokenOf(base44, 'googledrive') } });\n});",
        "4 googledrive parameter\n  10 GET https://h/{}\n  11 GET https://h/last",
    );
}

#[test]
fn generators_give_what_they_yield() {
    with_token(
        "async function* pages(token) {\n let url = 'https://h/list';\n do {\n  const d = await (await fetch(url, { headers: { Authorization: token } })).json();\n  yield* d.items;\n  url = d.next;\n } while (url);\n}\nfor await (const item of pages(accessToken)) await fetch(`https://h/items/${item.id}`, { headers: { Authorization: accessToken } });",
        "6 GET https://h/list\n11 GET https://h/items/{}",
    );
    with_token(
        "function* all() { yield '/a'; yield '/b'; }\nfor (const path of all()) await fetch('https://h' + path, { headers: { Authorization: accessToken } });",
        "4 GET https://h/a\n4 GET https://h/b",
    );
}

#[test]
fn what_follows_a_loop_that_is_left() {
    with_token(
        "do {\n const r = await fetch('https://h/a', { headers: { Authorization: accessToken } });\n break;\n} while (true);\nawait fetch('https://h/b', { headers: { Authorization: accessToken } });",
        "4 GET https://h/a\n7 GET https://h/b",
    );
}

#[test]
fn a_later_turn_that_goes_another_way() {
    with_token(
        "let folder = null;\nfor (const item of req.items) {\n if (folder) {\n  await fetch(`https://h/files/${item}`, { method: 'PATCH', headers: { Authorization: accessToken } });\n } else {\n  folder = (await (await fetch('https://h/files', { method: 'POST', headers: { Authorization: accessToken } })).json()).id;\n }\n}",
        "6 PATCH https://h/files/{}\n8 POST https://h/files",
    );
}

#[test]
fn other_packages_that_send_requests() {
    file(
        "import ky from 'npm:ky';\nimport got from 'npm:got';\nimport { ofetch } from 'npm:ofetch';\nDeno.serve(async (req) => {\n const base44 = createClientFromRequest(req);\n const t = await base44.asServiceRole.connectors.getAccessToken('slack');\n const headers = { Authorization: `Bearer ${t}` };\n await ky.create({ prefixUrl: 'https://h/api', headers }).post('a', { json: {} });\n await got.put('https://h/b', { headers, json: {} });\n await ofetch('/c', { baseURL: 'https://h', method: 'DELETE', headers });\n});",
        "6 slack getAccessToken\n  8 POST https://h/api/a\n  9 PUT https://h/b\n  10 DELETE https://h/c",
    );
}

#[test]
fn an_instance_that_gets_its_token_later() {
    file(
        "import axios from 'npm:axios';\nDeno.serve(async (req) => {\n const base44 = createClientFromRequest(req);\n const t = await base44.asServiceRole.connectors.getAccessToken('slack');\n const api = axios.create({ baseURL: 'https://h/' });\n api.defaults.headers.common['Authorization'] = `Bearer ${t}`;\n await api.post('/a', {});\n const other = axios.create({ baseURL: 'https://h' });\n other.interceptors.request.use((config) => { config.headers.Authorization = t; return config; });\n await other.get('/b');\n await axios.get('https://h/c');\n});",
        "4 slack getAccessToken\n  7 POST https://h/a\n  10 GET https://h/b",
    );
}

#[test]
fn operations_that_a_method_is_given() {
    file(
        "import { WebClient } from 'npm:@slack/web-api';\nimport { Octokit } from 'npm:octokit';\nimport { Client } from 'npm:@hubspot/api-client';\nDeno.serve(async (req) => {\n const base44 = createClientFromRequest(req);\n const t = await base44.asServiceRole.connectors.getAccessToken('slack');\n await new WebClient(t).apiCall('users.info', { user: 'U' });\n const octokit = new Octokit({ auth: t });\n await octokit.paginate(octokit.rest.issues.listForRepo, { owner: 'a' });\n await new Client({ accessToken: t }).apiRequest({ method: 'post', path: `/crm/v3/objects/${req.type}` });\n});",
        "6 slack getAccessToken\n  7 ? @slack/web-api#users.info\n  9 ? octokit#rest.issues.listForRepo\n  10 POST https://api.hubapi.com/crm/v3/objects/{}",
    );
}

#[test]
fn a_client_of_google_with_its_token_in_each_call_or_for_all() {
    file(
        "import { google } from 'npm:googleapis';\nDeno.serve(async (req) => {\n const base44 = createClientFromRequest(req);\n const t = await base44.asServiceRole.connectors.getAccessToken('gmail');\n const auth = new google.auth.OAuth2();\n auth.credentials = { access_token: t };\n await google.calendar('v3').events.list({ auth, calendarId: 'primary' });\n google.options({ auth });\n await google.gmail('v1').users.messages.send({ userId: 'me' });\n});",
        "4 gmail getAccessToken\n  7 ? googleapis#calendar.events.list\n  9 ? googleapis#gmail.users.messages.send",
    );
}

#[test]
fn what_is_spread_into_a_list_is_in_it() {
    with_token(
        "const init = { headers: { Authorization: accessToken } };\nconst { items } = await (await fetch('https://h/a', init)).json();\nconst all = [];\nall.push(...items.map((one) => ({ id: one.id })));\nfor (const one of all) await fetch(`https://h/b/${one.id}`, init);",
        "4 GET https://h/a\n7 GET https://h/b/{}",
    );
    with_token(
        "const init = { headers: { Authorization: accessToken } };\nconst all = [];\nall.push(...rows());\nfor (const one of all) await fetch(`https://h/b/${one.id}`, init);",
        "6 GET https://h/b/{}",
    );
}

#[test]
fn addresses_that_are_made_for_each_entry_of_an_answer_are_the_programs_own() {
    with_token(
        "const init = { headers: { Authorization: accessToken } };\nconst { ids } = await (await fetch('https://h/a', init)).json();\nconst urls = ids.map((id) => `https://h/b/${id}`);\nfor (const url of urls) await fetch(url, init);\nawait Promise.all(ids.flatMap((id) => [`https://h/c/${id}`]).map((url) => fetch(url, init)));",
        "4 GET https://h/a\n6 GET https://h/b/{}\n7 GET https://h/c/{}",
    );
}

#[test]
fn a_function_of_a_file_or_a_method_that_is_chosen_when_the_code_runs() {
    let entry = "import { createClientFromRequest } from 'npm:@base44/sdk'; import * as all from './all.ts';\nDeno.serve(async (req) => { const base44 = createClientFromRequest(req);\nconst { accessToken } = await base44.asServiceRole.connectors.getConnection('slack');\nconst { name } = await req.json();\nreturn all[name](accessToken); });";
    let all = "export const one = (token) => fetch('https://h/one', { headers: { Authorization: token } });\nexport async function two(token) { return fetch('https://h/two', { headers: { Authorization: token } }); }";
    files(
        &[("functions/a/entry.ts", entry), ("functions/a/all.ts", all)],
        "3 slack\n  functions/a/all.ts:1 GET https://h/one\n  functions/a/all.ts:2 GET https://h/two",
    );
    with_token(
        "class Api { constructor(token) { this.token = token; }\nlist() { return this.send('GET'); }\nadd() { return this.send('POST'); }\nsend(method) { return fetch('https://h/a', { method, headers: { Authorization: this.token } }); } }\nconst { name } = await req.json();\nawait new Api(accessToken)[name]();",
        "6 GET https://h/a\n6 POST https://h/a",
    );
}

#[test]
fn the_typed_methods_of_hubspots_client_are_requests() {
    let client = |text: &str, calls: &str| {
        let entry = format!(
            "import {{ createClientFromRequest }} from 'npm:@base44/sdk'; import {{ Client }} from 'npm:@hubspot/api-client@11';\nDeno.serve(async (req) => {{ const base44 = createClientFromRequest(req);\nconst {{ accessToken }} = await base44.asServiceRole.connectors.getConnection('hubspot');\nconst hubspot = new Client({{ accessToken }});\n{text}\n}});"
        );
        file(&entry, &format!("3 hubspot\n{calls}"));
    };
    for (text, call) in [
        ("crm.contacts.basicApi.create({})", "POST https://api.hubapi.com/crm/v3/objects/contacts"),
        ("crm.lineItems.basicApi.getById(id)", "GET https://api.hubapi.com/crm/v3/objects/line_items/{}"),
        ("crm.deals.searchApi.doSearch({})", "POST https://api.hubapi.com/crm/v3/objects/deals/search"),
        (
            "crm.objects.notes.batchApi.create({})",
            "POST https://api.hubapi.com/crm/v3/objects/notes/batch/create",
        ),
        ("crm.objects.basicApi.getPage('tickets')", "GET https://api.hubapi.com/crm/v3/objects/tickets"),
        ("crm.owners.ownersApi.getPage()", "GET https://api.hubapi.com/crm/v3/owners"),
        ("crm.properties.coreApi.getAll('deals')", "GET https://api.hubapi.com/crm/v3/properties/deals"),
        (
            "crm.associations.v4.basicApi.create('deals', id, 'contacts', other, [])",
            "PUT https://api.hubapi.com/crm/v4/objects/deals/{}/associations/contacts/{}",
        ),
        (
            "cms.blogs.blogPosts.basicApi.getPage()",
            "? @hubspot/api-client#cms.blogs.blogPosts.basicApi.getPage",
        ),
    ] {
        client(&format!("await hubspot.{text};"), &format!("  5 {call}"));
    }
}

#[test]
fn a_token_of_the_authors_own_may_be_sent_in_its_place() {
    let own = |text: &str, calls: &str| {
        with_token(
            &format!(
                "const token = {text};\nawait fetch('https://h/a', {{ headers: {{ Authorization: `Bearer ${{token}}` }} }});"
            ),
            calls,
        );
    };
    own("accessToken || Deno.env.get('OWN')", "4 GET https://h/a");
    own("Deno.env.get('OWN') || accessToken", "4 GET https://h/a or other");
    own("typeof accessToken === 'string' ? accessToken : accessToken.accessToken", "4 GET https://h/a");
}

#[test]
fn functions_that_are_given_their_first_arguments_before() {
    with_token(
        "const send = async (token, method, path) => fetch('https://h' + path, { method, headers: { Authorization: token } });\nconst mine = send.bind(null, accessToken);\nawait mine('PUT', '/a');\nawait mine.bind(null, 'POST')('/b');",
        "3 PUT https://h/a\n3 POST https://h/b",
    );
}

#[test]
fn a_handler_that_another_file_makes_or_gives() {
    let wrapper = "export const handler = (run) => async (req) => {\n const base44 = createClientFromRequest(req);\n const token = async (type) => (await base44.asServiceRole.connectors.getConnection(type)).accessToken;\n return Response.json(await run({ token }));\n};";
    files(
        &[
            (
                "functions/a/entry.ts",
                "import { handler } from '../../shared/handler.ts';\nexport default handler(async ({ token }) => {\n const t = await token('slack');\n return fetch('https://h/a', { headers: { Authorization: t } });\n});",
            ),
            ("shared/handler.ts", wrapper),
        ],
        "shared/handler.ts:3 slack parameter\n  4 GET https://h/a",
    );
    files(
        &[
            ("functions/a/entry.ts", "export { default } from '../../shared/a.ts';"),
            (
                "shared/a.ts",
                "export default async function go(req) {\n const b = createClientFromRequest(req);\n const t = await b.asServiceRole.connectors.getConnection('slack');\n return fetch('https://h/a', { headers: { Authorization: t.accessToken } });\n}",
            ),
        ],
        "shared/a.ts:3 slack\n  shared/a.ts:4 GET https://h/a",
    );
}

/// A function that takes the token of a type as `t`, on its line 4, and goes on with line 5.
fn with_package(import: &str, ty: &str, text: &str) -> String {
    format!(
        "{import}\nDeno.serve(async (req) => {{\n const base44 = createClientFromRequest(req);\n const t = (await base44.asServiceRole.connectors.getConnection('{ty}')).accessToken;\n{text}\n}});"
    )
}

#[test]
fn airtables_client() {
    let calls = "const base = new Airtable({ apiKey: t }).base('appX');\nawait base('Leads').select({ view: 'All' }).eachPage((records, next) => next());\nawait base.table('Leads').find(id);\nawait base('Leads').update([{ id }]);";
    file(
        &with_package("import Airtable from 'npm:airtable@0.12';", "airtable", calls),
        "4 airtable\n  6 GET https://api.airtable.com/v0/app{}/{}\n  7 GET https://api.airtable.com/v0/app{}/{}/{}\n  8 PATCH https://api.airtable.com/v0/app{}/{}",
    );
    let set = "Airtable.configure({ apiKey: t });\nawait Airtable.base('appX')('Leads').destroy(['r']);";
    file(
        &with_package("import Airtable from 'airtable';", "airtable", set),
        "4 airtable\n  6 DELETE https://api.airtable.com/v0/app{}/{}",
    );
}

#[test]
fn a_client_that_sends_nothing_known_may_send_anything() {
    let text = "const notion = new Client({ auth: t });\nconst users = notion.users;";
    file(
        &with_package("import { Client } from 'npm:@notionhq/client';", "notion", text),
        "4 notion incomplete",
    );
}

#[test]
fn linears_client() {
    let calls = "const linear = new LinearClient({ accessToken: t });\nconst me = await linear.viewer;\nconst { nodes } = await linear.issues({ first: 5 });\nawait linear.createIssue({ title: 'a' });\nawait linear.issueAddLabel('i', 'l');\nawait linear.client.rawRequest('mutation { commentCreate { success } }', {});";
    let text = with_package("import { LinearClient } from 'npm:@linear/sdk@38';", "linear", calls);
    let found = App::new(&[("functions/a/entry.ts", &text)]).analyse("functions/a/entry.ts");
    let documents: Vec<&str> = found.calls.iter().filter_map(|call| call.graphql.as_deref()).collect();
    assert_eq!(
        documents,
        [
            "query { viewer }",
            "query { issues }",
            "mutation { issueCreate }",
            "mutation { issueAddLabel }",
            "mutation { commentCreate { success } }"
        ]
    );
    assert!(found.calls.iter().all(|call| call.method.as_deref() == Some("POST")));
}

#[test]
fn what_stands_in_a_namespace() {
    let shared = "export namespace Routes {\n export const LIST = '/list';\n const host = 'https://h';\n export function url(path: string) { return host + path; }\n}\nnamespace Outer.Inner { export const METHOD = 'PUT'; }\nexport const method = Outer.Inner.METHOD;\n";
    for import in [
        "import { Routes, method } from './routes.ts';",
        "import * as all from './routes.ts';\nconst { Routes, method } = all;",
    ] {
        let entry = support::sdk(&format!(
            "{import}\nDeno.serve(async (req) => {{ const base44 = createClientFromRequest(req); const {{ accessToken }} = await base44.asServiceRole.connectors.getConnection('gmail'); await fetch(Routes.url(Routes.LIST), {{ method, headers: {{ Authorization: accessToken }} }}); }});"
        ));
        let app = App::new(&[("functions/a/entry.ts", &entry), ("functions/a/routes.ts", shared)]);
        let line = entry.lines().count();
        assert_eq!(
            app.lines("functions/a/entry.ts"),
            format!("{line} gmail\n  {line} PUT https://h/list"),
            "{entry}"
        );
    }
}

#[test]
fn a_namespace_that_adds_to_another_is_not_followed() {
    let text = support::sdk(
        "namespace A { export const url = 'https://h/a'; }\nnamespace A { export const more = 1; }\nDeno.serve(async (req) => { const base44 = createClientFromRequest(req); await base44.asServiceRole.connectors.getConnection('gmail'); });",
    );
    assert!(!App::new(&[("functions/a/entry.ts", &text)]).analyse("functions/a/entry.ts").complete);
}

#[test]
fn a_list_that_is_counted_through() {
    for (turns, entry) in [
        ("for (let i = 0; i < all.length; i++)", "all[i]"),
        ("for (let i = 0, n = all.length; i < n; i += 1)", "all[i]"),
        ("let i = 0; while (i < all.length)", "all[i++]"),
    ] {
        with_token(
            &format!(
                "const all = ['https://h/a', 'https://h/b'];\n{turns} {{\n await fetch({entry}, {{ headers: {{ Authorization: accessToken }} }});\n}}"
            ),
            "5 GET https://h/a\n5 GET https://h/b",
        );
    }
    body(
        "\nconst types = ['gmail', 'slack'];\nlet i = 0;\nwhile (i < types.length) {\n await base44.asServiceRole.connectors.getConnection(types[i]);\n i++;\n}",
        "5 gmail table\n5 slack table",
    );
}

#[test]
fn a_method_of_the_class_above() {
    with_token(
        "class Api {\n constructor(token) { this.token = token; }\n async send(method, path) { return fetch('https://h' + path, { method, headers: { Authorization: this.token } }); }\n}\nclass Logged extends Api {\n async send(method, path) { console.log(path); return [path].map(() => super.send(method, path))[0]; }\n}\nawait new Logged(accessToken).send('PUT', '/a');",
        "5 PUT https://h/a",
    );
}

#[test]
fn a_class_that_is_chosen_with_its_token() {
    body(
        "\nclass A { constructor(t) { this.t = t; } go() { return fetch('https://h/a', { headers: { Authorization: this.t } }); } }\nclass B { constructor(t) { this.t = t; } go() { return fetch('https://h/b', { headers: { Authorization: this.t } }); } }\nconst CLIENTS = { gmail: A, outlook: B };\nasync function clientFor(kind) {\n const { accessToken } = await base44.asServiceRole.connectors.getConnection(kind);\n return new CLIENTS[kind](accessToken);\n}\nconst client = await clientFor(req.mail ? 'gmail' : 'outlook');\nawait client.go();",
        "6 gmail table\n  2 GET https://h/a\n6 outlook table\n  3 GET https://h/b",
    );
}

#[test]
fn addresses_that_a_provider_gives() {
    for whole in [
        "p.startsWith('http') ? p : 'https://h.example/v1' + p",
        "/^https?:\\/\\//.test(p) ? p : `https://h.example/v1${p}`",
        "p.includes('://') ? p : 'https://h.example/v1' + p",
        "'https://h.example/v1' + p",
    ] {
        with_token(
            &format!(
                "const go = (p) => fetch({whole}, {{ headers: {{ Authorization: accessToken }} }}).then((r) => r.json());\nlet next = '/a';\nwhile (next) {{ const page = await go(next); next = page.next; }}"
            ),
            "3 GET https://h.example/v1/a",
        );
    }
    with_token(
        "const { id } = await (await fetch('https://h.example/v1/a', { headers: { Authorization: accessToken } })).json();\nawait fetch('https://h.example/v1/a/' + id, { headers: { Authorization: accessToken } });",
        "3 GET https://h.example/v1/a\n4 GET https://h.example/v1/a/{}",
    );
}

#[test]
fn placeholders_that_a_function_fills_in() {
    for path in
        ["/users/:user/messages/:id", "/users/{user}/messages/{id}", "/users/{{user}}/messages/{{id}}"]
    {
        with_token(
            &format!(
                "const fill = (path, values) => 'https://h.example/v1' + path.replace(/[:{{]+(\\w+)}}*/g, (_, name) => values[name]);\nawait fetch(fill('{path}', body), {{ headers: {{ Authorization: accessToken }} }});"
            ),
            "4 GET https://h.example/v1/users/{}/messages/{}",
        );
    }
}

#[test]
fn pages_of_an_operation_that_is_named() {
    file(
        &sdk(
            "import { WebClient } from 'npm:@slack/web-api';\nimport { Octokit } from 'npm:octokit';\nDeno.serve(async (req) => { const base44 = createClientFromRequest(req);\nconst slack = new WebClient((await base44.asServiceRole.connectors.getConnection('slack')).accessToken);\nfor await (const page of slack.paginate('users.list', { limit: 200 })) console.log(page);\nconst octokit = new Octokit({ auth: (await base44.asServiceRole.connectors.getConnection('github')).accessToken });\nawait octokit.paginate('GET /user/repos', { per_page: 100 });\n});",
        ),
        "5 slack\n  6 ? @slack/web-api#users.list\n7 github\n  8 GET https://api.github.com/user/repos",
    );
}

#[test]
fn a_type_that_is_asked_for_after_it_was_chosen() {
    let chosen = "\nconst type = user.mail === 'outlook' ? 'outlook' : 'gmail';\nconst { accessToken } = await base44.asServiceRole.connectors.getConnection(type);\nconst headers = { Authorization: accessToken };";
    let calls = |first: usize, second: usize| {
        format!("3 gmail table\n  {second} GET https://g/a\n3 outlook table\n  {first} GET https://o/a")
    };
    body(
        &format!(
            "{chosen}\nif (type === 'outlook') {{\n await fetch('https://o/a', {{ headers }});\n}} else {{\n await fetch('https://g/a', {{ headers }});\n}}"
        ),
        &calls(6, 8),
    );
    body(
        &format!(
            "{chosen}\nconst url = type !== 'outlook' ? 'https://g/a' : 'https://o/a'; await fetch(url, {{ headers }});"
        ),
        &calls(5, 5),
    );
    body(
        &format!(
            "{chosen}\nswitch (type) {{\n case 'outlook': await fetch('https://o/a', {{ headers }}); break;\n case 'gmail': await fetch('https://g/a', {{ headers }}); break;\n}}"
        ),
        &calls(6, 7),
    );
    body(
        &format!(
            "{chosen}\nif (type === 'outlook') {{\n return fetch('https://o/a', {{ headers }});\n}}\nreturn fetch('https://g/a', {{ headers }});"
        ),
        &calls(6, 8),
    );
}

#[test]
fn a_token_that_a_helper_returns_before_another() {
    body(
        "\nasync function tokenOf(kind) {\n if (kind === 'google') return (await base44.asServiceRole.connectors.getConnection('gmail')).accessToken;\n if (kind === 'microsoft') {\n  return (await base44.asServiceRole.connectors.getConnection('outlook')).accessToken;\n }\n return (await base44.asServiceRole.connectors.getConnection('slack')).accessToken;\n}\nconst token = await tokenOf(body.kind);\nawait fetch('https://h/a', { headers: { Authorization: token } });",
        "3 gmail\n  10 GET https://h/a or another type\n5 outlook\n  10 GET https://h/a or another type\n7 slack\n  10 GET https://h/a or another type",
    );
    // What is asked again may have changed.
    body(
        "\nlet answer = await fetch('https://h/b');\nif (!answer.ok) return new Response('');\nanswer = await fetch('https://h/c');\nif (!answer.ok) {\n const { accessToken } = await base44.asServiceRole.connectors.getConnection('slack');\n await fetch('https://h/a', { headers: { Authorization: accessToken } });\n}",
        "6 slack\n  7 GET https://h/a",
    );
    body(
        "\nasync function tokenOf(kind) {\n if (body.own) { if (kind) return kind; }\n return (await base44.asServiceRole.connectors.getConnection('slack')).accessToken;\n}\nif (body.kind) await fetch('https://h/a', { headers: { Authorization: await tokenOf(body.kind) } });",
        "4 slack\n  6 GET https://h/a partly",
    );
}

#[test]
fn a_client_that_is_made_in_one_branch_and_returned() {
    let class = "class Api { constructor(token) { this.token = token; } go() { return fetch('https://h/a', { headers: { Authorization: this.token } }); } }";
    let take = "(await base44.asServiceRole.connectors.getConnection('slack')).accessToken";
    for choose in [
        format!("if (kind === 'a') return new Api({take}); throw new Error('x');"),
        format!("switch (kind) {{ case 'a': return new Api({take}); default: throw new Error('x'); }}"),
        format!(
            "if (kind === 'a') {{ const t = {take}; return {{ go: () => new Api(t).go() }}; }} return null;"
        ),
    ] {
        body(
            &format!(
                "\n{class}\nasync function clientOf(kind) {{ {choose} }}\nconst client = await clientOf(body.kind);\nawait client.go();"
            ),
            "3 slack\n  2 GET https://h/a",
        );
    }
}

#[test]
fn search_parameters_that_are_set_in_a_loop() {
    body(
        "\nconst api = async (token, method, params = {}, get = false) => {\n const url = new URL(`https://slack.com/api/${method}`);\n if (get) Object.entries(params).forEach(([k, v]) => url.searchParams.append(k, String(v)));\n return fetch(url, { headers: { Authorization: token } });\n};\nconst t = await base44.asServiceRole.connectors.getAccessToken('slack');\nawait api(t, 'conversations.list', { types: 'public_channel,private_channel', limit: 200 }, true);",
        "7 slack getAccessToken\n  5 GET https://slack.com/api/conversations.list?types=public_channel,private_channel&limit=200",
    );
}

#[test]
fn the_parts_of_a_batch() {
    let send = "await fetch('https://graph.microsoft.com/v1.0/$batch', { method: 'POST', headers: { Authorization: accessToken }, body: JSON.stringify({ requests }) });";
    let parts = |requests: &str, calls: &str| {
        with_token(&format!("const body = await req.json();\nconst requests = {requests};\n{send}"), calls);
    };
    parts(
        "[{ id: '1', method: 'GET', url: '/me/messages?$top=5' }, { id: '2', method: 'POST', url: 'me/events', body: { subject: 'a' } }]",
        "5 GET https://graph.microsoft.com/v1.0/me/messages?$top=5\n5 POST https://graph.microsoft.com/v1.0/me/events",
    );
    parts(
        "body.ids.map((id, at) => ({ id: at, method: 'DELETE', url: `/me/messages/${id}` }))",
        "5 DELETE https://graph.microsoft.com/v1.0/me/messages/{}",
    );
    // What is not known may be any request.
    let whole = "5 POST https://graph.microsoft.com/v1.0/$batch";
    parts("body.requests", whole);
    parts("[]", whole);
    parts("[{ method: 'GET', url: body.url }]", whole);
    parts(
        "[{ method: 'GET', url: '/me' }, ...body.more]",
        &format!("5 GET https://graph.microsoft.com/v1.0/me\n{whole}"),
    );
    with_token(
        "const graph = (path, method = 'GET', body) => fetch(`https://graph.microsoft.com/v1.0${path}`, { method, headers: { Authorization: accessToken }, body: body ? JSON.stringify(body) : undefined });\nconst body = await req.json(); const requests = [];\nfor (const one of body.mails) requests.push({ id: one.id, method: 'PATCH', url: '/me/messages/' + one.id, body: { isRead: true } });\nawait graph('/$batch', 'POST', { requests });",
        "3 PATCH https://graph.microsoft.com/v1.0/me/messages/{}",
    );
}

#[test]
fn a_list_that_is_one_of_several() {
    let send =
        "await fetch('https://h.example/v1' + path, { method, headers: { Authorization: accessToken } });";
    let both = "5 GET https://h.example/v1/a\n5 POST https://h.example/v1/b";
    for taken in [
        "const [method, path] = await req.json() ? ['GET', '/a'] : ['POST', '/b'];\n",
        "const request = await req.json() ? ['GET', '/a'] : ['POST', '/b'];\nconst method = request[0], path = request[1];",
        "let request; if (await req.json()) request = ['GET', '/a']; else request = ['POST', '/b'];\nconst [method, path] = request;",
        "const request = (first) => first ? ['GET', '/a'] : ['POST', '/b'];\nconst [method, path] = request(await req.json());",
        "const requests = { first: ['GET', '/a'], second: ['POST', '/b'] };\nconst [method, path] = requests[await req.json()];",
    ] {
        with_token(&format!("{taken}\n{send}"), both);
    }
}

#[test]
fn what_was_chosen_together_belongs_together() {
    let list = "[{ id: 'a', method: 'GET', path: '/a' }, { id: 'b', method: 'POST', path: '/b' }]";
    let map = "new Map([['a', { method: 'GET', path: '/a' }], ['b', { method: 'POST', path: '/b' }]])";
    let send = "await fetch('https://h.example/v1' + it.path, { method: it.method, headers: { Authorization: accessToken } });";
    let both = "5 GET https://h.example/v1/a\n5 POST https://h.example/v1/b";
    for taken in [
        format!("const it = {list}.find((one) => one.id === key);"),
        format!("const it = {list}.pop();"),
        format!("const it = {list}.at(key);"),
        format!("const it = {list}.filter((one) => one.id === key)[0];"),
        format!("const it = {list}.filter((one) => one.id === key).pop();"),
        format!("const list = {list}; if (key) list.reverse(); const it = list[0];"),
        format!("const [it] = {list}.sort((a, b) => a.rank - b.rank);"),
        format!("const it = {map}.get(key);"),
        "const send = (method, path) => ({ method, path }); const it = send(...(key ? ['GET', '/a'] : ['POST', '/b']));".to_owned(),
        "const [it] = key ? [{ method: 'GET', path: '/a' }] : [{ method: 'POST', path: '/b' }];".to_owned(),
    ] {
        with_token(&format!("const {{ key }} = await req.json();\n{taken}\n{send}"), both);
    }
    // What cannot be told to belong together is not sure.
    with_token(
        &format!(
            "let {{ key }} = await req.json();\nconst method = key ? 'POST' : 'GET'; key = await next(); const path = key ? '/b' : '/a'; const it = {{ method, path }};\n{send}"
        ),
        "5 POST https://h.example/v1/b partly\n5 GET https://h.example/v1/b partly\n5 POST https://h.example/v1/a partly\n5 GET https://h.example/v1/a partly",
    );
}

#[test]
fn what_is_assigned_where_nothing_is_yet_keeps_to_its_way() {
    with_token(
        "let r = flag && { method: 'POST', path: '/a' };\nr ||= { method: 'GET', path: '/b' };\nawait fetch('https://h' + r.path, { method: r.method, headers: { Authorization: accessToken } });",
        "5 POST https://h/a\n5 GET https://h/b",
    );
    with_token(
        "const options = {};\noptions.path ??= '/a';\nawait fetch('https://h' + options.path, { headers: { Authorization: accessToken } });",
        "5 GET https://h/a",
    );
}

#[test]
fn a_request_that_is_made_of_another() {
    with_token(
        "const one = new Request('https://h/a', { method: 'POST', headers: { Authorization: accessToken } });\nawait fetch(new Request(one, { body: '{}' }));\nawait fetch(one.clone());\nawait fetch(new Request(one, { method: 'PUT' }));",
        "4 POST https://h/a\n5 POST https://h/a\n6 PUT https://h/a",
    );
    with_token(
        "const url = new URL('https://h/a');\nurl.pathname = '/b';\nawait fetch(new Request(url, { headers: { Authorization: accessToken } }));",
        "5 GET https://h/b",
    );
}

#[test]
fn super_is_that_of_the_class_it_stands_in_whoever_calls() {
    let entry = sdk(
        "import { Queue } from './queue.ts';
class Base { constructor(token) { this.token = token; } send() { return fetch('https://h/a', { headers: { Authorization: this.token } }); } }
class Mine extends Base { send() { return new Queue().run(() => super.send()); } }
Deno.serve(async (req) => { const { accessToken } = await createClientFromRequest(req).asServiceRole.connectors.getConnection('slack'); await new Mine(accessToken).send(); });",
    );
    let queue = "export class Other {}\nexport class Queue extends Other { run(work) { return work(); } }";
    files(
        &[("functions/a/entry.ts", &entry), ("functions/a/queue.ts", queue)],
        "5 slack\n  3 GET https://h/a",
    );
}

#[test]
fn what_is_kept_on_the_global_object() {
    let kept = |text: &str, calls: &str| {
        body(&format!("{GET}\n{text}"), &format!("2 googlecalendar incomplete\n{calls}"));
    };
    kept(
        "globalThis.token = accessToken;\nawait fetch('https://h/a', { headers: { Authorization: globalThis.token } });",
        "  4 GET https://h/a",
    );
    kept(
        "globalThis.token ??= accessToken;\nconst send = () => fetch('https://h/a', { headers: { Authorization: token } }); await send();",
        "  4 GET https://h/a or other",
    );
}
