//! The files that pages refer to. Each has a name with a hash of its content, so that browsers may keep it for ever.

use std::sync::LazyLock;

use cairn_model::digest;

/// The scripts, each a module that works alone and that a page can do without.
pub const MODULES: [&str; 5] = ["keys.js", "list.js", "diagram.js", "chat.js", "live.js"];

/// Letters of the hash in a name.
const HASH_LETTERS: usize = 12;

/// A file that pages refer to.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Its name with the hash: the last part of its address.
    pub name: String,
    /// What it is, as `Content-Type` has it.
    pub media_type: &'static str,
    /// Its bytes.
    pub body: &'static str,
}

static STYLE: LazyLock<String> = LazyLock::new(|| {
    let own = [
        include_str!("../assets/base.css"),
        include_str!("../assets/parts.css"),
        include_str!("../assets/screens.css"),
        include_str!("../assets/print.css"),
    ];
    let mut style = own.concat();
    style.push_str(cairn_diagram::STYLE);
    style
});

static ASSETS: LazyLock<Vec<(&'static str, Asset)>> = LazyLock::new(|| {
    let script = "text/javascript; charset=utf-8";
    let files: [(&str, &'static str, &'static str); 7] = [
        ("style.css", "text/css; charset=utf-8", STYLE.as_str()),
        ("mark.svg", "image/svg+xml", include_str!("../assets/mark.svg")),
        ("keys.js", script, include_str!("../assets/keys.js")),
        ("list.js", script, include_str!("../assets/list.js")),
        ("diagram.js", script, include_str!("../assets/diagram.js")),
        ("chat.js", script, include_str!("../assets/chat.js")),
        ("live.js", script, include_str!("../assets/live.js")),
    ];
    let asset = |(plain, media_type, body): (&'static str, &'static str, &'static str)| {
        let hash: String = digest(body.as_bytes()).chars().take(HASH_LETTERS).collect();
        let (stem, ending) = plain.rsplit_once('.').unwrap_or((plain, ""));
        (plain, Asset { name: format!("{stem}-{hash}.{ending}"), media_type, body })
    };
    files.into_iter().map(asset).collect()
});

/// The file of this name, with its hash.
pub fn find(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().map(|(_, asset)| asset).find(|asset| asset.name == name)
}

/// All files.
pub fn all() -> impl Iterator<Item = &'static Asset> {
    ASSETS.iter().map(|(_, asset)| asset)
}

/// The address of a file, by its name without the hash.
pub(crate) fn address(plain: &str) -> String {
    let name = ASSETS.iter().find(|(name, _)| *name == plain).map_or(plain, |(_, asset)| asset.name.as_str());
    format!("/assets/{name}")
}
