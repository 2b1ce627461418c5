use cairn_engine::{Query, search};

use crate::folder::Folder;

fn project() -> Folder {
    Folder::with(&[("docs/a.md", "# Labels\n\nThe LabelStore keeps labels.\n"), ("docs/b.md", "# Other\n\nNothing.\n")])
}

async fn found(folder: &Folder, query: &str) -> Vec<String> {
    let answer = search(&folder.workspace().await, &Query::new(query, 10)).await.unwrap();
    answer.hits.iter().map(|hit| hit.path.clone()).collect()
}

#[tokio::test]
async fn passages_are_found_with_their_text() {
    let folder = project();
    folder.scan().await;
    let answer = search(&folder.workspace().await, &Query::new("label store", 10)).await.unwrap();
    let hit = &answer.hits[0];
    assert!(answer.text_of(hit)[hit.span.start..hit.span.end].contains("LabelStore keeps labels"));
}

#[tokio::test]
async fn what_is_gone_is_not_found() {
    let folder = project();
    folder.scan().await;
    folder.remove("docs/a.md");
    folder.scan().await;
    assert!(found(&folder, "label store").await.is_empty());
}

#[tokio::test]
async fn an_index_that_is_missing_is_built_anew() {
    let folder = project();
    folder.scan().await;
    std::fs::remove_dir_all(folder.path(".cairn/index")).unwrap();
    assert_eq!(found(&folder, "label store").await, ["a.md"]);
}

#[tokio::test]
async fn an_index_that_is_broken_is_built_anew() {
    let folder = project();
    folder.scan().await;
    for entry in std::fs::read_dir(folder.path(".cairn/index")).unwrap() {
        std::fs::write(entry.unwrap().path(), "not an index").unwrap();
    }
    assert_eq!(found(&folder, "label store").await, ["a.md"]);
}

#[tokio::test]
async fn an_index_that_fell_behind_is_built_anew() {
    let folder = project();
    folder.scan().await;
    std::fs::write(folder.path(".cairn/index.state"), "").unwrap();
    assert_eq!(found(&folder, "label store").await, ["a.md"]);
}
