//! Attribute values: when two are the same, when one only says the other more exactly, and when they exclude each other.

use std::collections::BTreeSet;

use cairn_model::{BoundaryType, Classification, ComponentType, Exposure, FlowMode, Status, Term as _};

/// A value that sources may state differently.
pub(crate) trait Value: Clone {
    /// As shown to a reader.
    fn text(&self) -> String;

    /// Equal for values that are the same but for spelling.
    fn key(&self) -> String {
        self.text()
    }

    /// Whether both can be true of one thing.
    fn agrees(&self, other: &Self) -> bool {
        self.key() == other.key()
    }

    /// Whether this says the same as `other` and more, so that it is kept whoever says it.
    fn refines(&self, _other: &Self) -> bool {
        false
    }
}

macro_rules! term_values {
    ($($name:ident)+) => {
        $(impl Value for $name {
            fn text(&self) -> String {
                self.as_str().to_owned()
            }
        })+
    };
}

term_values!(BoundaryType Classification Exposure FlowMode Status);

impl Value for ComponentType {
    fn text(&self) -> String {
        self.as_str().to_owned()
    }

    /// `external` says whose it is, the other types what it is; a wide type is no denial of a narrower one.
    fn agrees(&self, other: &Self) -> bool {
        self == other
            || *self == Self::External
            || *other == Self::External
            || self.refines(other)
            || other.refines(self)
    }

    /// A cache is a data store, an agent is a service: the narrower word tells more.
    fn refines(&self, other: &Self) -> bool {
        match other {
            Self::Datastore => matches!(self, Self::Cache | Self::SecretStore),
            Self::Service => matches!(
                self,
                Self::Gateway
                    | Self::IdentityProvider
                    | Self::AiModel
                    | Self::AiAgent
                    | Self::Pipeline
                    | Self::Observability
            ),
            _ => false,
        }
    }
}

impl Value for bool {
    fn text(&self) -> String {
        if *self { "yes" } else { "no" }.to_owned()
    }
}

impl Value for String {
    fn text(&self) -> String {
        self.clone()
    }

    fn key(&self) -> String {
        let folded = split(self).concat();
        if folded.is_empty() { self.trim().to_owned() } else { folded }
    }

    /// The same words, or one refines the other: `TLS` and `TLS 1.3`, never `TLS` and `none` or `no TLS`.
    fn agrees(&self, other: &Self) -> bool {
        if self.key() == other.key() {
            return true;
        }
        let (left, right) = (words(self), words(other));
        denies(&left) == denies(&right)
            && (left.is_subset(&right)
                || right.is_subset(&left)
                || is_tls_of(&left, &right)
                || is_tls_of(&right, &left))
    }
}

/// Words that deny what they stand with.
const DENIALS: [&str; 9] = ["no", "none", "not", "without", "never", "plain", "plaintext", "unencrypted", "disabled"];

/// Words that say in which style something is asked, not over what: they neither add to nor contradict a value.
const STYLES: [&str; 10] = ["rest", "restful", "graphql", "soap", "json", "xml", "api", "call", "over", "via"];

/// Protocols that run over TLS.
const OVER_TLS: [&str; 10] = ["https", "mtls", "ftps", "ldaps", "smtps", "imaps", "amqps", "mqtts", "grpcs", "wss"];

/// Whether one says only TLS, in whatever version, and the other names a protocol that runs over it.
fn is_tls_of(tls: &BTreeSet<String>, protocol: &BTreeSet<String>) -> bool {
    only_tls(tls) && protocol.iter().any(|word| OVER_TLS.contains(&word.as_str()))
}

fn only_tls(words: &BTreeSet<String>) -> bool {
    let version = |word: &String| word.chars().all(|c| c.is_ascii_digit());
    words.contains("tls") && words.iter().all(|word| word == "tls" || version(word))
}

/// Whether a text names TLS, in whatever version, and nothing else.
pub(crate) fn is_tls(text: &str) -> bool {
    only_tls(&words(text))
}

fn denies(words: &BTreeSet<String>) -> bool {
    words.iter().any(|word| DENIALS.contains(&word.as_str()))
}

/// Words whose last letter is no plural.
const UNCOUNTED: [&str; 11] =
    ["https", "mtls", "ftps", "ldaps", "smtps", "imaps", "amqps", "mqtts", "grpcs", "coaps", "postgres"];

fn words(text: &str) -> BTreeSet<String> {
    split(text).into_iter().flat_map(spelt_out).filter(|word| !STYLES.contains(&word.as_str())).collect()
}

/// Lower-case words. Unlike in names the letter case tells nothing, and `HTTPS` is not the plural of `HTTP`.
fn split(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !matches!(*word, "" | "the" | "a" | "an"));
    words.map(|word| if UNCOUNTED.contains(&word) { word } else { singular(word) }.to_owned()).collect()
}

fn singular(word: &str) -> &str {
    match word.strip_suffix('s') {
        Some(stem) if stem.chars().count() > 2 && !stem.ends_with('s') => stem,
        _ => word,
    }
}

/// Short forms that hide a word which others write out.
fn spelt_out(word: String) -> Vec<String> {
    let parts: &[&str] = match word.as_str() {
        "mtls" => &["mutual", "tls"],
        "ssl" => &["tls"],
        "oauth2" => &["oauth", "2"],
        "oidc" => &["openid", "connect"],
        _ => return vec![word],
    };
    parts.iter().map(|part| (*part).to_owned()).collect()
}
