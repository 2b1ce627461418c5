//! The words of component names, folded further than [`cairn_model::name_words`] does: short forms are written out, and a last word
//! that only says what kind of thing it is can be told from the name proper.

use cairn_model::ComponentType;

/// A name's words with short forms written out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Folded(Vec<String>);

impl Folded {
    /// The words that [`cairn_model::name_words`] finds, written out.
    pub(super) fn of_words(words: Vec<String>) -> Self {
        Self(words.into_iter().map(written_out).collect())
    }

    /// Equal for names that differ only in writing.
    pub(super) fn key(&self) -> String {
        self.0.concat()
    }

    pub(super) fn words(&self) -> &[String] {
        &self.0
    }

    /// The words before a last word that only names the kind, and that word.
    pub(super) fn without_kind(&self) -> Option<(&[String], Kind)> {
        let (last, rest) = self.0.split_last()?;
        let proper = rest.iter().any(|word| kind(word).is_none());
        kind(last).filter(|_| proper).map(|kind| (rest, kind))
    }
}

/// What a last word says of the thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing that the bare name would not: "payment service" may be "payment".
    Running,
    /// A type that the bare name must be known to have: "payment database" is not just "payment".
    Only(ComponentType),
}

fn kind(word: &str) -> Option<Kind> {
    match word {
        "service" | "server" | "microservice" | "application" | "component" | "system" | "instance" => {
            Some(Kind::Running)
        }
        "database" => Some(Kind::Only(ComponentType::Datastore)),
        "cache" => Some(Kind::Only(ComponentType::Cache)),
        "queue" => Some(Kind::Only(ComponentType::Queue)),
        "cluster" => Some(Kind::Only(ComponentType::Infrastructure)),
        _ => None,
    }
}

fn written_out(word: String) -> String {
    let long = match word.as_str() {
        "db" => "database",
        "svc" | "srv" => "service",
        "repo" => "repository",
        "repositorie" => "repository",
        "k8s" | "kube" => "kubernete",
        "config" | "configs" | "cfg" => "configuration",
        "auth" | "authn" => "authentication",
        "authz" => "authorization",
        "app" => "application",
        "infra" => "infrastructure",
        "env" => "environment",
        "msg" => "message",
        "mgmt" => "management",
        "gw" => "gateway",
        "lb" => "loadbalancer",
        "postgresql" => "postgres",
        _ => return word,
    };
    long.to_owned()
}
