//! What must be remembered while somebody is at the provider. The browser keeps it, sealed by the master key: so that beginning a
//! sign-in takes no memory here, and the answer only counts in the browser that asked.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use cairn_store::Millis;
use http::{HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};

use super::{Failure, Refusal};
use crate::access::cookie;
use crate::app::App;
use crate::edge;
use crate::secrets::{is_same, unguessable};

/// The cookie that holds a ticket, and its name behind TLS.
const COOKIE_NAMES: [&str; 2] = ["cairn-sign-in", "__Host-cairn-sign-in"];
/// So long somebody may be at the provider.
const TICKET_MS: Millis = 600_000;
/// A longer address to go back to does not fit beside the rest into a cookie.
const BACK_BYTES_MAX: usize = 1_024;
/// So many sign-ins that have ended are remembered; with more within ten minutes, the oldest are forgotten, and the provider
/// alone sees to it that a code is good once.
const SPENT_MAX: usize = 10_000;

/// A sign-in that was begun.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ticket {
    /// What the provider hands back with the code.
    pub(crate) state: String,
    /// What the token must say.
    pub(crate) nonce: String,
    /// What proves to the provider that the code is taken by who asked for it.
    pub(crate) verifier: String,
    /// Where to go in the end: an address of this service.
    pub(crate) back: String,
    /// Until when it is good.
    pub(crate) until: Millis,
}

impl Ticket {
    /// A new one. `back` is an address of this service.
    pub(crate) fn new(back: &str) -> Self {
        let back = if back.len() > BACK_BYTES_MAX { "/" } else { back };
        let (state, nonce, verifier) = (unguessable(), unguessable(), unguessable());
        Self { state, nonce, verifier, back: back.to_owned(), until: edge::now() + TICKET_MS }
    }

    /// The cookie that hands it to the browser.
    pub(crate) fn cookie(&self, app: &App) -> HeaderValue {
        let text = serde_json::to_string(self).expect("texts and numbers serialise");
        set_cookie(app, &app.secrets.seal(&text), TICKET_MS / 1000)
    }

    /// The cookie that takes it away.
    pub(crate) fn no_cookie(app: &App) -> HeaderValue {
        set_cookie(app, "", 0)
    }

    /// The ticket that the browser brings back; none when there is none that this service gave, or it is over.
    pub(crate) fn of(app: &App, headers: &HeaderMap) -> Option<Self> {
        let sealed = cookie(headers, &COOKIE_NAMES)?;
        let ticket: Self = serde_json::from_str(&app.secrets.open_sealed(sealed)?).ok()?;
        (ticket.until > edge::now()).then_some(ticket)
    }

    /// Holds the ticket to what the provider handed back. It is good once.
    pub(crate) fn spend(&self, state: &str, spent: &Spent) -> Result<(), Failure> {
        if !is_same(state, &self.state) {
            return Err(Refusal::State.into());
        }
        if spent.add(&self.state, self.until) { Ok(()) } else { Err(Refusal::Repeated.into()) }
    }
}

/// The sign-ins that have ended and could still be tried again.
#[derive(Default)]
pub(crate) struct Spent(Mutex<BTreeMap<String, Millis>>);

impl Spent {
    /// Notes one that ends. Gives whether it is the first time.
    fn add(&self, state: &str, until: Millis) -> bool {
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = edge::now();
        spent.retain(|_, until| *until > now);
        if spent.len() >= SPENT_MAX {
            let oldest = spent.iter().min_by_key(|(_, until)| **until).map(|(state, _)| state.clone());
            oldest.map(|state| spent.remove(&state));
        }
        spent.insert(state.to_owned(), until).is_none()
    }
}

/// Not `SameSite=Strict`: the browser comes back from another site.
fn set_cookie(app: &App, value: &str, seconds: i64) -> HeaderValue {
    let [plain, secured] = COOKIE_NAMES;
    let (name, secure) = if app.config.is_https() { (secured, "; Secure") } else { (plain, "") };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    HeaderValue::try_from(text).expect("what is sealed is letters and digits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_ends_once_and_what_is_over_is_forgotten() {
        let (spent, ticket) = (Spent::default(), Ticket::new("/p/shop"));
        assert_eq!(ticket.spend("guessed", &spent), Err(Refusal::State.into()));
        assert_eq!(ticket.spend(&ticket.state, &spent), Ok(()));
        assert_eq!(ticket.spend(&ticket.state, &spent), Err(Refusal::Repeated.into()));
        let over = Ticket { until: 1, ..Ticket::new("/") };
        over.spend(&over.state, &spent).unwrap();
        Ticket::new("/").spend("guessed", &spent).unwrap_err();
        assert!(spent.add("another", edge::now() + 1_000));
        assert_eq!(spent.0.lock().unwrap().len(), 2, "of those that are over, none is kept");
    }

    #[test]
    fn what_is_remembered_fits_into_a_cookie() {
        let ticket = Ticket::new(&format!("/{}", "x".repeat(BACK_BYTES_MAX)));
        assert_eq!(ticket.back, "/");
        let ticket = Ticket::new(&"/".repeat(BACK_BYTES_MAX));
        // Sealing adds a third and some; browsers take 4096 bytes.
        assert!(serde_json::to_string(&ticket).unwrap().len() * 4 / 3 + 200 < 4_096);
        assert!(ticket.verifier.len() >= 43, "the least that PKCE takes");
    }
}
