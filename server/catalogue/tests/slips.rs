//! A slip of the hand in any scope of any type is led back to the scope.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

use connector_catalogue::{Catalogue, Certainty, ConnectorType, Resolution, resolve_one};

/// Every scope is tried with one in so many of its slips; which, differs from scope to scope. With `SLIPS_ONE_IN=1`
/// in the environment all two hundred thousand are.
const ONE_IN: usize = 400;

/// All single slips in a name: a letter left out, doubled, exchanged with its neighbour, replaced, put in; a
/// separator exchanged or left out; the case changed.
fn single_slips(name: &str, rng: &mut fastrand::Rng) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut slips = Vec::new();
    let mut add = |edit: &dyn Fn(&mut Vec<char>)| {
        let mut slip = letters.clone();
        edit(&mut slip);
        slips.push(slip.into_iter().collect());
    };
    for (index, letter) in letters.iter().copied().enumerate() {
        add(&|slip| {
            slip.remove(index);
        });
        add(&|slip| slip.insert(index, letter));
        if index > 0 {
            add(&|slip| slip.swap(index, index - 1));
        }
        let other = rng.lowercase();
        add(&|slip| slip.insert(index, other));
        if letter.is_alphanumeric() {
            add(&|slip| slip[index] = other);
            add(&|slip| {
                slip[index] = if letter.is_uppercase() {
                    letter.to_ascii_lowercase()
                } else {
                    letter.to_ascii_uppercase()
                }
            });
        } else {
            let others: Vec<char> =
                [':', '.', '_', '-', '/'].into_iter().filter(|other| *other != letter).collect();
            add(&|slip| slip[index] = others[other as usize % others.len()]);
        }
    }
    slips
}

/// Whether two texts differ by one slip, as [`single_slips`] makes them.
fn is_one_slip(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len().abs_diff(right.len()) > 1 {
        return false;
    }
    let start = left.iter().zip(right).take_while(|(left, right)| left == right).count();
    let (left, right) = (&left[start..], &right[start..]);
    let end = left.iter().rev().zip(right.iter().rev()).take_while(|(left, right)| left == right).count();
    match (&left[..left.len() - end], &right[..right.len() - end]) {
        ([_], [_]) | ([], [_]) | ([_], []) | ([], []) => true,
        ([one, other], [two, another]) => one == another && other == two,
        // What is left over on both sides may be a doubled letter.
        (left, right) => left.len() + right.len() == 1,
    }
}

/// What came of the slips that were tried.
#[derive(Default)]
struct Tally {
    tried: usize,
    told: usize,
    led_back: usize,
    wrongly_certain: Vec<String>,
    lost: Vec<String>,
}

impl Tally {
    fn per_hundred(&self, count: usize) -> f64 {
        100.0 * count as f64 / self.tried as f64
    }
}

fn try_slip(ty: &'static ConnectorType, name: &str, slip: &str, tally: &mut Tally) {
    // A slip that makes another scope, or is as near to one, cannot be told from that.
    let ambiguous = ty.scopes.iter().any(|other| other.name != name && is_one_slip(slip, other.name));
    if ambiguous || ty.is_same_scope(slip, name) {
        return;
    }
    let resolution = resolve_one(ty, slip);
    // Another scope of the same provider, which no list of the type has, is as near as can be.
    if matches!(&resolution, Resolution::Known(_) | Resolution::Pattern | Resolution::KnownElsewhere(_)) {
        return;
    }
    tally.tried += 1;
    tally.told += usize::from(resolution.certainty() == Some(Certainty::Sure));
    let first = match &resolution {
        Resolution::Misspelt { suggestions, .. } => suggestions.first(),
        _ => None,
    };
    match first {
        Some(first) if ty.is_same_scope(&first.name, name) => tally.led_back += 1,
        Some(first) => {
            let line = format!("{} {slip}: {} for {name}", ty.name, first.name);
            if first.certain {
                tally.wrongly_certain.push(line.clone());
            }
            tally.lost.push(line);
        }
        None => tally.lost.push(format!("{} {slip}: nothing for {name}", ty.name)),
    }
}

#[test]
fn any_single_slip_in_any_scope_is_led_back() {
    let mut rng = fastrand::Rng::with_seed(11);
    let mut tally = Tally::default();
    let one_in = std::env::var("SLIPS_ONE_IN").ok().and_then(|text| text.parse().ok()).unwrap_or(ONE_IN);
    for ty in Catalogue::get().types() {
        for scope in ty.scopes {
            let offset = rng.usize(..one_in);
            for slip in single_slips(scope.name, &mut rng).iter().skip(offset).step_by(one_in) {
                try_slip(ty, scope.name, slip, &mut tally);
            }
        }
    }
    let (right, told) = (tally.per_hundred(tally.led_back), tally.per_hundred(tally.told));
    println!(
        "summary: of {} single slips in scopes, the first fix is right for {right:.2} in 100, and {told:.2} are warned of",
        tally.tried
    );
    let shown: Vec<&String> = tally.lost.iter().take(60).collect();
    assert_eq!(tally.wrongly_certain, Vec::<String>::new(), "applied unseen");
    assert!(right >= 99.5, "{right:.2}: {shown:#?}");
    assert!(told >= 96.0, "{told:.2}");
}

/// The first suggestion for a name in a connector of a type, and whether the name is surely no scope.
fn first(ty: &str, written: &str) -> (Option<String>, bool) {
    let resolution = resolve_one(Catalogue::get().find(ty).unwrap(), written);
    let sure = resolution.certainty() == Some(Certainty::Sure);
    let first = match resolution {
        Resolution::Misspelt { suggestions, .. } => suggestions.first().map(|first| first.name.to_string()),
        _ => None,
    };
    (first, sure)
}

#[test]
fn what_hands_and_copying_do_to_a_name_is_led_back() {
    for (ty, written, meant) in [
        // A comma, a semicolon or a line break in the place of a sign.
        ("slack", "im;write", "im:write"),
        ("hubspot", "crm.objects.tickets,write", "crm.objects.tickets.write"),
        ("calendly", "routing_forms:r\n  ead", "routing_forms:read"),
        // The end or the beginning left behind.
        ("asana", "stories:wri", "stories:write"),
        ("splitwise", "ad:user_profile", "read:user_profile"),
        ("outlook", "Bookings.ReadWrite.A", "Bookings.ReadWrite.All"),
        // A key that was held.
        ("box", "manage_manaaaaaged_users", "manage_managed_users"),
        ("github", "user:eeeemail", "user:email"),
        // Letters in another order, and two slips in a short name of a complete list.
        ("square", "APPOINTMENTS_LLA_READ", "APPOINTMENTS_ALL_READ"),
        ("googledocs", "emak", "email"),
        // A version, and words before it that mean nothing.
        ("asana", "goals:write/v1", "goals:write"),
        ("asana", "user.goals:read", "goals:read"),
        ("box", "root_readwrite.beta", "root_readwrite"),
        // A slip in a word rather than a word too many, and a doubled word rather than one left out.
        ("linear", "cusgmer:write", "customer:write"),
        ("slack", "remote_files:files:read", "remote_files:read"),
        ("bamboohr", "job_opening_writer", "job_opening.write"),
        // Nothing that would do more than what was written.
        (
            "google_analytics",
            "https://www.googleapis.com/auth/analytics.edit.users-readonly",
            "https://www.googleapis.com/auth/analytics.manage.users.readonly",
        ),
        // What a page has around it.
        ("slack", "chat&#58;write", "chat:write"),
        ("slack", "<code>chat:write</code>", "chat:write"),
        ("slack", "chat:write (optional)", "chat:write"),
        ("slack", "chat%253Awrite", "chat:write"),
        ("slack", "[chat:write](https://docs.slack.dev)", "chat:write"),
        (
            "gmail",
            "https://www.googleapis.com/auth/gmail.send?hl=en",
            "https://www.googleapis.com/auth/gmail.send",
        ),
        (
            "googlecalendar",
            "https:\\\\www.googleapis.com\\auth\\calendar",
            "https://www.googleapis.com/auth/calendar",
        ),
        // Another host.
        ("outlook", "https://www.googleapis.com/auth/Mail.Read", "https://graph.microsoft.com/Mail.Read"),
        (
            "one_drive",
            "https://onedrive.com/oauth/scopes/Files.Read",
            "https://graph.microsoft.com/Files.Read",
        ),
    ] {
        assert_eq!(first(ty, written), (Some(meant.to_owned()), true), "{ty}: {written}");
    }
}

#[test]
fn a_version_may_belong_to_a_scope_where_others_have_one() {
    let (first, sure) = first("hubspot", "crm.objects.contacts.read.v2");
    assert_eq!((first.as_deref(), sure), (Some("crm.objects.contacts.read"), false));
}

#[test]
fn a_sentence_and_other_commas_part_scopes() {
    let slack = Catalogue::get().find("slack").unwrap();
    for written in ["chat:write and users:read", "chat:write、users:read", "chat:write；users:read"] {
        let Resolution::Joined(parts) = resolve_one(slack, written) else { panic!("{written}") };
        let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
        assert_eq!(names, ["chat:write", "users:read"], "{written}");
    }
}
