//! Texts that would hold an analysis up, or bring it down.
#![allow(clippy::expect_used)]

mod support;

use connector_code::{STACK, analyse, read};
use std::sync::Arc;

/// Reads and analyses on a thread as those of the product are.
fn survives(text: String) {
    let walk = move || {
        let module = Arc::new(read("functions/a/entry.ts", &text));
        analyse(&module, &support::App::new(&[]));
        let module = Arc::new(read("functions/a/entry.js", &text));
        analyse(&module, &support::App::new(&[]));
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(walk).expect("a thread");
    thread.join().expect("the analysis ends");
}

const USE: &str = "Deno.serve(async (req) => { const b = createClientFromRequest(req); const t = await b.asServiceRole.connectors.getAccessToken('slack'); await fetch('https://slack.com/api/auth.test', { headers: { Authorization: t } }); });\n";

#[test]
fn nesting_of_a_hundred_thousand() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("({a:", "})"),
        ("!", ""),
        ("~ ", ""),
        ("- ", ""),
        ("typeof ", ""),
        ("new ", ""),
        ("await ", ""),
        ("a=>", "a"),
        ("a?b:", "c"),
        ("a?", ":b"),
        ("a=", "1"),
        ("a={}=", ""),
        ("if(a)", "b"),
        ("if(a){}else ", "{}"),
        ("for(;;)", ";"),
        ("while(a)", ";"),
        ("do ", ""),
        ("a:", ";"),
        ("a.b(", ")"),
        ("f`${", "}`"),
        ("`${", "}`"),
        ("function f(){", "}"),
        ("class A{m(){", "}}"),
        ("async()=>{", "}"),
        ("let x:A<", ">"),
        ("type T=A<", ">"),
        ("A<", ""),
        ("type T=keyof ", "A"),
        ("type T=A extends B?C:", "D"),
        ("<a>", "</a>"),
        ("<T,>()=>", "1"),
        ("a**", "b"),
        ("a+", "b"),
        ("a&&", "b"),
        ("a??", "b"),
        ("a,", "b"),
        ("a.", "b"),
        ("a[0]", ""),
        ("a()", ""),
        ("x=/'/;(", ")"),
        ("a)/'/((", ""),
        ("a}/`/((", ""),
        ("@a ", "class A{}"),
        ("yield ", ""),
        ("throw ", ""),
        ("switch(a){case ", "}"),
        ("try{", "}catch{}"),
        ("import(", ")"),
        ("...", "a"),
        ("[...", "]"),
        ("a satisfies ", "B"),
        ("namespace A{", "}"),
        ("let {a:", "}=b"),
        ("let [", "]=b"),
        ("(a,{b:", "})=>1"),
    ] {
        survives(format!("{USE}{}{}", open.repeat(100_000), close.repeat(100_000)));
    }
}

#[test]
fn programs_that_take_too_long() {
    // Each function calls the one before it twice.
    let mut text =
        String::from("function f0(t) { return fetch('https://h/' + t, { headers: { A: t } }); }\n");
    for at in 1..200 {
        text.push_str(&format!(
            "function f{at}(t) {{ f{}(t + 'a'); return f{}(t + 'b'); }}\n",
            at - 1,
            at - 1
        ));
    }
    text.push_str("export default async (req) => { const b = createClientFromRequest(req); f199(await b.asServiceRole.connectors.getAccessToken('slack')); };\n");
    survives(text);
    // Each variable has twice as many values as the one before it.
    let mut text = String::from("let v0 = a ? 'x' : 'y';\n");
    for at in 1..500 {
        text.push_str(&format!("let v{at} = c{at} ? v{} + 'x' : v{} + v{};\n", at - 1, at - 1, at - 1));
    }
    survives(text);
    survives("for (const x of [1,2,3,4,5,6,7,8,9]) {\n".repeat(30) + &"}".repeat(30));
    survives("class A extends A { constructor() { super(); new A(); } }\nnew A();".to_owned());
    survives("function f() { return f(); }\nconst o = { get a() { return o.a; } };\nf(); o.a;".to_owned());
}

#[test]
fn a_long_text_is_left_alone() {
    survives("x".repeat(6 << 20));
    survives(format!("const a = \"{}\";{USE}", "y".repeat(5 << 20)));
}

#[test]
fn every_beginning_of_a_program() {
    let text = "import { createClientFromRequest as c } from 'npm:@base44/sdk';\nconst A = `https://h/${1 + 2}`;\nclass B { #x = 1; constructor(private b: any) {} get t() { return this.#x } }\nexport default async function (req: Request) { try { const { accessToken: [t] } = await c(req).asServiceRole.connectors.getConnection('slack' as const); for (const a of [1, ...b]) { await fetch(new URL(A + a), { headers: { ...h, A: `Bearer ${t}` } }) } } catch { return null } }";
    let app = support::App::new(&[]);
    for end in 0..=text.len() {
        if text.is_char_boundary(end) {
            analyse(&Arc::new(read("a.ts", &text[..end])), &app);
        }
    }
}

#[test]
fn many_questions_about_one_address() {
    // Each question doubles the ways to an address, and each request has all of them.
    let mut text = String::from(
        "export default async (req) => { const b = createClientFromRequest(req); const t = await b.asServiceRole.connectors.getAccessToken('slack'); let url = 'https://h', method = 'GET'; const h = { A: t };\n",
    );
    for at in 0..60 {
        text.push_str(&format!("if (req.a{at}) {{ url += '/x{at}'; method = 'POST'; h['X{at}'] = req.b{at} ? url : method; }} else if (req.c{at}) {{ url = url + `/${{url}}`; }}\nswitch (req.d{at}) {{ case 1: url += '/1'; break; case 2: url += '/2'; break; }}\nawait fetch(url, {{ method: req.e{at} ? method : 'PUT', headers: {{ ...h, ...(req.f{at} ? {{ A: url }} : {{}}) }}, body: JSON.stringify({{ url, h }}) }});\n"));
    }
    text.push('}');
    survives(text);
    let entries: String =
        (0..400).map(|at| format!("e{at}: {{ type: 't{at}', url: 'https://h/{at}' }},")).collect();
    survives(format!(
        "const ALL = {{ {entries} }};\nexport default async (req) => {{ const b = createClientFromRequest(req); const one = ALL[req.a][req.b]; const c = await b.asServiceRole.connectors.getConnection(one.type); await fetch(one.url, {{ headers: {{ A: c.accessToken }} }}); }};"
    ));
}

#[test]
fn what_people_do_not_write() {
    let statement = "var a=function(b){return b&&b.c?d(b.c):e(b)||f};".repeat(4_000);
    survives(format!("{statement}{USE}"));
    survives(format!(
        "@injectable() class A {{ @field() b = 1; @log c() {{}} }}\nconst d = <div onClick={{() => e}}>{{f}}</div>;\n{USE}"
    ));
    survives(format!("\u{feff}#!/usr/bin/env deno\n\0\u{2028}{USE}\u{202e}"));
    survives(format!(
        "import a from 'https://deno.land/x/a@1/mod.ts?b#c';\nimport b from 'npm:';\nimport c from '';\nimport d from '../../../../../../etc/passwd';\nexport * from './entry.ts';\nimport * as e from './entry.ts';\n{USE}"
    ));
}

#[test]
fn files_that_import_each_other() {
    let app = support::App::new(&[
        (
            "a.ts",
            "import { b, c } from './b.ts';\nexport * from './b.ts';\nexport const a = () => b();\nexport default async (req) => { const s = createClientFromRequest(req); await fetch('https://h/a', { headers: { A: await c(s) } }); };",
        ),
        (
            "b.ts",
            "import { a } from './a.ts';\nexport * from './a.ts';\nexport const b = () => a();\nexport const c = (s) => s.asServiceRole.connectors.getAccessToken('slack');",
        ),
    ]);
    assert_eq!(app.lines("a.ts"), "b.ts:4 slack getAccessToken\n  4 GET https://h/a");
}
