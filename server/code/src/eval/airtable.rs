//! The requests behind Airtable's own client, `airtable`: `new Airtable({ apiKey }).base(id)(table).select().all()`.

use super::call::MethodCall;
use super::*;

/// The client's package.
pub(super) const PACKAGE: &str = "airtable";
/// What `base("Leads")` and `base.table("Leads")` make.
pub(super) const TABLE: &str = "table";
/// What `.base("app…")` makes.
const BASE: &str = "base";
/// What `table.select(…)` makes.
const QUERY: &str = "query";

impl Walk<'_> {
    /// What a method of the client, or of a part of it, does.
    pub(super) fn airtable(
        &mut self,
        cell: CellId,
        package: &Package,
        call: &MethodCall,
        args: &[Value],
    ) -> Value {
        let (method, of_record) = match (&*package.export, &*call.name) {
            (BASE, "table") => return self.airtable_part(package, TABLE),
            (TABLE, "select") => return self.airtable_part(package, QUERY),
            (QUERY, "all" | "firstPage" | "eachPage") => ("GET", false),
            (TABLE, "find") => ("GET", true),
            (TABLE, "create") => ("POST", false),
            (TABLE, "update") => ("PATCH", false),
            (TABLE, "replace") => ("PUT", false),
            (TABLE, "destroy") => ("DELETE", false),
            (BASE | TABLE | QUERY, _) => return Value::Unknown,
            (_, "base") => return self.airtable_part(package, BASE),
            (_, "configure") => {
                for arg in args {
                    self.give_tokens(cell, arg);
                }
                return Value::Undefined;
            }
            _ => return Value::Unknown,
        };
        let text = |text: &str| UrlPart::Text(Name::from(text));
        let mut address =
            vec![text("https://api.airtable.com/v0/app"), UrlPart::Unknown, text("/"), UrlPart::Unknown];
        if of_record {
            address.extend([text("/"), UrlPart::Unknown]);
        }
        let followed =
            if package.tokens.len() == 1 && !package.partly { Followed::Sure } else { Followed::Partly };
        for token in &package.tokens {
            let target = Target::Url(address.clone());
            self.record_as(*token, Some(Name::from(method)), target, &None, call.at, followed);
        }
        // `eachPage((records, fetchNextPage) => …)`
        self.hand_over(args);
        Value::Answer
    }

    /// A base, a table or a query, with the tokens of what it was asked of.
    pub(super) fn airtable_part(&mut self, package: &Package, part: &str) -> Value {
        let tokens = self.package_tokens(package);
        let made =
            Package { export: Name::from(part), path: Vec::new(), of: None, tokens, ..package.clone() };
        self.new_package(made)
    }
}
