//! What a field's own name says about its content. The one table behind API schemas, database columns, messages and
//! environment variables; nothing is classified by background knowledge.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use cairn_model::{Classification, name_words};

use Classification::{Credential, Financial, Health, Payment, Personal, Secret};

/// The class of a field with this name, when the name says.
pub(crate) fn classify(name: &str) -> Option<Classification> {
    let words = name_words(name);
    let describes = words.len() > 1 && words.last().is_some_and(|last| DESCRIBING.contains(&last.as_str()));
    if words.len() > 8 || describes || HARMLESS_PHRASES.first_in(&words).is_some() {
        return None;
    }
    let run_together = TABLE_PHRASES.run_together(&words.concat());
    let first = TABLE_PHRASES.first_in(&words).into_iter().chain(run_together).min()?;
    TABLE.get(first).map(|(_, class)| *class)
}

/// Whether a variable with this name holds something to sign in with.
pub(crate) fn is_secret(name: &str) -> bool {
    matches!(classify(name), Some(Credential | Secret))
}

/// Phrases of a list, found by their first words: a file has thousands of keys, and the lists are long.
struct Phrases {
    /// By first word: place in the list and further words.
    by_first: BTreeMap<&'static str, Vec<(usize, Vec<&'static str>)>>,
    /// Phrases of several words, written as one.
    joined: BTreeMap<String, usize>,
}

static TABLE_PHRASES: LazyLock<Phrases> = LazyLock::new(|| Phrases::of(TABLE.iter().map(|(phrase, _)| *phrase)));
static HARMLESS_PHRASES: LazyLock<Phrases> = LazyLock::new(|| Phrases::of(HARMLESS.iter().copied()));

impl Phrases {
    fn of(list: impl Iterator<Item = &'static str>) -> Self {
        let mut phrases = Self { by_first: BTreeMap::new(), joined: BTreeMap::new() };
        for (place, phrase) in list.enumerate() {
            let mut words = phrase.split(' ');
            let first = words.next().unwrap_or_default();
            phrases.by_first.entry(first).or_default().push((place, words.collect()));
            if phrase.contains(' ') {
                phrases.joined.entry(phrase.replace(' ', "")).or_insert(place);
            }
        }
        phrases
    }

    /// The place of the first phrase of the list whose words stand next to each other among `words`.
    fn first_in(&self, words: &[String]) -> Option<usize> {
        let starting = |(at, word): (usize, &String)| {
            let rest = words.get(at + 1..).unwrap_or_default();
            let follows = move |wanted: &Vec<&str>| {
                wanted.len() <= rest.len() && wanted.iter().zip(rest).all(|(want, word)| want == word)
            };
            let phrases = self.by_first.get(word.as_str()).into_iter().flatten();
            phrases.filter(move |(_, wanted)| follows(wanted)).map(|(place, _)| *place).min()
        };
        words.iter().enumerate().filter_map(starting).min()
    }

    /// The place of the phrase that this is without its spaces.
    fn run_together(&self, joined: &str) -> Option<usize> {
        self.joined.get(joined).copied()
    }
}

/// A last word that makes the field say something about the data instead of holding it.
const DESCRIBING: &[&str] = &[
    "type",
    "count",
    "enabled",
    "required",
    "policy",
    "length",
    "at",
    "verified",
    "status",
    "format",
    "limit",
    "ttl",
    "url",
    "uri",
    "endpoint",
    "path",
    "file",
    "expiry",
    "expiration",
    "expires",
    "version",
    "template",
    "arn",
    "issuer",
    "audience",
    "used",
    "valid",
    "updated",
    "changed",
    "rotation",
    "provider",
    "hint",
    "strength",
    "usage",
    "present",
    "exist",
    "set",
    "mode",
    "dir",
    "algorithm",
    "size",
    "ref",
    "method",
];

/// Phrases that hold a word of the table and mean something else.
const HARMLESS: &[&str] = &[
    "page token",
    "next token",
    "continuation token",
    "cursor token",
    "max token",
    "prompt token",
    "completion token",
    "total token",
    "input token",
    "output token",
    "token limit",
    "secret key ref",
    "public key",
    "secret name",
    "token name",
    "key name",
    "invoice id",
    "invoice number",
];

/// From the more to the less particular: the first phrase found decides.
const TABLE: &[(&str, Classification)] = &[
    ("password", Credential),
    ("passwd", Credential),
    ("passphrase", Credential),
    ("pwd", Credential),
    ("otp", Credential),
    ("totp", Credential),
    ("one time code", Credential),
    ("mfa code", Credential),
    ("mfa secret", Credential),
    ("recovery code", Credential),
    ("pin code", Credential),
    ("pin", Credential),
    ("security answer", Credential),
    ("access token", Credential),
    ("refresh token", Credential),
    ("id token", Credential),
    ("session token", Credential),
    ("auth token", Credential),
    ("bearer token", Credential),
    ("reset token", Credential),
    ("csrf token", Credential),
    ("device token", Credential),
    ("api token", Credential),
    ("jwt", Credential),
    ("session id", Credential),
    ("session cookie", Credential),
    ("credential", Credential),
    ("login code", Credential),
    ("client secret", Secret),
    ("api key", Secret),
    ("apikey", Secret),
    ("access key", Secret),
    ("secret key", Secret),
    ("private key", Secret),
    ("encryption key", Secret),
    ("signing key", Secret),
    ("webhook secret", Secret),
    ("connection string", Secret),
    ("secret", Secret),
    ("token", Credential),
    ("card number", Payment),
    ("credit card", Payment),
    ("debit card", Payment),
    ("card holder", Payment),
    ("cardholder", Payment),
    ("cvv", Payment),
    ("cvc", Payment),
    ("cvv2", Payment),
    ("pan", Payment),
    ("iban", Payment),
    ("bic", Payment),
    ("swift code", Payment),
    ("account number", Payment),
    ("routing number", Payment),
    ("sort code", Payment),
    ("bank account", Payment),
    ("payment method", Payment),
    ("diagnosis", Health),
    ("diagnose", Health),
    ("blood type", Health),
    ("blood group", Health),
    ("allergy", Health),
    ("allergie", Health),
    ("medication", Health),
    ("prescription", Health),
    ("medical record", Health),
    ("health insurance", Health),
    ("patient", Health),
    ("ssn", Personal),
    ("social security", Personal),
    ("national id", Personal),
    ("tax id", Personal),
    ("tax number", Personal),
    ("passport", Personal),
    ("driver licence", Personal),
    ("driver license", Personal),
    ("date of birth", Personal),
    ("birth date", Personal),
    ("birthday", Personal),
    ("dob", Personal),
    ("email", Personal),
    ("e mail", Personal),
    ("phone", Personal),
    ("mobile number", Personal),
    ("msisdn", Personal),
    ("first name", Personal),
    ("last name", Personal),
    ("full name", Personal),
    ("given name", Personal),
    ("family name", Personal),
    ("maiden name", Personal),
    ("surname", Personal),
    ("home address", Personal),
    ("street address", Personal),
    ("billing address", Personal),
    ("shipping address", Personal),
    ("postal address", Personal),
    ("delivery address", Personal),
    ("address line", Personal),
    ("postcode", Personal),
    ("postal code", Personal),
    ("zip code", Personal),
    ("street", Personal),
    ("ip address", Personal),
    ("client ip", Personal),
    ("geolocation", Personal),
    ("latitude", Personal),
    ("longitude", Personal),
    ("gender", Personal),
    ("ethnicity", Personal),
    ("religion", Personal),
    ("nationality", Personal),
    ("salary", Financial),
    ("income", Financial),
    ("credit score", Financial),
    ("credit limit", Financial),
    ("account balance", Financial),
    ("balance", Financial),
    ("invoice", Financial),
];
