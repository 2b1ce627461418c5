use cairn_engine::{
    Answer, Query, SearchAccess, SearchMode, SearchRequest, Silent, build_vectors, find, index_status, rebuild_index,
    search,
};

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

/// Found by questions that came at once to a project whose index was not there yet: each built it, and took away what another had built.
#[test]
fn searches_that_find_no_index_at_once_build_it_once() {
    let folder = project();
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime().block_on(folder.scan());
    for _ in 0..4 {
        std::fs::remove_dir_all(folder.path(".cairn/index")).unwrap();
        std::thread::scope(|scope| {
            let all: Vec<_> =
                (0..8).map(|_| scope.spawn(|| runtime().block_on(found(&folder, "label store")))).collect();
            for one in all {
                assert_eq!(one.join().unwrap(), ["a.md"]);
            }
        });
    }
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

/// Pages that say what they say in words that the questions do not use.
fn tram_depot() -> Folder {
    Folder::with(&[
        (
            "docs/shed.md",
            "# Shed\n\nWagons are kept under a roof overnight.\n\n## Doors\n\nThe Door Service opens the gates at five. It calls the \
             Shift Service over HTTPS.\n",
        ),
        (
            "docs/fares.md",
            "# Fares\n\nA ride costs two crowns. The Ticket Printer writes sales to the Till Database.\n",
        ),
    ])
}

async fn asked(folder: &Folder, text: &str, change: impl FnOnce(&mut SearchRequest)) -> Answer {
    let mut request = SearchRequest::new(Query::new(text, 5));
    change(&mut request);
    find(&folder.workspace().await, &request).await.unwrap()
}

#[tokio::test]
async fn a_passage_is_found_by_its_meaning_and_comes_with_its_section() {
    let folder = tram_depot();
    folder.scan().await;
    let answer = asked(&folder, "price of a journey", |request| request.mode = SearchMode::Meaning).await;
    let hit = &answer.hits[0];
    assert_eq!(hit.path, "fares.md");
    assert!(answer.text_of(hit)[hit.span.start..hit.span.end].contains("two crowns"));
    let section = answer.section_of(hit);
    assert!(section.start <= hit.span.start && hit.span.end <= section.end);
    assert_eq!(answer.vectors.unwrap().missing(), 0);
}

#[tokio::test]
async fn both_ways_find_what_either_finds() {
    let folder = tram_depot();
    folder.scan().await;
    let answer = asked(&folder, "journey DoorService", |_| {}).await;
    assert_eq!(answer.hits[0].heading_path.last().unwrap(), "Doors");
    let paged = asked(&folder, "journey DoorService", |request| request.offset = 1).await;
    assert_eq!(answer.hits[1..], paged.hits[..answer.hits.len() - 1]);
}

#[tokio::test]
async fn what_nothing_is_near_to_has_no_answer() {
    let folder = tram_depot();
    folder.scan().await;
    assert_eq!(asked(&folder, "zebrafish", |_| {}).await.hits, []);
}

#[tokio::test]
async fn an_edit_is_seen_at_once_and_demands_hold_for_meaning_too() {
    let folder = tram_depot();
    folder.scan().await;
    asked(&folder, "price of a journey", |_| {}).await;
    folder.write("docs/fares.md", "# Fares\n\nRiding is free for everybody.\n");
    folder.scan().await;
    let answer = asked(&folder, "price of a journey", |request| request.mode = SearchMode::Meaning).await;
    assert!(answer.hits.iter().all(|hit| !answer.text_of(hit).contains("crowns")));
    let answer = asked(&folder, "price of a journey -free", |request| request.mode = SearchMode::Meaning).await;
    assert!(answer.hits.iter().all(|hit| hit.path != "fares.md"));
}

#[tokio::test]
async fn passages_are_filtered_by_the_components_that_claims_are_about() {
    let folder = tram_depot();
    folder.scan().await;
    let answer = asked(&folder, "component:door-service", |_| {}).await;
    let headings: Vec<_> = answer.hits.iter().filter_map(|hit| hit.heading_path.last()).collect();
    assert_eq!(headings, ["Doors"]);
}

#[tokio::test]
async fn claims_are_found_with_their_quotes() {
    let folder = tram_depot();
    folder.scan().await;
    let answer = asked(&folder, "shift kind:flow", |request| request.claims = true).await;
    let hit = &answer.hits[0];
    assert!(hit.claim.is_some() && hit.heading_path[0].starts_with("flow: "), "{hit:?}");
    assert!(answer.text_of(hit)[hit.span.start..hit.span.end].contains("Shift Service"));
}

#[tokio::test]
async fn words_answer_while_vectors_are_missing_and_building_makes_them_once() {
    let folder = tram_depot();
    folder.write("cairn.toml", "[search]\nvectors_at_once = 0\n");
    folder.scan().await;
    let answer = asked(&folder, "crowns", |_| {}).await;
    assert_eq!(answer.hits[0].path, "fares.md");
    assert_eq!(answer.vectors.unwrap().with_vectors, 0);

    let workspace = folder.workspace().await;
    let built = build_vectors(&workspace, &SearchAccess::default(), Some(2), &Silent).await.unwrap();
    assert_eq!(built.missing(), 0);
    let status = index_status(&workspace, &SearchAccess::default()).await.unwrap();
    assert_eq!((status.vectors, status.building), (built, false));

    // A half-written file of vectors and a missing index heal by themselves.
    for entry in std::fs::read_dir(folder.path(&format!(".cairn/vectors/{}", status.embedding))).unwrap() {
        std::fs::write(entry.unwrap().path(), "torn").unwrap();
    }
    std::fs::remove_dir_all(folder.path(".cairn/index")).unwrap();
    assert_eq!(index_status(&workspace, &SearchAccess::default()).await.unwrap().vectors.with_vectors, 0);
    build_vectors(&workspace, &SearchAccess::default(), Some(2), &Silent).await.unwrap();
    rebuild_index(&workspace, false).await.unwrap();
    assert_eq!(index_status(&workspace, &SearchAccess::default()).await.unwrap().vectors, built);
    rebuild_index(&workspace, true).await.unwrap();
    assert_eq!(index_status(&workspace, &SearchAccess::default()).await.unwrap().vectors.with_vectors, 0);
}

#[tokio::test]
async fn a_server_that_is_gone_leaves_words_and_says_why() {
    let folder = tram_depot();
    folder.write("cairn.toml", "[search]\nstore = \"qdrant\"\nqdrant_url = \"http://127.0.0.1:9\"\n");
    folder.scan().await;
    let answer = asked(&folder, "crowns", |_| {}).await;
    assert_eq!(answer.hits[0].path, "fares.md");
    assert!(answer.left_out[0].contains("cannot be reached"), "{:?}", answer.left_out);
    let request = SearchRequest { mode: SearchMode::Meaning, ..SearchRequest::new(Query::new("crowns", 5)) };
    assert!(find(&folder.workspace().await, &request).await.is_err());
}
