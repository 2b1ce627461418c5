use std::path::Path;

use cairn_engine::Settings;

fn parse(text: &str) -> Result<Settings, String> {
    Settings::parse(text, Path::new("cairn.toml")).map_err(|error| error.to_string())
}

/// The keys of the defaults, and the lines that stand above each.
fn documented_keys() -> Vec<(String, Vec<String>)> {
    let defaults = include_str!("../../../../config/default.toml");
    let mut comment = Vec::new();
    let mut keys = Vec::new();
    for line in defaults.lines() {
        if let Some(text) = line.strip_prefix("# ") {
            comment.push(text.to_owned());
        } else if let Some((key, _)) = line.split_once(" = ") {
            keys.push((key.to_owned(), std::mem::take(&mut comment)));
        } else if let Some(table) = line.strip_prefix('[') {
            keys.push((table.trim_end_matches(']').to_owned(), std::mem::take(&mut comment)));
        } else if line.is_empty() {
            comment.clear();
        }
    }
    keys
}

#[test]
fn every_key_is_explained() {
    let keys = documented_keys();
    for key in ["include", "exclude", "max_document_bytes", "rules_dir", "skip"] {
        let (_, comment) =
            keys.iter().find(|(name, _)| name == key).unwrap_or_else(|| panic!("`{key}` has no default"));
        assert!(!comment.is_empty(), "`{key}` is not explained");
    }
    assert!(keys.iter().filter(|(name, _)| name.starts_with('"')).all(|(_, comment)| !comment.is_empty()));
}

#[test]
fn the_sample_changes_nothing() {
    assert_eq!(parse(&Settings::sample()).unwrap(), Settings::default());
}

#[test]
fn the_sample_uncommented_changes_nothing() {
    let uncommented: String = Settings::sample()
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(code) if code.contains(" = ") || code.starts_with(['"', ' ', ']']) => format!("{code}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    assert_ne!(uncommented, Settings::sample());
    assert_eq!(parse(&uncommented).unwrap(), Settings::default());
}

#[test]
fn keys_left_out_keep_their_defaults() {
    let settings = parse("exclude = [\"old\"]\n[skip]\n\"an image\" = []\n").unwrap();
    assert_eq!(settings.exclude, ["old"]);
    assert!(settings.skip["an image"].is_empty());
    assert_eq!(settings.skip["a lock file"], Settings::default().skip["a lock file"]);
    assert_eq!(settings.max_document_bytes, Settings::default().max_document_bytes);
}

#[test]
fn mistakes_are_named() {
    let check = |text: &str, expected: &str| {
        let message = parse(text).unwrap_err();
        assert!(message.starts_with("the settings in `cairn.toml` are not valid: "), "{message}");
        assert!(message.contains(expected) && !message.contains('\n'), "{message}");
    };
    check("exlude = []", "unknown field `exlude`, expected one of `include`, `exclude`");
    check("max_document_bytes = \"1 MB\"", "invalid type");
    check("include = [", "array");
}
