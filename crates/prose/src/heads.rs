//! Nouns that name components: typed heads ("… worker", "… queue") and well-known products.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use cairn_model::{ComponentType, NormalName, Term as _};

use crate::terms::parse;
use crate::token::Token;
use crate::word_table::{WordSet, WordTable};

/// What a head noun tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) component_type: ComponentType,
    /// Too general to name a component by a qualifier alone.
    pub(crate) weak: bool,
    /// Names a component even without a qualifier.
    pub(crate) bare: bool,
}

/// The tables of `component_types.toml` and `products.toml`.
pub(crate) struct Heads {
    /// By the head's words in lower case and singular, joined by spaces.
    by_words: WordTable<Head>,
    /// By normal name.
    products: BTreeMap<NormalName, ComponentType>,
    /// First words of heads, singular, and of products: all other words begin neither.
    head_openers: WordSet,
    product_openers: WordSet,
    /// Vendors of many products, by word in lower case, and their first words.
    vendors: Vec<Vec<String>>,
    vendor_openers: WordSet,
    /// Lower-case words that are written like names and are none.
    not_names: WordSet,
}

/// Most words a head has.
const HEAD_WORDS_MAX: usize = 3;

/// Heads that names made of one word end in: `paymentservice`, `cartdb`.
const SUFFIXES: &[&str] = &[
    "service",
    "server",
    "gateway",
    "proxy",
    "controller",
    "worker",
    "database",
    "daemon",
    "api",
    "operator",
    "manager",
    "scheduler",
    "agent",
];

/// Prefixes that make an adjective of a head: `per-user`, `in-process`.
const ADJECTIVE_PREFIXES: &[&str] = &[
    "per", "in", "off", "on", "pre", "post", "non", "self", "cross", "multi", "single", "anti", "inter", "intra",
    "end", "sub", "re", "un", "all", "any", "no", "one", "two", "third", "first", "high", "low", "long", "short",
    "open", "server", "user", "client", "host", "app", "pull", "in-",
];

/// The compiled tables.
pub(crate) fn heads() -> &'static Heads {
    static HEADS: OnceLock<Heads> = OnceLock::new();
    HEADS.get_or_init(Heads::load)
}

impl Heads {
    /// Whether a head can begin with this word, or lie inside it. Cheap, and false for most words of a text.
    pub(crate) fn opens_head(&self, lower: &str) -> bool {
        lower.contains(['-', '_'])
            || SUFFIXES.iter().any(|suffix| lower.ends_with(suffix))
            || self.head_openers.contains(lower)
            || lower.ends_with('s') && self.head_openers.contains(&singular_phrase(&[lower]))
    }

    /// Whether a product's name can begin with this word.
    pub(crate) fn opens_product(&self, lower: &str) -> bool {
        self.product_openers.contains(lower)
            || lower.strip_suffix('s').is_some_and(|word| self.product_openers.contains(word))
    }

    /// The longest head that `words` (lower case) end in, and its number of words.
    pub(crate) fn ending(&self, words: &[&str]) -> Option<(usize, Head)> {
        (1..=HEAD_WORDS_MAX.min(words.len())).rev().find_map(|count| {
            let tail = words.get(words.len() - count..)?;
            let head = self.by_words.get(&singular_phrase(tail))?;
            Some((count, *head))
        })
    }

    /// The head that a compound word ends in: `auth-proxy`, `ledger_db`, `paymentservice`.
    pub(crate) fn inside(&self, word: &str) -> Option<Head> {
        let parts: Vec<&str> = word.split(['-', '_']).collect();
        if parts.first().is_some_and(|first| ADJECTIVE_PREFIXES.contains(first)) {
            return None;
        }
        if parts.len() > 1 {
            return self.ending(&parts).filter(|(count, _)| *count < parts.len()).map(|(_, head)| head);
        }
        let suffix = SUFFIXES.iter().find(|suffix| word.len() > suffix.len() + 2 && word.ends_with(*suffix))?;
        self.by_words.get(suffix).map(|head| Head { weak: false, ..*head })
    }

    /// Whether a word is written like a name and is none.
    pub(crate) fn is_not_name(&self, lower: &str) -> bool {
        self.not_names.contains(lower)
    }

    /// How many of the first `tokens` name a vendor of many products; they are written with a capital.
    pub(crate) fn vendor_words(&self, tokens: &[Token]) -> Option<usize> {
        let opens = tokens.first().is_some_and(|token| token.capital && self.vendor_openers.contains(&token.lower));
        if !opens {
            return None;
        }
        self.vendors
            .iter()
            .filter(|vendor| {
                vendor.len() <= tokens.len() && vendor.iter().zip(tokens).all(|(word, token)| *word == token.lower)
            })
            .map(Vec::len)
            .max()
    }

    /// What the product of this name is.
    pub(crate) fn product(&self, name: &NormalName) -> Option<ComponentType> {
        self.products.get(name).copied()
    }

    fn load() -> Self {
        let lists: BTreeMap<String, Vec<String>> =
            parse("component_types", include_str!("../../../config/lexicon/component_types.toml"));
        let set = |name: &str| lists.get(name).into_iter().flatten().cloned().collect::<WordSet>();
        let (bare, weak, not_names) = (set("bare"), set("weak"), set("not_names"));
        let mut heads = BTreeMap::new();
        for (name, words) in &lists {
            let Some(component_type) = ComponentType::parse(name) else { continue };
            for word in words {
                let head = Head { component_type, weak: weak.contains(word), bare: bare.contains(word) };
                heads.insert(word.clone(), head);
            }
        }
        let lists: BTreeMap<String, Vec<String>> =
            parse("products", include_str!("../../../config/lexicon/products.toml"));
        let products = lists
            .iter()
            .filter_map(|(name, products)| ComponentType::parse(name).map(|component_type| (component_type, products)))
            .flat_map(|(component_type, products)| {
                products.iter().map(move |name| (NormalName::of(name), component_type))
            })
            .collect();
        let vendors: Vec<Vec<String>> = lists
            .get("vendors")
            .into_iter()
            .flatten()
            .map(|vendor| vendor.split(' ').map(str::to_lowercase).collect())
            .collect();
        let vendor_openers = vendors.iter().filter_map(|words| words.first().cloned()).collect();
        let head_openers = opening_words(heads.keys());
        let product_openers = opening_words(lists.values().flatten());
        Self {
            by_words: heads.into_iter().collect(),
            products,
            head_openers,
            product_openers,
            vendors,
            vendor_openers,
            not_names,
        }
    }
}

fn opening_words<'a>(names: impl Iterator<Item = &'a String>) -> WordSet {
    names.filter_map(|name| name.split_whitespace().next()).map(str::to_lowercase).collect()
}

fn singular_phrase(words: &[&str]) -> String {
    let mut phrase = words.join(" ");
    let last = words.last().copied().unwrap_or_default();
    if last.len() > 3
        && last.ends_with('s')
        && !last.ends_with("ss")
        && !matches!(last, "dns" | "aws" | "kms" | "redis" | "saas" | "bus" | "ingress")
    {
        let cut = if last.ends_with("xies") || last.ends_with("ories") || last.ends_with("ries") {
            phrase.truncate(phrase.len() - 3);
            phrase.push('y');
            0
        } else if last.ends_with("sses")
            || last.ends_with("xes")
            || last.ends_with("ches") && last != "caches"
            || last.ends_with("buses")
        {
            2
        } else {
            1
        };
        phrase.truncate(phrase.len() - cut);
    }
    phrase
}
