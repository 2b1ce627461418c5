//! Paths as they were called, to paths as they are served: a part that is an id becomes `{id}`.

/// Endings of files that a page is made of; they are content and no way into a program.
const FILES: &[&str] = &[
    "js", "mjs", "css", "map", "png", "jpg", "jpeg", "gif", "svg", "ico", "webp", "avif", "woff", "woff2", "ttf", "mp4",
];

/// The path with its ids replaced; `None` for what is no path, or a part of a page.
pub(super) fn template(path: &str) -> Option<String> {
    let path = without_query(path);
    if !path.starts_with('/') || path.len() > 500 || path.contains(char::is_control) {
        return None;
    }
    let ending =
        path.rsplit('/').next().and_then(|file| file.rsplit_once('.')).map(|(_, ending)| ending.to_lowercase());
    if ending.is_some_and(|ending| FILES.contains(&ending.as_str())) {
        return None;
    }
    let parts: Vec<&str> = path.split('/').map(|part| if is_id(part) { "{id}" } else { part }).collect();
    let joined = parts.join("/");
    let trimmed = joined.trim_end_matches('/');
    Some(if trimmed.is_empty() { "/".to_owned() } else { trimmed.to_owned() })
}

/// The path as written without what follows it.
pub(super) fn without_query(path: &str) -> &str {
    path.split(['?', '#', ';']).next().unwrap_or_default()
}

/// How much of the path may be quoted: up to a part that may itself be a secret.
pub(super) fn quotable(path: &str) -> &str {
    let path = without_query(path);
    let mut end = 0;
    for part in path.split_inclusive('/') {
        if is_token(part.trim_end_matches('/')) {
            break;
        }
        end += part.len();
    }
    path.get(..end).unwrap_or_default()
}

fn is_id(part: &str) -> bool {
    let has_digit = part.bytes().any(|byte| byte.is_ascii_digit());
    let only = |also: &[u8]| part.bytes().all(|byte| byte.is_ascii_digit() || also.contains(&byte));
    let is_hexadecimal = part.len() >= 8 && part.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let is_address = part.contains('@') || part.contains("%40");
    has_digit && (only(b"-_.:") || is_hexadecimal) || is_address || is_token(part)
}

/// Long, of letters and digits: random, whether an id or a secret.
fn is_token(part: &str) -> bool {
    let letters = part.bytes().filter(u8::is_ascii_alphabetic).count();
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    let is_uuid = part.len() == 36 && part.bytes().filter(|byte| *byte == b'-').count() == 4;
    !is_uuid && part.len() >= 16 && letters > 2 && digits > 2 || part.contains('@') || part.contains("%40")
}
