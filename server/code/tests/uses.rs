//! How real apps name a connector, and what is no use of one.

mod support;
use support::{body, file, files};

#[test]
fn a_literal() {
    body(
        "\nconst { accessToken } = await base44.asServiceRole.connectors.getConnection('slack');",
        "2 slack",
    );
}

#[test]
fn the_deprecated_method() {
    body(
        "\nconst t = await base44.asServiceRole.connectors.getAccessToken(\"gmail\");",
        "2 gmail getAccessToken",
    );
}

#[test]
fn a_call_over_two_lines() {
    body("\nconst c = await base44.asServiceRole\n  .connectors\n  .getConnection(\n'slack');", "2 slack");
}

#[test]
fn a_constant() {
    file(
        "const TYPE = 'slack';\nDeno.serve(async (req) => {\n const base44 = createClientFromRequest(req);\n await base44.asServiceRole.connectors.getConnection(TYPE);\n});",
        "4 slack constant",
    );
}

#[test]
fn a_template_without_values() {
    body("\nawait base44.asServiceRole.connectors.getConnection(`slack`);", "2 slack");
}

#[test]
fn an_enum() {
    file(
        "enum T { Slack = 'slack' }\nexport default async function (req) {\n const base44 = createClientFromRequest(req);\n await base44.asServiceRole.connectors.getConnection(T.Slack);\n}",
        "4 slack constant",
    );
}

#[test]
fn a_parameter_of_a_helper() {
    body(
        "\nasync function getToken(b, type) {\n const { accessToken } = await b.asServiceRole.connectors.getConnection(type);\n return accessToken;\n}\nconst t = await getToken(base44, 'gmail');\nconst u = await getToken(base44, 'slack');",
        "3 gmail parameter\n3 slack parameter",
    );
}

#[test]
fn a_helper_of_another_file() {
    files(
        &[
            (
                "base44/functions/a/entry.ts",
                "import { getHubSpotToken } from '../../shared/hubspot.ts';\nDeno.serve(async (req) => {\n const base44 = createClientFromRequest(req);\n const token = await getHubSpotToken(base44);\n await fetch('https://api.hubapi.com/crm/v3/owners', { headers: { Authorization: `Bearer ${token}` } });\n});",
            ),
            (
                "base44/shared/hubspot.ts",
                "export async function getHubSpotToken(base44: any) {\n const { accessToken } = await base44.asServiceRole.connectors.getConnection(\"hubspot\");\n return accessToken;\n}",
            ),
        ],
        "base44/shared/hubspot.ts:2 hubspot\n  5 GET https://api.hubapi.com/crm/v3/owners",
    );
}

#[test]
fn a_list_that_is_walked() {
    body(
        "\nfor (const c of ['slack', 'gmail']) {\n try { await base44.asServiceRole.connectors.getConnection(c); ok.push(c); } catch { bad.push(c); }\n}",
        "3 gmail table probe fallback\n3 slack table probe fallback",
    );
}

#[test]
fn a_table_that_is_walked() {
    file(
        "const REGISTRY = { mail: { connector: 'gmail' }, chat: { connector: 'slack' } };\nDeno.serve(async (req) => {\n const base44 = createClientFromRequest(req);\n for (const [key, entry] of Object.entries(REGISTRY)) {\n  await base44.asServiceRole.connectors.getConnection(entry.connector);\n }\n});",
        "5 gmail table\n5 slack table",
    );
}

#[test]
fn a_value_of_the_request() {
    body(
        "\nconst { crmSystem } = await req.json();\nconst t = await base44.asServiceRole.connectors.getAccessToken(crmSystem);",
        "3 ? getAccessToken dynamic",
    );
}

#[test]
fn a_table_with_a_way_out() {
    body(
        "\nconst MAP = { g: 'gmail' };\nconst x = (await req.json()).x;\nconst t = await base44.asServiceRole.connectors.getConnection(MAP[x] || x);",
        "4 ? dynamic\n4 gmail table",
    );
}

#[test]
fn aliases_of_the_service_client() {
    body("\nconst sr = base44.asServiceRole;\nawait sr.connectors.getConnection('slack');", "3 slack");
    body(
        "\nconst { connectors } = base44.asServiceRole;\nawait connectors.getConnection('slack');",
        "3 slack",
    );
    body(
        "\nconst { asServiceRole: svc } = base44;\nawait svc.connectors?.getConnection?.('slack');",
        "3 slack optional",
    );
    body("\nconst get = base44.asServiceRole.connectors.getConnection;\nawait get('slack');", "3 slack");
    body("\nawait base44['asServiceRole']['connectors']['getConnection']('slack');", "2 slack");
}

#[test]
fn a_field_of_a_class() {
    file(
        "class Repo {\n constructor(private readonly base44: any) {}\n async go() {\n  const c = await this.base44.asServiceRole.connectors.getConnection('googledrive');\n  return fetch('https://www.googleapis.com/drive/v3/files', { headers: { Authorization: `Bearer ${c.accessToken}` } });\n }\n}\nDeno.serve(async (req) => {\n const repo = new Repo(createClientFromRequest(req));\n await repo.go();\n});",
        "4 googledrive\n  5 GET https://www.googleapis.com/drive/v3/files",
    );
}

#[test]
fn without_the_service_role() {
    body("\nawait base44.connectors.getConnection('slack');", "2 slack no-role");
    body("\nawait base44.connectors?.getConnection?.('slack');", "2 slack no-role optional");
}

#[test]
fn a_method_that_is_not_there() {
    body(
        "\nawait base44.asServiceRole.connectors.getAppUserConnection('slack');",
        "2 slack getAppUserConnection",
    );
}

#[test]
fn connections_by_id() {
    body("\nawait base44.asServiceRole.connectors.getCurrentAppUserConnection(ID);", "2 ? by id");
    body("\nawait base44.asServiceRole.connectors.getWorkspaceConnection('x');", "2 ? by id");
    body("\nawait base44.asServiceRole.connectors.getConnection('507f1f77bcf86cd799439011');", "2 ? by id");
}

#[test]
fn the_platform_makes_the_call() {
    body(
        "\nawait base44.asServiceRole.connectors.callApi('x', { method: 'post', path: '/2/tweets', body: { text: 'hi' } });",
        "2 x callApi\n  2 POST /2/tweets",
    );
}

#[test]
fn comments_texts_and_other_things_are_no_uses() {
    body("\n// base44.asServiceRole.connectors.getConnection('slack')", "");
    body("\nconst s = \"base44.asServiceRole.connectors.getConnection('slack')\";", "");
    body("\nconst t = await getConnection('tiktok');", "");
    body("\nawait base44.entities.Event.filter({ integration_type: 'googlecalendar' });", "");
    body("\nasync function getAccessToken(x) { return x; }\nawait getAccessToken('gmail');", "");
    body("\nconst url = await base44.connectors.connectAppUser('x');", "");
}

#[test]
fn a_probe() {
    body(
        "\ntry {\n const token = await base44.asServiceRole.connectors.getAccessToken('dropbox');\n return Response.json({ connected: !!token });\n} catch (e) {\n return Response.json({ connected: false });\n}",
        "3 dropbox getAccessToken probe",
    );
}

#[test]
fn a_fallback_to_another_token() {
    body(
        "\nconst user = await base44.auth.me();\nlet token = user.token;\ntry { token = (await base44.asServiceRole.connectors.getConnection('instagram')).accessToken; } catch {}\nawait fetch(`https://graph.instagram.com/me?access_token=${token}`);",
        "4 instagram fallback\n  5 GET https://graph.instagram.com/me?access_token={} partly",
    );
}

#[test]
fn one_connector_or_another() {
    body(
        "\ntry { await base44.asServiceRole.connectors.getConnection('googlecalendar'); }\ncatch { await base44.asServiceRole.connectors.getConnection('outlook'); }",
        "2 googlecalendar probe fallback\n3 outlook fallback",
    );
}

#[test]
fn a_try_around_everything_is_no_fallback() {
    body(
        "\ntry {\n const { accessToken } = await base44.asServiceRole.connectors.getConnection('gmail');\n await fetch('https://gmail.googleapis.com/gmail/v1/users/me/profile', { headers: { Authorization: 'Bearer ' + accessToken } });\n} catch (error) {\n return Response.json({ error: error.message }, { status: 500 });\n}",
        "3 gmail\n  4 GET https://gmail.googleapis.com/gmail/v1/users/me/profile",
    );
}

#[test]
fn a_function_that_nothing_names() {
    file(
        "async function old(base44) {\n await base44.asServiceRole.connectors.getConnection('slack');\n}\nDeno.serve(() => new Response('ok'));",
        "2 slack unreached",
    );
}

#[test]
fn a_token_that_gets_out_of_sight() {
    body(
        "\nconst { accessToken } = await base44.asServiceRole.connectors.getConnection('slack');\nreturn Response.json({ accessToken });",
        "2 slack incomplete",
    );
}

#[test]
fn an_address_in_the_runtime() {
    body(
        "\nlet accessToken;\n({ accessToken } = await base44.asServiceRole.connectors.getConnection('slack'));\nawait fetch('https://slack.com/api/auth.test', { headers: { authorization: `Bearer ${accessToken}` } });",
        "3 slack\n  4 GET https://slack.com/api/auth.test",
    );
}

#[test]
fn a_promise_whose_failure_is_borne() {
    body(
        "\nconst a = await base44.asServiceRole.connectors.getConnection('outlook').then(() => true).catch(() => false);\nconst b = await base44.asServiceRole.connectors.getConnection('gmail').then(() => true, () => false);\nconst all = await Promise.allSettled([base44.asServiceRole.connectors.getConnection('notion')]);",
        "2 outlook probe\n3 gmail probe\n4 notion probe",
    );
    body(
        "\nconst a = await base44.asServiceRole.connectors.getConnection('outlook').catch((e) => { throw new Error('x'); });",
        "2 outlook",
    );
}

#[test]
fn a_stored_token_before_the_connector() {
    body(
        "\nlet token = (await base44.entities.Social.list())[0]?.token;\nif (!token) {\n try { token = (await base44.asServiceRole.connectors.getConnection('instagram')).accessToken; } catch {}\n}\nawait fetch(`https://graph.instagram.com/me?access_token=${token}`);",
        "4 instagram fallback\n  6 GET https://graph.instagram.com/me?access_token={} or other",
    );
}

#[test]
fn a_class_under_one_that_cannot_be_seen() {
    file(
        "import { Actor } from '@base44/sdk/actors';\nexport default class Room extends Actor {\n async onMessage() {\n  await this.base44.asServiceRole.connectors.getConnection('dropbox');\n }\n}",
        "4 dropbox",
    );
}

#[test]
fn a_key_that_the_platform_puts_into_the_environment_is_a_use() {
    file(
        "import Stripe from 'npm:stripe';\nconst stripe = new Stripe(Deno.env.get('STRIPE_SECRET_KEY'));\nDeno.serve(async () => { await stripe.checkout.sessions.create({}); });",
        "2 stripe environment constant\n  3 ? stripe#checkout.sessions.create",
    );
    file("const key = process.env.STRIPE_SECRET_KEY;", "1 stripe environment constant");
    file("const key = Deno.env.get('STRIPE_WEBHOOK_SECRET');", "");
}

#[test]
fn files_that_are_only_known_when_the_code_runs_are_told_of() {
    let unknown = |text: &str| {
        let app = support::App::new(&[("functions/a/entry.ts", text)]);
        app.analyse("functions/a/entry.ts").imports_unknown
    };
    assert!(unknown("const { token } = await import(`../../shared/${name}.ts`);"));
    assert!(unknown("import { token } from '@/shared/token.ts';\ntoken();"));
    assert!(unknown("import { token } from '../gone.ts';\ntoken();"));
    assert!(!unknown("import names from './names.json';\nimport type { A } from './gone.ts';"));
    assert!(!unknown(
        "import Stripe from 'npm:stripe';\nimport { z } from '@scope/z';\nawait import('npm:a');"
    ));
}

#[test]
fn maps_lists_and_their_entries() {
    let each = |text: &str, line: usize| {
        let take = "await base44.asServiceRole.connectors.getConnection(type);";
        body(
            &format!(
                "\nconst types = ['gmail', 'slack'];\nconst byType = new Map([['gmail', 1], ['slack', 2]]);\n{}",
                text.replace("TAKE", take)
            ),
            &format!("{line} gmail table\n{line} slack table"),
        );
    };
    each("for (const [at, type] of types.entries()) TAKE", 4);
    each("for (const type of [types].flat()) TAKE", 4);
    each("for (const type of types.splice(0, 2)) TAKE", 4);
    for first in [
        "const type = types.filter((type) => asked[type])[0];",
        "const [type] = types.filter((type) => asked[type]);",
        "const type = types.sort().at(0);",
        "types.reverse(); const type = types[0];",
        "const type = types.toSorted().slice(0, 1)[0];",
        "const type = types.slice(1)[0];",
        "const type = types.filter((type) => asked[type]).map((type) => type.toLowerCase())[0];",
    ] {
        each(&format!("{first} TAKE"), 4);
    }
    each("for (const [type, limit] of byType) TAKE", 4);
    each("for (const [type] of byType.entries()) TAKE", 4);
    each("for (const type of byType.keys()) TAKE", 4);
    body(
        "\nnew Map([['gmail', 1], ['slack', 2]]).forEach(async (limit, type) => {\nawait base44.asServiceRole.connectors.getConnection(type);\n});",
        "3 gmail parameter\n3 slack parameter",
    );
}

#[test]
fn a_function_that_is_called_in_a_way_that_is_not_understood() {
    body(
        "\nconst queue = new Queue();\nqueue.jobs[req.name] = async () => {\n await base44.asServiceRole.connectors.getConnection('slack');\n};",
        "4 slack",
    );
    body(
        "\nconst jobs = new Map([['a', async () => base44.asServiceRole.connectors.getConnection('gmail')]]);\nfor (const [name, run] of jobs) await run();\njobs.forEach((run) => run());",
        "2 gmail",
    );
}

#[test]
fn a_token_of_the_authors_own_comes_first() {
    let send = "await fetch('https://h.example/v1/a', { headers: { Authorization: `Bearer ${token}` } });";
    let take = "(await base44.asServiceRole.connectors.getConnection('github')).accessToken";
    for own in ["Deno.env.get('TOKEN')", "process.env.TOKEN", "(await req.json()).token"] {
        for text in [
            format!("\nconst token = {own} ?? {take};\n{send}"),
            format!("\nconst token = {own} || {take};\n{send}"),
            format!("\nlet token = {own}; if (!token) token = {take};\n{send}"),
            format!("\nconst own = {own}; const token = own ? own : {take};\n{send}"),
        ] {
            body(&text, "2 github fallback\n  3 GET https://h.example/v1/a or other");
        }
        body(
            &format!(
                "\nconst resolve = async () => {{\n const own = {own};\n if (own) return own;\n return {take};\n}};\nconst token = await resolve();\n{send}"
            ),
            "5 github fallback\n  8 GET https://h.example/v1/a or other",
        );
    }
}

#[test]
fn what_stands_before_a_connector_is_not_always_a_token() {
    let call = "await fetch('https://h.example/v1/a', { headers: { Authorization: accessToken } });";
    let take = "const { accessToken } = await base44.asServiceRole.connectors.getConnection('github');";
    let sent = "\n  4 GET https://h.example/v1/a";
    body(&format!("\nif (body.skip) return new Response('');\n{take}\n{call}"), &format!("3 github{sent}"));
    body(&format!("\nif (!body.skip) {{\n{take}\n{call} }}"), &format!("3 github{sent}"));
    // A token that is kept is the connector's own.
    body(
        &format!(
            "\nconst kept = async () => {{\n const row = (await base44.entities.Token.list())[0];\n if (row) return row.token;\n {take}\n await base44.entities.Token.create({{ token: accessToken }});\n return accessToken;\n}};\nconst accessToken = await kept();\n{call}"
        ),
        "5 github incomplete\n  10 GET https://h.example/v1/a or other",
    );
}

#[test]
fn guesses_that_a_helper_is_brought_are_a_table() {
    let helper = "async function take(b, type) {\n const { accessToken } = await b.asServiceRole.connectors.getConnection(type);\n return accessToken;\n}";
    let guesses = "for (const name of ['gcal', 'googlecalendar']) {\n try { if (await take(base44, name)) break; } catch { continue; }\n}";
    body(
        &format!("\n{helper}\n{guesses}"),
        "3 gcal table probe fallback\n3 googlecalendar table probe fallback",
    );
    // Several callers of a helper each mean what they say, though one `try` stands around all.
    body(
        &format!(
            "\n{helper}\nconst both = (type) => take(base44, type);\ntry {{ await both('gmail'); await both('slack'); }} catch (e) {{ console.error(e); }}"
        ),
        "3 gmail parameter probe\n3 slack parameter probe",
    );
}

#[test]
fn one_try_around_a_choice_is_no_fallback() {
    body(
        "\ntry {\nconst { accessToken } = await base44.asServiceRole.connectors.getConnection(body.google ? 'gmail' : 'outlook');\nawait fetch('https://h.example/v1/a', { headers: { Authorization: accessToken } });\n} catch (e) { return Response.json({ error: e.message }); }",
        "3 gmail table\n  4 GET https://h.example/v1/a or another type\n3 outlook table\n  4 GET https://h.example/v1/a or another type",
    );
}

#[test]
fn what_async_was_compiled_to() {
    file(
        "var run = (self, list, generator) => new Promise((resolve) => { var step = (x) => x.done ? resolve(x.value) : Promise.resolve(x.value).then((v) => step(generator.next(v))); step((generator = generator.apply(self, list)).next()); });\nfunction send(a, b) { return run(this, arguments, function* (base44, body) {\n const { accessToken } = yield base44.asServiceRole.connectors.getConnection('slack');\n const answer = yield fetch('https://slack.com/api/chat.postMessage', { method: 'POST', headers: { Authorization: accessToken } });\n return answer; }); }\nDeno.serve((req) => send(createClientFromRequest(req), {}));",
        "3 slack\n  4 POST https://slack.com/api/chat.postMessage",
    );
    // What it returns is there for who calls it.
    file(
        "var run = (self, list, generator) => new Promise((resolve) => { var step = (x) => x.done ? resolve(x.value) : Promise.resolve(x.value).then((v) => step(generator.next(v))); step((generator = generator.apply(self, list)).next()); });\nclass Mail { constructor(base44) { this.base44 = base44; }\n take() { return run(this, null, function* () {\n const { accessToken } = yield this.base44.asServiceRole.connectors.getConnection('gmail');\n return { Authorization: accessToken }; }); } }\nDeno.serve((req) => run(void 0, null, function* () {\n const headers = yield new Mail(createClientFromRequest(req)).take();\n yield fetch('https://gmail.googleapis.com/gmail/v1/users/me/profile', { headers }); }));",
        "4 gmail\n  8 GET https://gmail.googleapis.com/gmail/v1/users/me/profile",
    );
    // Where it was taken apart into steps, nothing tells what of them is tried.
    file(
        "Deno.serve((req) => run(function () { return steps(this, function (at) { switch (at.label) {\n case 0: base44 = createClientFromRequest(req); at.label = 1;\n case 1: return [4, base44.asServiceRole.connectors.getConnection('gmail')];\n case 2: token = at.sent().accessToken; return [3, 5];\n case 3: return [4, base44.asServiceRole.connectors.getConnection('outlook')];\n case 4: return [2];\n } }); }));",
        "3 gmail fallback incomplete\n5 outlook fallback incomplete",
    );
    // What an earlier step left is there in the later ones.
    file(
        "Deno.serve((req) => run(function () { var role; return steps(this, function (at) { switch (at.label) {\n case 0: role = createClientFromRequest(req).asServiceRole; at.label = 1;\n case 1: return [4, role.connectors.getConnection('gmail')];\n } }); }));",
        "3 gmail incomplete",
    );
    // The same where only what steps through it is there, and a runtime without `?.` is served.
    file(
        "var wait = function (self, list, P, act) { return new (P || (P = Promise))(function (resolve, reject) { function step(r) { r.done ? resolve(r.value) : new P(function (go) { go(r.value); }).then(function (v) { step(act.next(v)); }); } step((act = act.apply(self, list || [])).next()); }); };\nDeno.serve(function (req) { return wait(void 0, void 0, void 0, function () { var role, _a; return walk(this, function (at) { switch (at.label) {\n case 0: role = createClientFromRequest(req).asServiceRole;\n return [4, (_a = role.connectors) === null || _a === void 0 ? void 0 : _a.getConnection('gmail')];\n } }); }); });",
        "4 gmail incomplete",
    );
    // So does Babel, in a loop, with names of its own for the state.
    for (choice, next) in
        [("at.p = at.n", "at.n = 1"), ("at.prev = at.next", "at.next = 4"), ("at.n", "at.n = 1")]
    {
        file(
            &format!(
                "Deno.serve(run(made().mark(function call(req) {{ var base44; return made().wrap(function (at) {{ while (1) switch ({choice}) {{\n case 0: base44 = createClientFromRequest(req); {next}; return base44.auth.me();\n case 1: return base44.asServiceRole.connectors.getConnection('gmail');\n case 4: return at.stop();\n }} }}, call); }})));"
            ),
            "3 gmail incomplete",
        );
    }
    body(
        "\nconst take = () => new Promise((resolve, reject) => base44.asServiceRole.connectors.getConnection('slack').then((c) => resolve(c.accessToken)).catch(reject));\nawait fetch('https://slack.com/api/users.list', { headers: { Authorization: await take() } });",
        "2 slack\n  3 GET https://slack.com/api/users.list",
    );
    // Who has the token that it returns is not seen.
    file(
        "function take(a) { return run(this, arguments, function* (base44) {\n const { accessToken } = yield base44.asServiceRole.connectors.getConnection('slack');\n return accessToken; }); }\nDeno.serve((req) => take(createClientFromRequest(req)));",
        "2 slack incomplete",
    );
}

#[test]
fn arguments_that_are_handed_on_unseen() {
    body(
        "\nconst logged = (act) => async (...all) => act(...all);\nconst send = logged(async (user, client) => {\n await client.asServiceRole.connectors.getConnection('slack');\n});\nqueue.push(send);",
        "4 slack",
    );
}

#[test]
fn what_handlers_of_a_request_keep_for_each_other() {
    let kept = |set: &str, get: &str| {
        format!(
            "import {{ Hono }} from 'npm:hono';\nconst app = new Hono();\napp.use('*', async (c, next) => {{ const {{ accessToken }} = await createClientFromRequest(c.req.raw).asServiceRole.connectors.getConnection('slack'); {set}; await next(); }});\napp.get('/', async (c) => fetch('https://slack.com/api/users.list', {{ headers: {{ Authorization: {get} }} }}));\nDeno.serve(app.fetch);"
        )
    };
    let followed = "3 slack incomplete\n  4 GET https://slack.com/api/users.list";
    file(&kept("c.set('token', accessToken)", "c.get('token')"), followed);
    file(&kept("c.set('token', accessToken)", "c.var.token"), followed);
    file(&kept("c.state.token = accessToken", "c.state.token"), followed);
    file(&kept("c.token = accessToken", "'Bearer ' + c.token"), followed);
    // In which order they are named says nothing.
    file(
        "import { Hono } from 'npm:hono';\nconst app = new Hono();\nconst list = async (c) => { const { accessToken } = c.get('slack'); return fetch('https://slack.com/api/users.list', { headers: { Authorization: accessToken } }); };\napp.get('/', list);\napp.use('*', async (c, next) => {\n c.set('slack', await createClientFromRequest(c.req.raw).asServiceRole.connectors.getConnection('slack')); });\nDeno.serve(app.fetch);",
        "6 slack incomplete\n  3 GET https://slack.com/api/users.list",
    );
    file(
        "import { createMiddleware } from 'npm:hono/factory';\nconst slack = createMiddleware(async (c, next) => {\n c.set('slack', await createClientFromRequest(c.req.raw).asServiceRole.connectors.getConnection('slack')); });\napp.get('/', slack, async (c) => { const { accessToken } = c.var.slack; return fetch('https://slack.com/api/users.list', { headers: { Authorization: accessToken } }); });",
        "3 slack incomplete\n  4 GET https://slack.com/api/users.list",
    );
    // Of another name, or of something that is no parameter, it may be another's.
    let lost = "3 slack incomplete";
    file(&kept("c.set('token', accessToken)", "c.get('key')"), lost);
    file(&kept("c.state.token = accessToken", "c.user.token"), lost);
    file(&kept("c.token = accessToken", "session.token"), lost);
}

#[test]
fn several_of_which_each_may_be_missing() {
    body(
        "\nconst g = await base44.asServiceRole.connectors.getConnection('googlecalendar').catch(() => null);\nlet o;\ntry { o = await base44.asServiceRole.connectors.getConnection('outlook'); } catch (error) { console.log(error); }\nif (g) await fetch('https://g', { headers: { Authorization: g.accessToken } });\nelse if (o) await fetch('https://o', { headers: { Authorization: o.accessToken } });",
        "2 googlecalendar fallback\n  5 GET https://g\n4 outlook fallback\n  6 GET https://o",
    );
    // One alone is meant to be there, and so is one whose failure ends the function.
    body(
        "\nconst g = await base44.asServiceRole.connectors.getConnection('googlecalendar').catch(() => null);\nlet o;\ntry { o = await base44.asServiceRole.connectors.getConnection('outlook'); } catch { return new Response('no'); }\nif (g) await fetch('https://g', { headers: { Authorization: g.accessToken } });\nawait fetch('https://o', { headers: { Authorization: o.accessToken } });",
        "2 googlecalendar\n  5 GET https://g\n4 outlook\n  6 GET https://o",
    );
}

#[test]
fn functions_that_new_is_called_with() {
    let made = |client: &str| {
        format!(
            "{client}\nDeno.serve(async (req) => {{\n const {{ accessToken }} = await createClientFromRequest(req).asServiceRole.connectors.getConnection('slack');\n await new Client(accessToken).call('users.list');\n}});"
        )
    };
    let send = "function (method) { return fetch('https://slack.com/api/' + method, { headers: { Authorization: this.token } }); }";
    let found = "3 slack\n  1 GET https://slack.com/api/users.list";
    file(
        &made(&format!("function Client(token) {{ this.token = token; }} Client.prototype.call = {send};")),
        found,
    );
    file(
        &made(&format!(
            "function Client(token) {{ if (!(this instanceof Client)) return new Client(token); this.token = token; }} Client.prototype = {{ constructor: Client, call: {send} }};"
        )),
        found,
    );
    // A class of before there were classes, and one above it.
    file(
        &made(&format!(
            "var Base = (function () {{ function Base(token) {{ this.token = token; }} Base.prototype.call = {send}; return Base; }}()); var Client = (function (_super) {{ function made() {{ this.constructor = Client; }} Client.prototype = (made.prototype = _super.prototype, new made()); function Client() {{ var _this = _super !== null && _super.apply(this, arguments) || this; return _this; }} return Client; }}(Base));"
        )),
        found,
    );
    // What a function has itself.
    file(
        &made(&format!(
            "function Client(token) {{ return Client.of(token); }} Client.of = function (token) {{ return {{ token: token, call: {send} }}; }};"
        )),
        found,
    );
}

/// What `esbuild --bundle --target=es2016` makes of a module that is asked for as a whole, of CommonJS, and of
/// asynchronous generators.
#[test]
fn what_a_bundler_makes_of_modules_and_generators() {
    file(
        include_str!("compiled/esbuild.js"),
        "77 slack\n  75 POST https://slack.com/api/chat.postMessage\n93 googledrive\n  99 GET https://www.googleapis.com/drive/v3/files\n  133 DELETE https://www.googleapis.com/drive/v3/files/{}",
    );
}

/// What TypeScript makes of asynchronous generators for ES2017.
#[test]
fn what_a_compiler_makes_of_generators() {
    files(
        &[
            ("functions/a/entry.ts", include_str!("compiled/typescript-entry.js")),
            ("functions/a/drive.js", include_str!("compiled/typescript-drive.js")),
        ],
        "functions/a/drive.js:22 googledrive\n  functions/a/drive.js:27 GET https://www.googleapis.com/drive/v3/files\n  20 DELETE https://www.googleapis.com/drive/v3/files/{}",
    );
}

#[test]
fn a_function_that_a_function_makes_and_nothing_is_seen_to_call() {
    file(
        "import lib from 'npm:lib';\nconst before = (b) => (next) => async (url) => {\n await b.asServiceRole.connectors.getConnection('outlook');\n};\nconst other = (app) => () => app.connectors.getConnection('slack');\nDeno.serve(async (req) => { const base44 = createClientFromRequest(req); lib.register([before(base44)]); });",
        "3 outlook",
    );
}

#[test]
fn functions_that_are_put_together_by_reduce() {
    file(
        "const on = (base) => (next) => (path, init) => next(base + path, init);\nconst as = (b) => (next) => async (url, init) => {\n const { accessToken } = await b.asServiceRole.connectors.getConnection('outlook');\n return next(url, { ...init, headers: { Authorization: `Bearer ${accessToken}` } });\n};\nconst client = (b) => [as(b), on('https://graph.microsoft.com/v1.0')].reduce((all, one) => one(all), fetch);\nDeno.serve(async (req) => {\n const send = client(createClientFromRequest(req));\n await send('/me/events', { method: 'POST' });\n});",
        "3 outlook\n  4 POST https://graph.microsoft.com/v1.0/me/events",
    );
}

#[test]
fn a_promise_that_can_only_fail_gives_no_token() {
    body(
        "\nconst within = (promise, time) => Promise.race([promise, new Promise((_, reject) => setTimeout(() => reject(new Error('late')), time))]);\nconst { accessToken } = await within(base44.asServiceRole.connectors.getConnection('slack'), 100);\nawait within(fetch('https://slack.com/api/users.list', { headers: { Authorization: accessToken } }), 100);",
        "3 slack\n  4 GET https://slack.com/api/users.list",
    );
}

#[test]
fn what_has_a_method_to_go_through_it() {
    body(
        "\nclass Drives { constructor(token) { this.token = token; }\n async *[Symbol.asyncIterator]() {\n  yield* await (await fetch('https://www.googleapis.com/drive/v3/drives', { headers: { Authorization: this.token } })).json();\n } }\nconst { accessToken } = await base44.asServiceRole.connectors.getConnection('googledrive');\nfor await (const drive of new Drives(accessToken)) console.log(drive);",
        "6 googledrive\n  4 GET https://www.googleapis.com/drive/v3/drives",
    );
    body(
        "\nconst files = (client) => ({ [Symbol.asyncIterator]() { return { async next() {\n const { accessToken } = await client.asServiceRole.connectors.getConnection('googledrive');\n await fetch('https://www.googleapis.com/drive/v3/files', { headers: { Authorization: accessToken } });\n return { done: false, value: { id: 'a', accessToken } };\n} }; } });\nfor await (const file of files(base44)) await fetch(`https://www.googleapis.com/drive/v3/files/${file.id}`, { method: 'DELETE', headers: { Authorization: file.accessToken } });",
        "3 googledrive\n  4 GET https://www.googleapis.com/drive/v3/files\n  7 DELETE https://www.googleapis.com/drive/v3/files/a",
    );
}

#[test]
fn what_a_package_gives_a_function_may_have_the_client() {
    for given in ["base44", "{ base44 }", "{ detail: { base44 } }"] {
        file(
            &format!(
                "import {{ EventEmitter }} from 'node:events';\nconst bus = new EventEmitter();\nbus.on('order', async ({given}) => {{\n const {{ accessToken }} = await base44.asServiceRole.connectors.getConnection('slack');\n await fetch('https://slack.com/api/chat.postMessage', {{ method: 'POST', headers: {{ Authorization: accessToken }} }});\n}});\nDeno.serve((req) => bus.emit('order', createClientFromRequest(req)));"
            ),
            "4 slack\n  5 POST https://slack.com/api/chat.postMessage",
        );
    }
}

#[test]
fn no_part_of_a_class_is_left_out() {
    let take = "async (base44) => {\n await base44.asServiceRole.connectors.getConnection('slack'); }";
    for class in [
        "class Jobs { static table = {}; static { Jobs.table.notify = TAKE; } }",
        "class Jobs { [Symbol.for('job')] = TAKE; }",
        "class Jobs { accessor job = TAKE; }",
        "class Jobs { @after(TAKE) job() {} }",
        "class Jobs { @after(TAKE) job = 1; }",
        "@after({ job: TAKE }) class Jobs {}",
    ] {
        let class = class.replace("TAKE", take);
        file(
            &format!("import {{ run, after }} from 'npm:jobs';\n{class}\nDeno.serve(run(Jobs));"),
            "3 slack",
        );
    }
}
