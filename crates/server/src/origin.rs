//! Where a browser's request comes from. What a page of another site sends must not act for whoever looks at it.

use http::Method;
use http::request::Parts;

use crate::access::{host, origin_of};
use crate::config::Config;
use crate::problem::Problem;

/// Headers that proxies add. Where they are, the caller may sit anywhere.
const FORWARDED: [&str; 4] = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];

/// Lets through what the machine's own people and programs send while nobody is asked for a key: it calls the machine by
/// a name of its own (a page elsewhere cannot, even when its name leads here), came through no proxy, and when it changes
/// something it was not sent by a page of another site.
pub(crate) fn is_local(parts: &Parts, config: &Config) -> Result<(), Problem> {
    if FORWARDED.iter().any(|name| parts.headers.contains_key(*name)) {
        return Err(Problem::forbidden("the request came through a proxy; behind one, `auth` must be `on`"));
    }
    let named = parts.uri.host().or_else(|| host(&parts.headers)).unwrap_or_default();
    if !is_own_name(without_port(named), config) {
        return Err(Problem::forbidden(
            "the service is called by a name that is not its own; `hosts` lists further ones",
        ));
    }
    if matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS) { Ok(()) } else { is_own(parts, config) }
}

/// Lets through what was not sent by a page of another site.
pub(crate) fn is_own(parts: &Parts, config: &Config) -> Result<(), Problem> {
    let foreign =
        || Problem::new(http::StatusCode::FORBIDDEN, "foreign_origin", "a page of another site sent the request");
    let site = parts.headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    if site.is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return Err(foreign());
    }
    let Some(origin) = origin_of(&parts.headers) else { return Ok(()) };
    let own = host(&parts.headers).unwrap_or_default();
    let is_own = origin.split_once("://").is_some_and(|(_, named)| named == own)
        || origin == config.public_url.trim_end_matches('/');
    if is_own { Ok(()) } else { Err(foreign()) }
}

fn is_own_name(name: &str, config: &Config) -> bool {
    let public = config.public_url.split("://").nth(1).unwrap_or_default();
    let public = without_port(public.split('/').next().unwrap_or_default());
    let own = config.listen.ip().to_string();
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
        || name.trim_start_matches('[').trim_end_matches(']') == own
        || (!public.is_empty() && name.eq_ignore_ascii_case(public))
        || config.hosts.iter().any(|host| host.eq_ignore_ascii_case(name))
}

fn without_port(name: &str) -> &str {
    match name.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !host.ends_with(':') => host,
        _ => name,
    }
}
