//! Finding what a user names, and what they may have meant when there is no such thing.

/// A name counts as meant when it is at least this similar.
const SIMILARITY_MIN: f64 = 0.7;

/// How many names are offered.
const SUGGESTIONS_MAX: usize = 3;

/// A hint that offers the names that look most like `typed`; empty when none does.
pub(crate) fn did_you_mean<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let typed = typed.to_lowercase();
    let mut scored: Vec<(f64, &str)> = names
        .into_iter()
        .map(|name| (similarity(&typed, &name.to_lowercase()), name))
        .filter(|(score, _)| *score >= SIMILARITY_MIN)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    let names: Vec<String> =
        scored.iter().take(SUGGESTIONS_MAX).map(|(_, name)| format!("`{}`", crate::text::one_line(name))).collect();
    if names.is_empty() { String::new() } else { format!("\nhint: did you mean {}?", names.join(" or ")) }
}

/// Whoever types the beginning of a name means it, however much is missing.
fn similarity(typed: &str, name: &str) -> f64 {
    if !typed.is_empty() && name.contains(typed) { 1.0 } else { strsim::jaro_winkler(typed, name) }
}
