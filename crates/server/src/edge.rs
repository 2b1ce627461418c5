//! Where the clock and randomness enter the service.

use cairn_model::Date;
use cairn_store::Millis;
use ring::rand::{SecureRandom as _, SystemRandom};

/// This moment.
pub(crate) fn now() -> Millis {
    #[expect(clippy::disallowed_methods, reason = "this is where the clock enters the service")]
    let now = jiff::Timestamp::now();
    now.as_millisecond()
}

/// Today where the service runs: the day on which acceptances are judged.
pub(crate) fn today() -> Date {
    cairn_engine::world::today()
}

/// A moment as it is shown: RFC 3339 in UTC.
pub(crate) fn shown(at: Millis) -> String {
    jiff::Timestamp::from_millisecond(at).map(|at| at.to_string()).unwrap_or_default()
}

/// Bytes that nobody can guess.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .expect("the operating system gives random bytes, or nothing can be kept secret");
    bytes
}

/// An id that later ones follow in order: twelve digits of the clock and sixteen that nobody can guess, in hexadecimal.
pub(crate) fn new_id(prefix: &str) -> String {
    let chance = u64::from_be_bytes(random::<8>());
    format!("{prefix}-{:012x}{chance:016x}", now())
}
