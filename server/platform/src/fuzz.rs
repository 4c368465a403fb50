//! Everything that reads an answer of the platform, for the fuzz targets.

use std::time::Duration;

use reqwest::Method;

use crate::http::{Answer, Body, Call};
use crate::wire::{
    AuthorizationStatus, AvailableAnswer, AvailableList, ListAnswer, RemoteList, RemoveAnswer, SetAnswer,
    SetReply, StatusAnswer, StripeInstall, StripeInstallAnswer, StripeRemoveAnswer, StripeStatus,
    StripeStatusAnswer,
};
use crate::{PlatformError, RemoteConnector};

/// What an answer led to, whichever call it is taken for.
#[derive(Debug, Default)]
pub struct Read {
    /// The sentences that a person would read.
    pub said: Vec<String>,
    /// The connectors that would be listed.
    pub connectors: Vec<RemoteConnector>,
    /// The links that would be offered.
    pub links: Vec<String>,
}

/// Reads an answer as that of every call there is.
pub fn read_answers(status: u16, body: &[u8]) -> Read {
    let answer = Answer {
        status,
        content_type: String::new(),
        body: body.to_vec(),
        retry_after: None,
        about: Vec::new(),
    };
    let mut read = Read::default();
    for method in [Method::GET, Method::PUT] {
        let call = Call {
            repeatable: method == Method::GET,
            method,
            path: "/".to_owned(),
            template: "/",
            doing: "reading".to_owned(),
            body: Body::None,
            bound: Duration::from_secs(1),
            whole: Duration::from_secs(1),
        };
        read.all(&answer, &call);
    }
    read
}

impl Read {
    fn all(&mut self, answer: &Answer, call: &Call) {
        let id = "id";
        let list = answer.read::<ListAnswer>(call, id).map(RemoteList::from);
        let listed = self.take(list).map(|list| list.connectors);
        self.connectors.extend(listed.unwrap_or_default());
        let set = answer.read::<SetReply>(call, id);
        if let Some(reply) = self.take(set).filter(SetReply::is_one) {
            match reply.answer() {
                Ok(SetAnswer::NeedsAuthorization { link, .. }) => self.links.push(link.as_str().to_owned()),
                Ok(SetAnswer::OtherUser { account, message }) => {
                    self.said.extend(account);
                    self.said.push(message);
                }
                Ok(SetAnswer::Refused { message }) => self.said.push(message),
                Ok(SetAnswer::Synced) => {}
                Err(error) => self.said.push(error.to_string()),
            }
        }
        let status = answer.read::<StatusAnswer>(call, id).map(AuthorizationStatus::from);
        if let Some(AuthorizationStatus::Other(word)) = self.take(status) {
            self.said.push(word);
        }
        let available = answer.read::<AvailableAnswer>(call, id).map(AvailableList::from);
        self.take(available);
        self.take(answer.read::<RemoveAnswer>(call, id).map(|answer| answer.status));
        self.take(answer.read::<StripeRemoveAnswer>(call, id).map(|answer| answer.success));
        let stripe = answer.read::<StripeStatusAnswer>(call, id).map(StripeStatus::from);
        let install = answer.read::<StripeInstallAnswer>(call, id).map(StripeInstall::from);
        let claims = [
            self.take(stripe).and_then(|stripe| stripe.claim_url),
            self.take(install).and_then(|install| install.claim_url),
        ];
        self.links.extend(claims.into_iter().flatten().map(|link| link.as_str().to_owned()));
    }

    fn take<T>(&mut self, result: Result<T, PlatformError>) -> Option<T> {
        result
            .map_err(|error| {
                self.said.push(error.to_string());
                self.said.push(error.hint().to_owned());
            })
            .ok()
    }
}
