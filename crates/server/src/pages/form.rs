//! Forms and addresses as pairs of names and values, and the proof that forms bring.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::{StreamExt as _, stream};
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Method};
use percent_encoding::percent_decode_str;

use crate::access::CSRF_HEADER;
use crate::app::App;
use crate::input::too_large;
use crate::problem::Problem;

/// The field in which a form brings its proof.
const PROOF: &str = "_csrf";
/// The proof of a form with files stands within so many bytes of its beginning.
const PROOF_WITHIN: usize = 4 * 1024;
/// The field that says where to go back to.
const BACK: &str = "_back";

/// What a form or an address says.
#[derive(Clone, Debug, Default)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads `name=value&name=value`.
    pub(super) fn parse(text: &str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        });
        Self(pairs.collect())
    }

    /// The value of a field; empty when it is not there.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(its, _)| its == name).map_or("", |(_, value)| value.trim())
    }

    /// The value of a field that says something.
    pub(super) fn said(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|value| !value.is_empty())
    }

    /// All values of a field.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(its, _)| its == name).map(|(_, value)| value.as_str())
    }

    /// All pairs.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Where to go back to: an address of this service, or else `otherwise`.
    pub(super) fn back(&self, otherwise: &str) -> String {
        own_address(self.get(BACK)).unwrap_or(otherwise).to_owned()
    }
}

impl FromRequest<App> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let bytes = to_bytes(request.into_body(), app.config.body_bytes_max).await.map_err(|_| too_large())?;
        let text = std::str::from_utf8(&bytes).map_err(|_| Problem::invalid("a form is UTF-8 text"))?;
        Ok(Self::parse(text))
    }
}

/// The address, where it leads to this service and nowhere else.
pub(super) fn own_address(address: &str) -> Option<&str> {
    let is_own = address.starts_with('/')
        && !address.starts_with("//")
        && !address.contains('\\')
        && !address.chars().any(char::is_control);
    is_own.then_some(address)
}

/// Puts the proof of a form where the rest of the service looks for it.
pub(super) async fn prove(State(app): State<App>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST || request.headers().contains_key(CSRF_HEADER) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let media_type = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (proof, body) = if media_type.starts_with("application/x-www-form-urlencoded") {
        let Ok(bytes) = to_bytes(body, app.config.body_bytes_max).await else { return too_large().into_response() };
        let proof = Form::parse(&String::from_utf8_lossy(&bytes)).get(PROOF).to_owned();
        (proof, Body::from(bytes))
    } else {
        proof_before_files(body).await
    };
    if let Ok(value) = HeaderValue::from_str(&proof) {
        parts.headers.insert(HeaderName::from_static(CSRF_HEADER), value);
    }
    next.run(Request::from_parts(parts, body)).await
}

/// The proof of a form with files, and the whole form again. Only its beginning is read, as files are not taken in before it is known who
/// sends them.
async fn proof_before_files(body: Body) -> (String, Body) {
    let mut rest = body.into_data_stream();
    let mut begun = Vec::new();
    while begun.len() < PROOF_WITHIN && proof_in(&begun).is_none() {
        // A body that breaks off here breaks off for whoever reads it to the end, too.
        let Some(Ok(bytes)) = rest.next().await else { break };
        begun.extend_from_slice(&bytes);
    }
    let proof = proof_in(&begun).unwrap_or_default();
    let begun = stream::iter([Ok(Bytes::from(begun))]);
    (proof, Body::from_stream(begun.chain(rest)))
}

/// The value of the part that is the proof, where it has come in already.
fn proof_in(begun: &[u8]) -> Option<String> {
    let begun = String::from_utf8_lossy(begun.get(..PROOF_WITHIN).unwrap_or(begun));
    let (_, value) = begun.split_once(&format!("name=\"{PROOF}\"\r\n\r\n"))?;
    value.split_once("\r\n").map(|(proof, _)| proof.to_owned())
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_browsers_send_it() {
        let form = Form::parse("owner=Ines+Okafor&item=thr-1&item=thr-2&reason=50%25+less&empty=");
        assert_eq!(form.get("owner"), "Ines Okafor");
        assert_eq!(form.get("reason"), "50% less");
        assert_eq!(form.all("item").collect::<Vec<_>>(), ["thr-1", "thr-2"]);
        assert_eq!(form.said("empty"), None);
    }

    #[test]
    fn a_proof_is_found_before_the_files() {
        let form = "--x\r\nContent-Disposition: form-data; name=\"_csrf\"\r\n\r\nabc\r\n--x\r\nContent-Disposition: form-data; name=\"file\"";
        assert_eq!(proof_in(form.as_bytes()).as_deref(), Some("abc"));
        assert_eq!(proof_in(&form.as_bytes()[..55]), None, "it has not come in whole yet");
        let late = format!("{}{form}", "x".repeat(PROOF_WITHIN));
        assert_eq!(proof_in(late.as_bytes()), None, "whatever stands before it is not read");
    }

    #[test]
    fn nobody_is_led_away() {
        assert_eq!(own_address("/p/x/inbox?at=r1"), Some("/p/x/inbox?at=r1"));
        for elsewhere in
            ["//evil.example", "https://evil.example", "/\\evil.example", "", "p/x", "/p\r\nSet-Cookie: a=b"]
        {
            assert_eq!(own_address(elsewhere), None, "{elsewhere}");
        }
    }
}
