//! The requests behind the typed methods of HubSpot's own client, `@hubspot/api-client`: its description of an API names
//! no operations, so a method is told by the request that it sends.

use super::*;

/// The client's package.
pub(super) const PACKAGE: &str = "@hubspot/api-client";
/// Where its requests go.
pub(super) const HOST: &str = "https://api.hubapi.com";

/// Objects of the CRM that the client calls otherwise than the addresses do.
const OTHERWISE_CALLED: [(&str, &str); 7] = [
    ("lineItems", "line_items"),
    ("feedbackSubmissions", "feedback_submissions"),
    ("postalMail", "postal_mail"),
    ("commercePayments", "commerce_payments"),
    ("partnerClients", "partner_clients"),
    ("partnerServices", "partner_services"),
    ("dealSplits", "deals_splits"),
];

/// A segment of an address: a word, or an argument of the method.
#[derive(Clone, Copy)]
enum Segment<'a> {
    Word(&'a str),
    Arg(usize),
}

use Segment::{Arg, Word};

/// The method and the address behind `client.crm.contacts.basicApi.create(…)`, given the names from the client on; none
/// where it is not known.
pub(super) fn request(names: &[Name], args: &[Value]) -> Option<(&'static str, Vec<UrlPart>)> {
    let names: Vec<&str> = names.iter().map(|name| &**name).collect();
    let (method, segments) = match &names[..] {
        ["crm", "owners", "ownersApi" | "defaultApi", call] => match *call {
            "getPage" => ("GET", vec![Word("crm/v3/owners")]),
            "getById" => ("GET", vec![Word("crm/v3/owners"), Arg(0)]),
            _ => return None,
        },
        ["crm", "properties", "coreApi", call] => by_type("crm/v3/properties", call)?,
        ["crm", "properties", "batchApi", call] => {
            ("POST", vec![Word("crm/v3/properties"), Arg(0), Word("batch"), Word(batch(call)?)])
        }
        ["crm", "properties", "groupsApi", "getAll"] => {
            ("GET", vec![Word("crm/v3/properties"), Arg(0), Word("groups")])
        }
        ["crm", "pipelines", "pipelinesApi", call] => by_type("crm/v3/pipelines", call)?,
        ["crm", "pipelines", "pipelineStagesApi", "getAll"] => {
            ("GET", vec![Word("crm/v3/pipelines"), Arg(0), Arg(1), Word("stages")])
        }
        ["crm", "schemas", "coreApi", "getAll"] => ("GET", vec![Word("crm/v3/schemas")]),
        ["crm", "associations", "v4", "basicApi", call] => {
            let between = [Word("crm/v4/objects"), Arg(0), Arg(1), Word("associations"), Arg(2)];
            let with_other = || between.iter().copied().chain([Arg(3)]).collect();
            match *call {
                "getPage" => ("GET", between.to_vec()),
                "create" => ("PUT", with_other()),
                "createDefault" => (
                    "PUT",
                    vec![
                        Word("crm/v4/objects"),
                        Arg(0),
                        Arg(1),
                        Word("associations/default"),
                        Arg(2),
                        Arg(3),
                    ],
                ),
                "archive" => ("DELETE", with_other()),
                _ => return None,
            }
        }
        // The type of the object is the first argument, or the client has a part for it.
        ["crm", "objects", api, call] => of_objects(&[Word("crm/v3/objects"), Arg(0)], 1, api, call)?,
        ["crm", "objects", object, api, call] | ["crm", object, api, call] => {
            let known = OTHERWISE_CALLED.iter().find(|(called, _)| called == object);
            let object = known.map_or(*object, |(_, address)| address);
            of_objects(&[Word("crm/v3/objects"), Word(object)], 0, api, call)?
        }
        _ => return None,
    };
    Some((method, address(&segments, args)))
}

/// What is there for objects of a type. `first`: the place of the first argument that is not the type.
fn of_objects<'a>(
    start: &[Segment<'a>],
    first: usize,
    api: &str,
    call: &str,
) -> Option<(&'static str, Vec<Segment<'a>>)> {
    let (method, more): (_, Vec<Segment<'a>>) = match (api, call) {
        ("basicApi", "getPage") => ("GET", vec![]),
        ("basicApi", "create") => ("POST", vec![]),
        ("basicApi", "getById") => ("GET", vec![Arg(first)]),
        ("basicApi", "update") => ("PATCH", vec![Arg(first)]),
        ("basicApi", "archive") => ("DELETE", vec![Arg(first)]),
        ("basicApi" | "publicObjectApi", "merge") => ("POST", vec![Word("merge")]),
        ("gdprApi", "purge") => ("POST", vec![Word("gdpr-delete")]),
        ("searchApi", "doSearch") => ("POST", vec![Word("search")]),
        ("batchApi", call) => ("POST", vec![Word("batch"), Word(batch(call)?)]),
        ("associationsApi", "getAll") => ("GET", vec![Arg(first), Word("associations"), Arg(first + 1)]),
        _ => return None,
    };
    Some((method, start.iter().copied().chain(more).collect()))
}

/// What is there for a type of objects, each named by the second argument: properties, pipelines.
fn by_type<'a>(start: &'a str, call: &str) -> Option<(&'static str, Vec<Segment<'a>>)> {
    let all = vec![Word(start), Arg(0)];
    let one = vec![Word(start), Arg(0), Arg(1)];
    Some(match call {
        "getAll" => ("GET", all),
        "create" => ("POST", all),
        "getByName" | "getById" => ("GET", one),
        "update" => ("PATCH", one),
        "replace" => ("PUT", one),
        "archive" => ("DELETE", one),
        _ => return None,
    })
}

/// The last word of the address of a batch.
fn batch(call: &str) -> Option<&'static str> {
    ["create", "read", "update", "upsert", "archive"].into_iter().find(|one| *one == call)
}

fn address(segments: &[Segment<'_>], args: &[Value]) -> Vec<UrlPart> {
    let mut parts = Vec::new();
    let mut text = HOST.to_owned();
    for segment in segments {
        text.push('/');
        match segment {
            Word(word) => text.push_str(word),
            Arg(at) => match args.get(*at) {
                Some(Value::Text(known)) if known.all().is_some() => {
                    text.push_str(known.all().map_or("", |known| &**known));
                }
                _ => {
                    parts.push(UrlPart::Text(Name::from(std::mem::take(&mut text))));
                    parts.push(UrlPart::Unknown);
                }
            },
        }
    }
    if !text.is_empty() {
        parts.push(UrlPart::Text(Name::from(text)));
    }
    parts
}
