use cairn_engine::EngineError;

use crate::folder::Folder;

#[tokio::test]
async fn built_in_rules_need_no_folder() {
    let folder = Folder::with(&[]);
    assert!(cairn_engine::rules(&folder.workspace().await).unwrap().rules().count() > 0);
}

#[tokio::test]
async fn a_rule_that_is_not_valid_is_named_with_its_place() {
    let folder =
        Folder::with(&[("cairn.toml", "rules_dir = \"ours\"\n"), ("ours/mine.toml", "id = 3\n"), ("ours/note.md", "")]);
    let error = cairn_engine::rules(&folder.workspace().await).unwrap_err();
    assert!(matches!(&error, EngineError::Rules { reason, .. } if reason.starts_with("mine.toml:1:")), "{error}");
}

#[tokio::test]
async fn a_folder_of_rules_that_is_missing_is_an_error() {
    let folder = Folder::with(&[("cairn.toml", "rules_dir = \"ours\"\n")]);
    let error = cairn_engine::rules(&folder.workspace().await).unwrap_err();
    assert!(matches!(&error, EngineError::File { path, .. } if path.ends_with("ours")), "{error}");
}
