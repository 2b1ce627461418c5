//! Which of our crates may use which, and which large library belongs to which crate. The only place that says so in code.

/// A crate, what its product code may use of ours, and the reason.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) may_use: &'static [&'static str],
    pub(super) because: &'static str,
}

/// A library that only one crate may name.
pub(super) struct Library {
    pub(super) name: &'static str,
    pub(super) user: &'static str,
}

/// The rows in the order of the data's way; each crate comes after all that it may use.
pub(super) const CRATES: &[Row] = &[
    row("model", &[], "the words of the domain know nobody, so that every stage can speak them"),
    row("ingest", &["model"], "bytes become documents without knowing what will be read out of them"),
    row("structured", &["model"], "a reader of facts sees one document, and those it refers to, and returns claims"),
    row("prose", &["model"], "a reader of sentences sees documents and returns claims"),
    row("llm", &["model"], "it speaks to an endpoint and knows neither documents nor claims"),
    row(
        "extract",
        &["model", "structured", "prose", "llm"],
        "it decides which of the readers reads what, and what a model is asked; it is the only one to know them",
    ),
    row("validate", &["model"], "it must not know who made a claim, so that it trusts none"),
    row("threats", &["model"], "rules see the merged system and nothing of where it came from but citations"),
    row(
        "paths",
        &["model"],
        "ways of attack are chained from the merged system and its threats, whoever derived these",
    ),
    row("embed", &[], "it turns texts into vectors and knows nothing of where they come from"),
    row("index", &["model"], "it finds passages of documents, whoever asks"),
    row("store", &["model"], "it keeps values and does not compute any"),
    row("diff", &["model"], "it compares two models with their texts, wherever they are from"),
    row("report", &["model", "diff"], "formats are made from results, never from stages"),
    row(
        "diagram",
        &["model", "report"],
        "a drawing is made from the model; what hides in a text is shown as in reports",
    ),
    row("web", &["model", "diff", "report", "diagram"], "pages are made from results and know neither HTTP nor stores"),
    row(
        "ask",
        &["model", "validate", "diff"],
        "it answers from a model and texts that are at hand; `validate` makes its citations, and whoever calls it finds passages",
    ),
    row(
        "engine",
        &[
            "model", "ingest", "llm", "extract", "validate", "threats", "paths", "embed", "index", "store", "diff",
            "report", "ask",
        ],
        "it is the one place that knows the order of the stages; readers are reached through `extract`, and it alone makes calls \
         to a model",
    ),
    row(
        "evals",
        &["model", "ingest", "prose", "extract", "validate", "threats", "embed", "index", "report", "ask", "engine"],
        "it scores the stages from outside and without a workspace, and times the passes of the prose reader one by one",
    ),
    row("mcp", &["model", "report", "engine"], "it hands the engine's answers to agents, in the form of the export"),
    row(
        "server",
        &["model", "threats", "diff", "report", "store", "engine", "web", "mcp"],
        "it turns requests into calls of the engine and keeps people, keys and jobs in a store of their own; agents are served by `mcp`; nothing but the binary knows it",
    ),
    row(
        "cli",
        &["model", "threats", "diff", "report", "diagram", "engine", "evals", "mcp", "server"],
        "it turns arguments into calls of the engine, and shows rules, reports and scores; it starts the service",
    ),
    row("xtask", &[], "it reads files and manifests, so that it still runs when the product does not compile"),
];

/// Large libraries. Small ones of general use (regex, serde, thiserror …) may be named anywhere.
pub(super) const LIBRARIES: &[Library] = &[
    library("pulldown-cmark", "ingest"),
    library("text-splitter", "ingest"),
    library("flate2", "ingest"),
    library("hcl-edit", "structured"),
    library("saphyr", "structured"),
    library("saphyr-parser", "structured"),
    library("protox-parse", "structured"),
    library("apollo-parser", "structured"),
    library("aho-corasick", "prose"),
    library("async-openai", "llm"),
    library("reqwest", "llm"),
    library("rustls", "llm"),
    library("minijinja", "llm"),
    library("petgraph", "paths"),
    library("frostem", "ask"),
    library("rten", "embed"),
    library("rten-tensor", "embed"),
    library("simsimd", "index"),
    library("tantivy", "index"),
    library("qdrant-client", "index"),
    library("sqlx", "store"),
    library("ignore", "engine"),
    library("notify", "engine"),
    library("gix", "engine"),
    library("gix-transport", "engine"),
    library("diffy", "engine"),
    library("axum", "server"),
    library("tower", "server"),
    library("utoipa", "server"),
    library("utoipa-axum", "server"),
    library("hyper", "server"),
    library("hyper-util", "server"),
    library("openidconnect", "server"),
    library("prometheus-client", "server"),
    library("ring", "server"),
    library("tokio-io-timeout", "server"),
    library("maud", "web"),
    library("rmcp", "mcp"),
    library("clap", "cli"),
    library("clap_complete", "cli"),
    library("annotate-snippets", "cli"),
    library("anstream", "cli"),
    library("anyhow", "cli"),
    library("indicatif", "cli"),
    library("jsonschema", "cli"),
    library("serde-sarif", "cli"),
    library("opentelemetry-http", "cli"),
    library("opentelemetry-otlp", "cli"),
    library("opentelemetry_sdk", "cli"),
    library("tracing-opentelemetry", "cli"),
    library("tracing-subscriber", "cli"),
    library("cargo_metadata", "xtask"),
];

/// The row of a crate.
pub(super) fn position(name: &str) -> Option<usize> {
    CRATES.iter().position(|row| row.name == name)
}

const fn row(name: &'static str, may_use: &'static [&'static str], because: &'static str) -> Row {
    Row { name, may_use, because }
}

const fn library(name: &'static str, user: &'static str) -> Library {
    Library { name, user }
}
