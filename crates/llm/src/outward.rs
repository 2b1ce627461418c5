//! Plain requests to hosts that serve something else than a model: repositories, for one.
//!
//! They go out by the same client and the same rules as those to a model: no redirect is followed, no variable of the environment counts,
//! and an address is read by the very parser that the client uses, so that what was checked is what is asked. Whom to ask and
//! how much to take is decided by the caller.

use std::error::Error;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::endpoint::{Proxy, is_loopback};
use crate::error::EndpointError;
use crate::transport::http_client;

/// An address with `http` or `https`, a host, and nothing that could be a secret in it.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(reqwest::Url);

impl FromStr for Address {
    type Err = &'static str;

    /// The error says what is wrong with it, without repeating any of it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // The parser would mend these, and what people see in the text would not be what is asked.
        if text.contains(|it: char| it == '\\' || it.is_whitespace() || it.is_control()) {
            return Err("it is no address");
        }
        let url = reqwest::Url::parse(text).map_err(|_| "it is no address")?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("it begins neither with `https://` nor with `http://`");
        }
        // Asked of the text too: an empty name is dropped when it is parsed, and shows that somebody tries something.
        let authority = text.split_once("://").map_or(text, |(_, rest)| rest);
        let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
        if !url.username().is_empty() || url.password().is_some() || authority.contains('@') {
            return Err("it holds a name or a password; secrets do not belong into addresses");
        }
        Ok(Self(url))
    }
}

impl Address {
    /// As it is asked for.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The host, with its port where that is not the usual one.
    pub fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        self.0.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Whether nobody can listen on the way there: `https`, or this machine.
    pub(crate) fn is_guarded(&self) -> bool {
        self.0.scheme() == "https" || is_loopback(&self.0)
    }

    /// The path, which begins with `/`.
    pub fn path(&self) -> &str {
        self.0.path()
    }

    /// Whether it has a query or a fragment.
    pub fn has_more_than_a_path(&self) -> bool {
        self.0.query().is_some() || self.0.fragment().is_some()
    }

    /// Whether both lead to the same host by the same protocol and port.
    pub fn is_of(&self, other: &Self) -> bool {
        self.0.origin() == other.0.origin()
    }

    /// Where `location`, given by what lies here, leads.
    pub fn follow(&self, location: &str) -> Result<Self, &'static str> {
        self.0.join(location).map_err(|_| "it is no address").and_then(|url| url.as_str().parse())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({})", self.0)
    }
}

/// Sends requests. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Outward {
    http: reqwest::Client,
}

/// An answer, of which the body is still to come.
#[derive(Debug)]
pub struct Answered {
    /// The status.
    pub status: u16,
    response: reqwest::Response,
}

/// Why there is no answer, or none any more: in words that name neither address nor headers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoAnswer(String);

impl Outward {
    /// Ready to send, through the proxy where there is one.
    pub fn new(proxy: Option<&Proxy>, connect_time: Duration) -> Result<Self, EndpointError> {
        Ok(Self { http: http_client(connect_time, proxy.map(Proxy::checked).transpose()?)? })
    }

    /// Sends a request with these headers: with a body it is a `POST`, without one a `GET`. Headers that cannot be sent are left out.
    pub async fn send(
        &self,
        address: &Address,
        headers: &[(String, String)],
        body: Option<Vec<u8>>,
    ) -> Result<Answered, NoAnswer> {
        let url = address.0.clone();
        let mut request = match body {
            Some(body) => self.http.post(url).body(body),
            None => self.http.get(url),
        };
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let response = request.send().await.map_err(|error| no_answer(&error))?;
        Ok(Answered { status: response.status().as_u16(), response })
    }
}

impl Answered {
    /// A header, where the answer has it.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// The next piece of the body; none at its end.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, NoAnswer> {
        let piece = self.response.chunk().await.map_err(|error| no_answer(&error))?;
        Ok(piece.map(|it| it.to_vec()))
    }
}

/// The cause at the bottom says what is wrong; those above it repeat the address.
fn no_answer(error: &reqwest::Error) -> NoAnswer {
    if error.is_timeout() {
        return NoAnswer("it does not answer in time".to_owned());
    }
    let mut cause: Option<&dyn Error> = error.source();
    let mut said = "the connection failed".to_owned();
    while let Some(deeper) = cause {
        said = deeper.to_string();
        cause = deeper.source();
    }
    NoAnswer(said)
}

#[cfg(test)]
mod tests {
    use super::Address;

    fn read(text: &str) -> Result<Address, &'static str> {
        text.parse()
    }

    #[test]
    fn an_address_holds_no_secret_and_leads_by_http_alone() {
        for text in [
            "ssh://git@example.org/a",
            "file:///etc",
            "git@example.org:a/b",
            "example.org/a",
            "https://",
            "https://example.org\\@a",
            " https://example.org",
            "",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        for text in [
            "https://me:secret@example.org/a",
            "https://token@example.org/a",
            "https://@example.org/a",
            "https://:@example.org/",
        ] {
            assert!(read(text).unwrap_err().contains("secrets do not belong"), "{text}");
        }
        let address = read("https://Example.ORG:443/a@b").unwrap();
        assert_eq!((address.host().as_str(), address.as_str()), ("example.org", "https://example.org/a@b"));
    }

    #[test]
    fn what_leads_elsewhere_is_told_from_what_stays() {
        let address = read("https://example.org/a/b").unwrap();
        assert!(address.follow("/c").unwrap().is_of(&address));
        assert!(address.follow("https://example.org:443/c").unwrap().is_of(&address));
        for location in [
            "http://example.org/",
            "https://example.org:8443/",
            "//other.example/",
            "https://example.org.evil.example/",
        ] {
            assert!(!address.follow(location).unwrap().is_of(&address), "{location}");
        }
        assert!(address.follow("https://me@example.org/").is_err());
    }
}
