//! What somebody may have meant who typed something that there is not.

/// A name counts as meant when it is at least this similar.
const SIMILARITY_MIN: f64 = 0.75;

/// How many names are offered.
const SUGGESTIONS_MAX: usize = 3;

/// "did you mean …?", or nothing when nothing looks like `typed`.
pub(crate) fn did_you_mean<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let typed = typed.to_lowercase();
    let scored = names.into_iter().map(|name| (similarity(&typed, &name.to_lowercase()), name));
    let mut scored: Vec<(f64, &str)> = scored.filter(|(score, _)| *score >= SIMILARITY_MIN).collect();
    scored.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.cmp(other.1)));
    scored.dedup_by(|one, other| one.1 == other.1);
    let names: Vec<String> = scored.iter().take(SUGGESTIONS_MAX).map(|(_, name)| format!("`{name}`")).collect();
    (!names.is_empty()).then(|| format!("did you mean {}?", names.join(" or ")))
}

fn similarity(typed: &str, name: &str) -> f64 {
    if typed.len() > 2 && name.contains(typed) { 1.0 } else { strsim::jaro_winkler(typed, name) }
}
