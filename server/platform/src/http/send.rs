//! One call: its tries, its waits, its redirects.

use std::time::{Duration, SystemTime};

use connector_boundary::secret::Secret;
use reqwest::header::{
    AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER,
};
use reqwest::{Method, StatusCode};
use tokio::time::{Instant, timeout, timeout_at};
use url::Url;

use super::answer::{Answer, MAX_ANSWER_BYTES};
use super::client::Http;
use super::failure::{Failure, Reached};
use crate::timeouts::{MAX_ATTEMPTS, MAX_WAIT, backoff};
use crate::{Notice, PlatformError};

/// So many redirects within the platform are followed.
const MAX_REDIRECTS: usize = 5;
/// So many fields of a head are looked at for pages.
const MAX_FIELDS: usize = 64;

/// What is asked of the platform.
pub(crate) struct Call {
    pub method: Method,
    /// From the platform's address on, encoded; starts with a slash.
    pub path: String,
    /// The path without ids and types, for the log.
    pub template: &'static str,
    /// The call for a person: `reading the app's connectors`.
    pub doing: String,
    pub body: Body,
    /// How long one try may take.
    pub bound: Duration,
    /// How long all tries and waits may take.
    pub whole: Duration,
    /// Whether it may be made again although the platform may have acted on it.
    pub repeatable: bool,
}

pub(crate) enum Body {
    None,
    Json(String),
    Form(String),
}

/// Who a call is from: a header, and the token in it.
#[derive(Clone)]
pub(crate) enum Authorization {
    Bearer(Secret),
    Key(Secret),
}

/// One call under way: its id is the same on every try.
pub(crate) struct Attempts {
    pub request_id: String,
    until: Instant,
    made: u32,
}

impl Attempts {
    pub(crate) fn new(call: &Call) -> Attempts {
        Attempts { request_id: uuid::Uuid::new_v4().to_string(), until: Instant::now() + call.whole, made: 0 }
    }
}

impl Http {
    /// Makes a call, again where that is safe and may help. An answer of any status is an answer.
    pub(crate) async fn send(
        &self,
        call: &Call,
        authorization: Option<&Authorization>,
        attempts: &mut Attempts,
        notice: &(dyn Fn(Notice) + Send + Sync),
    ) -> Result<Answer, PlatformError> {
        let mut failed_before = 0;
        loop {
            attempts.made += 1;
            let started = Instant::now();
            let result = self.attempt(call, authorization, attempts).await;
            log(call, attempts, started, &result);
            let (why, asked) = match &result {
                Ok(answer) => match answer.transient_trouble(call.repeatable) {
                    Some(why) => (why, answer.retry_after),
                    None => return result.map_err(|failure| self.explain(call, attempts, failure)),
                },
                Err(failure)
                    if failure.is_transient() && (call.repeatable || failure.reached == Reached::Not) =>
                {
                    (failure.reason.clone(), None)
                }
                Err(_) => return result.map_err(|failure| self.explain(call, attempts, failure)),
            };
            failed_before += 1;
            let wait = match asked {
                // A little more than asked for, so that many do not come back at once.
                Some(asked) => asked + backoff(2) / 3,
                None => backoff(failed_before + 1),
            };
            let in_time = wait <= MAX_WAIT + backoff(2) && Instant::now() + wait < attempts.until;
            if failed_before >= MAX_ATTEMPTS || !in_time {
                return result.map_err(|failure| self.explain(call, attempts, failure));
            }
            notice(match asked {
                Some(_) => Notice::Waiting {
                    what: call.doing.clone(),
                    seconds: wait.as_secs_f64().ceil() as u64,
                    why,
                },
                None => Notice::Retrying { what: call.doing.clone(), attempt: attempts.made + 1, why },
            });
            tokio::time::sleep(wait).await;
        }
    }

    fn explain(&self, call: &Call, attempts: &Attempts, failure: Failure) -> PlatformError {
        failure.into_error(&call.doing, !call.repeatable).with_request_id(&attempts.request_id)
    }

    /// One try, bounded; redirects within the platform are part of it.
    async fn attempt(
        &self,
        call: &Call,
        authorization: Option<&Authorization>,
        attempts: &Attempts,
    ) -> Result<Answer, Failure> {
        let until = (Instant::now() + call.bound).min(attempts.until);
        let mut url = Url::parse(&format!("{}{}", self.base.as_str(), call.path))
            .map_err(|error| Failure::setup(error.to_string()))?;
        for _ in 0..=MAX_REDIRECTS {
            let mut response = self.headers_of(call, url.clone(), authorization, attempts, until).await?;
            let status = response.status();
            if status.is_redirection() && status != StatusCode::NOT_MODIFIED {
                url = self.next(call, &url, &response)?;
                continue;
            }
            let retry_after = response.headers().get(RETRY_AFTER).and_then(wait_of);
            let content_type = response
                .headers()
                .get(CONTENT_TYPE)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
                .to_ascii_lowercase();
            let about = about(response.headers());
            let mut body = Vec::new();
            loop {
                let chunk = timeout_at(until, response.chunk())
                    .await
                    .map_err(|_| Failure::timed_out("the answer did not end", call.bound))?
                    .map_err(|error| Failure::of_body(&error))?;
                let Some(chunk) = chunk else {
                    break;
                };
                if body.len() + chunk.len() > MAX_ANSWER_BYTES {
                    return Err(Failure::too_large(status.as_u16()));
                }
                body.extend_from_slice(&chunk);
            }
            return Ok(Answer { status: status.as_u16(), content_type, body, retry_after, about });
        }
        Err(Failure::redirected("it sends on in a circle".to_owned()))
    }

    async fn headers_of(
        &self,
        call: &Call,
        url: Url,
        authorization: Option<&Authorization>,
        attempts: &Attempts,
        until: Instant,
    ) -> Result<reqwest::Response, Failure> {
        let client = self.client().map_err(|error| Failure::setup(error.to_string()))?;
        let mut request = client
            .request(call.method.clone(), url)
            .header("X-Request-ID", &attempts.request_id)
            .header("Accept", "application/json");
        if let Some(authorization) = authorization {
            let (name, value) = header(authorization)?;
            request = request.header(name, value);
        }
        request = match &call.body {
            Body::None => request,
            Body::Json(text) => request.header(CONTENT_TYPE, "application/json").body(text.clone()),
            Body::Form(text) => {
                request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(text.clone())
            }
        };
        match timeout(until.saturating_duration_since(Instant::now()), request.send()).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(Failure::of_send(&error, &self.far_end())),
            Err(_) => Err(Failure::timed_out("there was no answer", call.bound)),
        }
    }

    /// Where a redirect leads, if it may be followed: a reading call, within the platform, and about the same app.
    fn next(&self, call: &Call, from: &Url, response: &reqwest::Response) -> Result<Url, Failure> {
        let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        let Some(to) = location.and_then(|location| from.join(location).ok()) else {
            return Err(Failure::redirected("it sends on, and does not say where".to_owned()));
        };
        if !self.base.is_origin_of(&to) {
            let host = to.host_str().unwrap_or("another place").to_owned();
            return Err(Failure::redirected(format!("it sends on to {host}, where your login is not taken")));
        }
        let is_of_the_app = app_in(from).is_none_or(|app| app_in(&to) == Some(app));
        if call.method != Method::GET || !to.username().is_empty() || !is_of_the_app {
            return Err(Failure::redirected(format!("it sends on to {}", to.path())));
        }
        Ok(to)
    }
}

/// The app that an address is about: what a push removes follows from what the app has, and from no other.
fn app_in(url: &Url) -> Option<&str> {
    let (_, below) = url.path().rsplit_once("/apps/")?;
    below.split('/').next().filter(|app| !app.is_empty())
}

fn header(authorization: &Authorization) -> Result<(HeaderName, HeaderValue), Failure> {
    let (name, text) = match authorization {
        Authorization::Bearer(token) => (AUTHORIZATION, format!("Bearer {}", token.expose())),
        Authorization::Key(key) => (HeaderName::from_static("api_key"), key.expose().to_owned()),
    };
    let mut value = HeaderValue::from_str(&text)
        .map_err(|_| Failure::setup("the login holds characters that none has".to_owned()))?;
    value.set_sensitive(true);
    Ok((name, value))
}

/// What of a head may say that the answer is a part.
fn about(head: &HeaderMap) -> Vec<(String, String)> {
    let may_say = |name: &str| name.starts_with("x-") || matches!(name, "link" | "content-range" | "warning");
    let fields = head.iter().filter(|(name, _)| may_say(name.as_str())).take(MAX_FIELDS);
    fields
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect()
}

/// How long `Retry-After` asks to wait: seconds, or a date.
fn wait_of(value: &HeaderValue) -> Option<Duration> {
    let text = value.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

fn log(call: &Call, attempts: &Attempts, started: Instant, result: &Result<Answer, Failure>) {
    let took = started.elapsed().as_millis();
    let (method, path, id) = (&call.method, call.template, &attempts.request_id);
    match result {
        Ok(answer) => tracing::debug!("{method} {path}: {} in {took} ms, request {id}", answer.status),
        Err(failure) => tracing::debug!("{method} {path}: {} in {took} ms, request {id}", failure.reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let wait = |text: &str| wait_of(&HeaderValue::from_str(text).unwrap());
        assert_eq!(wait("3"), Some(Duration::from_secs(3)));
        assert_eq!(wait("0"), Some(Duration::ZERO));
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::ZERO));
        let later = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(50));
        assert!(wait(&later).is_some_and(|wait| wait > Duration::from_secs(40)));
        for odd in ["-1", "NaN", "inf", "soon", "1e400", ""] {
            assert_eq!(wait(odd), None, "{odd}");
        }
    }
}
