//! Uses: what is asked of the SDK's connectors, and the keys of connectors in the environment.

use super::call::MethodCall;
use super::*;

impl Walk<'_> {
    /// What is asked of the connectors.
    pub(super) fn take(&mut self, role: ServiceRole, call: &MethodCall, args: Vec<Value>) -> Value {
        let method = match &*call.name {
            "getConnection" => Method::GetConnection,
            "getAccessToken" => Method::GetAccessToken,
            "callApi" => Method::CallApi,
            "getWorkspaceConnection" | "getCurrentAppUserConnection" | "getCurrentAppUserAccessToken" => {
                Method::ById
            }
            "connectAppUser" | "disconnectAppUser" => return Value::Unknown,
            // Something else that is called `connectors`, unless it stands behind the service's client.
            _ if role == ServiceRole::Yes && call.name.starts_with("get") => Method::Other(call.name.clone()),
            _ => return self.call_unknown(args, call.at, false),
        };
        let given = args.first().cloned().unwrap_or(Value::Undefined);
        let mut alternatives = self.alternatives(&given);
        for (_, value) in &alternatives {
            if let Value::Text(text) = value
                && text.is_empty()
            {
                self.blanks.extend(text.origin);
            }
        }
        if given.is_nothing() {
            let blank = call.param.as_ref().and_then(|param| self.left_out(param));
            self.blanks.extend(blank);
        }
        alternatives.retain(|(_, value)| !value.is_nothing());
        let several = match &alternatives[..] {
            [(_, first), more @ ..] => more.iter().any(|(_, other)| !other.same(first)),
            [] => false,
        };
        let mut taken = Vec::new();
        for (guards, value) in alternatives {
            let known = match &value {
                Value::Text(text) => text.all().cloned().map(|name| (name, text.origin)),
                _ => None,
            };
            let by_id = method == Method::ById || known.as_ref().is_some_and(|(name, _)| is_id(name));
            let naming = match &known {
                None => Naming::Dynamic,
                Some(_) if call.literal => Naming::Literal,
                Some(_) if several => Naming::Table,
                Some(_) if call.param.is_some() => Naming::Parameter,
                Some((_, Some(_))) => Naming::Constant,
                Some((_, None)) => Naming::Table,
            };
            let (type_name, literal) = match known {
                Some((name, origin)) if !by_id => (Some(name), origin.map(|at| self.place(at))),
                _ => (None, None),
            };
            let listed = Use {
                type_name,
                naming,
                at: self.place(call.at),
                literal,
                method: if by_id { Method::ById } else { method.clone() },
                method_at: self.place(call.name_at),
                service_role: role,
                optional_chain: call.optional,
                probe: false,
                fallback: false,
                complete: true,
                reached: !self.unreached,
                callers: self.callers(),
            };
            let Some(id) = self.list_use(listed, call.at) else { return Value::Unknown };
            let value = match &*call.name {
                "getAccessToken" | "getCurrentAppUserAccessToken" => Value::Text(Text::token(id)),
                "callApi" => {
                    let request = args.get(1).cloned().unwrap_or(Value::Unknown);
                    self.call_api(id, &request, call.at);
                    Value::Answer
                }
                _ => Value::Connection(id),
            };
            taken.push((guards, value));
        }
        Value::any(taken)
    }

    /// Where the call of this function ends before the argument of a parameter: it is the next to be typed.
    fn left_out(&self, param: &Name) -> Option<(ModId, Span)> {
        let frame = self.frames.last()?;
        let next = frame.closure.as_ref()?.lowered()?.params.get(frame.given)?;
        let (module, at) = frame.call_at?;
        let end = at.1.saturating_sub(1);
        matches!(next, Pattern::Name(name) if name == param).then_some((module, (end, end)))
    }

    /// The key of a connector that stands in the functions' environment; none where the name is another's.
    pub(super) fn key_in_environment(&mut self, key: &str, at: (ModId, Span)) -> Option<Value> {
        let (_, type_name) = crate::filter::KEYS_IN_ENVIRONMENT.iter().find(|(name, _)| *name == key)?;
        let place = self.place(at);
        let listed = Use {
            type_name: Some(Name::from(*type_name)),
            naming: Naming::Constant,
            at: place.clone(),
            literal: None,
            method: Method::Environment,
            method_at: place,
            service_role: ServiceRole::Yes,
            optional_chain: false,
            probe: false,
            fallback: false,
            complete: true,
            reached: !self.unreached,
            callers: self.callers(),
        };
        Some(Value::Text(Text::token(self.list_use(listed, at)?)))
    }

    fn list_use(&mut self, listed: Use, at: (ModId, Span)) -> Option<UseId> {
        let key = (at.0, at.1.0, listed.type_name.clone());
        let tried = self.tries.iter().rev().find(|(_, soft)| *soft).map(|(id, _)| *id);
        let instead_of_own = self.is_instead_of_own();
        if let Some(known) = self.use_ids.get(&key) {
            let id = *known;
            if let Some(used) = self.uses.get_mut(id as usize) {
                used.listed.reached |= listed.reached;
                used.instead_of_own &= instead_of_own;
                if used.tried.is_some() && tried.is_none() {
                    used.tried = None;
                }
                for caller in listed.callers {
                    if used.listed.callers.len() < MAX_CALLERS && !used.listed.callers.contains(&caller) {
                        used.listed.callers.push(caller);
                    }
                }
            }
            return Some(id);
        }
        if self.uses.len() >= MAX_LISTED {
            self.cut = true;
            return None;
        }
        let id = self.uses.len() as UseId;
        self.use_ids.insert(key, id);
        self.uses.push(Taken {
            way: listed.callers.clone(),
            listed,
            tried,
            taken_in: self.frames.last().map_or(0, |frame| frame.instance),
            called_inside: false,
            instead_of_own,
            other_token: false,
            with_it_alone: false,
            calls: 0,
            handed_at: None,
        });
        Some(id)
    }
}

/// The id of a connection, as the platform gives them out: 24 hexadecimal digits.
fn is_id(name: &str) -> bool {
    name.len() == 24 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}
