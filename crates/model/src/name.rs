//! When two spellings are one name.
//!
//! The normal form folds case, separators, camel case, articles and the plural `s`: `PaymentService`, `payment_services`
//! and "the payment service" are one name. What is *not* folded here is meaning: aliases, acronyms and qualifiers are
//! evidence, and `cairn-validate` weighs them.

use std::fmt;

/// The normal form of a name; equal forms are one name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NormalName(String);

impl NormalName {
    /// Folds `name`. Empty when the name has no letter or digit.
    pub fn of(name: &str) -> Self {
        Self(name_words(name).concat())
    }

    /// The folded letters and digits without separators.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing was left of the name.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for NormalName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The words of a name in lower case, split at separators and at camel-case humps, articles left out, plural `s` removed.
///
/// ```
/// assert_eq!(cairn_model::name_words("the OrderServices"), ["order", "service"]);
/// ```
pub fn name_words(name: &str) -> Vec<String> {
    split_words(name).into_iter().filter(|word| !matches!(word.as_str(), "the" | "a" | "an")).map(singular).collect()
}

fn split_words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut after_lower = false;
    for c in name.chars() {
        let hump = after_lower && c.is_uppercase();
        if (hump || !c.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        after_lower = c.is_lowercase() || c.is_numeric();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn singular(mut word: String) -> String {
    if word.chars().count() > 3 && word.ends_with('s') && !word.ends_with("ss") {
        word.pop();
    }
    word
}
