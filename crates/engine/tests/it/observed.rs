//! What was seen of a running system, beside what is written about it.

use cairn_engine::model;
use cairn_model::{Date, Status};

use crate::folder::Folder;

const API: &str = "openapi: 3.0.3\ninfo:\n  title: Boat API\npaths:\n  /boats/{boatId}:\n    $ref: parts/boats.yaml\n";
const PART: &str = "get:\n  security: []\n";
const LOG: &str = "10.0.0.1 - - [12/Mar/2026:10:00:00 +0000] \"GET /boats/17?key=tell-nobody HTTP/1.1\" 200 5\n\
    10.0.0.1 - - [12/Mar/2026:10:00:01 +0000] \"GET /debug/dump HTTP/1.1\" 200 5\n";

fn project() -> Folder {
    Folder::with(&[("docs/api.yaml", API), ("docs/parts/boats.yaml", PART), ("docs/access.log", LOG)])
}

#[tokio::test]
async fn what_only_traffic_shows_is_a_finding() {
    let folder = project();
    folder.scan().await;
    let model = model(&folder.workspace().await, Date::new(2026, 1, 1).unwrap()).await.unwrap();
    let paths: Vec<&str> = model.system.endpoints.iter().map(|endpoint| endpoint.path.as_str()).collect();
    assert!(paths.contains(&"/boats/{boatId}") && paths.contains(&"/debug/dump") && paths.len() == 2, "{paths:?}");
    let described = model.system.endpoints.iter().find(|endpoint| endpoint.path == "/boats/{boatId}").unwrap();
    assert_eq!((described.status, described.component.is_some()), (Status::Implemented, true));
    assert_eq!(described.evidence.len(), 3, "the description, its part and the log: {:?}", described.evidence);
    let shadows: Vec<&str> = model
        .threats
        .iter()
        .filter(|threat| threat.rule == "shadow-endpoint")
        .map(|threat| threat.title.as_str())
        .collect();
    assert_eq!(shadows, ["GET /debug/dump is served and nowhere described"]);
    assert!(!cairn_report::json(&model.system, &model.threats).contains("tell-nobody"));
}

#[tokio::test]
async fn a_file_that_is_referred_to_is_read_again_with_those_that_refer_to_it() {
    let folder = project();
    folder.scan().await;
    folder.write("docs/parts/boats.yaml", "get:\n  deprecated: true\n");
    let summary = folder.scan().await;
    assert_eq!((summary.changed, summary.units_extracted, summary.units_kept), (1, 2, 1));
    let model = model(&folder.workspace().await, Date::new(2026, 1, 1).unwrap()).await.unwrap();
    let boats = model.system.endpoints.iter().find(|endpoint| endpoint.path == "/boats/{boatId}").unwrap();
    let quotes: Vec<&str> = boats.evidence.iter().map(|citation| citation.quote.as_str()).collect();
    assert!(quotes.contains(&"get:\n  deprecated: true"), "{quotes:?}");
}
